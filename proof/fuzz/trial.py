"""Tries inputs on a target: counts what came of them, keeps what must not happen."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from proof.fuzz.target import Target

INPUT_BYTES_MAX: Final = 32 * 1024
POOL_MAX: Final = 4_000
FINDINGS_MAX: Final = 20
"""Different ones; more are counted and not kept."""
AFRESH: Final = 0.4
"""How often a good input is spoiled and not one that is spoiled already: little lies behind bad ones."""
KEPT: Final = 0.25
"""How often an input joins the pool though nothing says that it is new."""


class Found(msgspec.Struct, frozen=True):
    """Something that must not happen: the input, what was raised, and where."""

    data: bytes
    words: str
    place: str


class Trial:
    """Inputs for one target, one after the other."""

    def __init__(self, target: Target, note: Callable[[bytes], None] | None = None) -> None:
        """`note` is told of each input before it is tried, in case there is no afterwards."""
        self.target = target
        self._note = note
        self.inputs = 0
        self.outcomes: Counter[str] = Counter()
        self.findings: dict[str, Found] = {}

    def feed(self, data: bytes) -> bool:
        """Try an input; True when something came of it that never came before."""
        self.inputs += 1
        if self._note is not None:
            self._note(data)
        known = len(self.outcomes)
        try:
            self.outcomes.update(self.target.run(data))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            self.outcomes[f"finding: {type(error).__name__}"] += 1
            self._keep(data, error)
        return len(self.outcomes) > known

    def _keep(self, data: bytes, error: Exception) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno}"
        smaller = place not in self.findings or len(data) < len(self.findings[place].data)
        if smaller and (place in self.findings or len(self.findings) < FINDINGS_MAX):
            self.findings[place] = Found(data, f"{type(error).__name__}: {error}"[:500], place)


def wander(trial: Trial, seed: int, go_on: Callable[[], bool]) -> None:
    """Without a guide: mutate a growing pool of inputs, seeds first, while `go_on` says so."""
    random = Random(seed)
    pool = list(trial.target.seeds())
    firsts = len(pool)
    for data in pool:
        trial.feed(data)
    while go_on():
        data = trial.target.mutate(random.choice(pool[:firsts] if random.random() < AFRESH else pool), random)
        if len(data) > INPUT_BYTES_MAX:
            continue
        if trial.feed(data) or random.random() < KEPT:
            if len(pool) < POOL_MAX:
                pool.append(data)
            else:
                pool[random.randrange(firsts, len(pool))] = data


def store(found: Found, target: str, folder: Path) -> Path:
    """Write a finding down as a case that the tests replay; its name follows from its bytes."""
    path = folder / target / f"{blake2b(found.data, digest_size=6).hexdigest()}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(found.data)
    return path

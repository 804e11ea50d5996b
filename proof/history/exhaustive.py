"""The linear check against exhaustive search, on small random histories.

    python -m proof.history.exhaustive --histories 1000000

The object counts its records: a mutation answers with the number of its record, a read with how
many there are. That is all of a section that its order can depend on, once its journal is legal and
every answer is what the state at its position implies. The search knows nothing of levels: it tries
every order that real time allows, one call after the other, and looks at what the object would say.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from random import Random
from typing import Final

from proof.history.order import Step, out_of_order

STEPS_MAX: Final = 7
NOBODYS: Final = 0.15
"""How many records have no caller that is known; as many calls are never answered."""


def random_steps(randomness: Random) -> list[Step]:
    """At most `STEPS_MAX` calls: every record once, reads of any state, short times that overlap."""
    size = randomness.randint(1, STEPS_MAX)
    records = randomness.randint(0, size)
    levels = [2 * seq for seq in range(1, records + 1)]
    levels += [2 * randomness.randint(0, records) + 1 for _ in range(size - records)]
    steps = []
    for level in levels:
        # Near to where it should be, so that about half of the histories can have happened.
        begins = level + randomness.randint(0, 9)
        invoked = None if level % 2 == 0 and randomness.random() < NOBODYS else begins
        ended = None if randomness.random() < NOBODYS else begins + randomness.randint(0, 3)
        steps.append(Step(level, invoked, None if invoked is None else ended))
    return steps


def can_have_happened(steps: Sequence[Step]) -> bool:
    """Whether some order of the calls agrees with real time and with what the object told each."""
    before = [_earlier_than(step, steps) for step in steps]
    everything = (1 << len(steps)) - 1
    dead: set[int] = set()

    def search(done: int, records: int) -> bool:
        if done == everything:
            return True
        if done in dead:
            return False
        for index, step in enumerate(steps):
            ready = not done >> index & 1 and before[index] & ~done == 0
            writes = step.level % 2 == 0
            told = step.level // 2
            if ready and told == records + writes and search(done | 1 << index, records + writes):
                return True
        dead.add(done)  # what is done says how many records there are
        return False

    return search(0, 0)


def _earlier_than(step: Step, steps: Sequence[Step]) -> int:
    """The calls that had ended before this one was invoked, as bits."""
    found = 0
    for index, other in enumerate(steps):
        if step.invoked_ns is not None and other.ended_ns is not None and other.ended_ns < step.invoked_ns:
            found |= 1 << index
    return found


def disagreements(histories: int, seed: int) -> tuple[int, list[list[Step]]]:
    """How many of so many histories can have happened, and those over which the two ways disagree."""
    randomness = Random(seed)
    possible, found = 0, []
    for _ in range(histories):
        steps = random_steps(randomness)
        could = can_have_happened(steps)
        possible += could
        if could is bool(out_of_order(steps)):
            found.append(steps)
    return possible, found


def main() -> None:
    """Compare as many histories as the command line asks for."""
    parser = argparse.ArgumentParser(description="The linear check against exhaustive search.")
    parser.add_argument("--histories", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began_s = time.perf_counter()
    possible, found = disagreements(options.histories, options.seed)
    took_s = time.perf_counter() - began_s
    told = f"{options.histories:,} histories, {possible:,} of them possible, {len(found)} disagreements"
    print(f"{told}, {took_s:.1f} s")  # noqa: T201 # what the command is for
    for steps in found[:3]:
        print(steps)  # noqa: T201 # what the command is for
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()

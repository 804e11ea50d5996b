"""Reads the Dockerfile, as far as ours goes: one instruction a step, continued by backslashes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

ROOT: Final = Path(__file__).parents[2]


class Step(msgspec.Struct, frozen=True):
    """An instruction, such as `RUN`, and what stands behind it."""

    kind: str
    rest: str

    @property
    def words(self) -> list[str]:
        """As a shell takes it apart."""
        return shlex.split(self.rest)

    @property
    def listed(self) -> list[str]:
        """What the JSON form of `CMD` and `ENTRYPOINT` says."""
        told: list[str] = json.loads(self.rest)
        return told

    @property
    def assignments(self) -> list[tuple[str, str]]:
        """Names and values of an `ENV`."""
        parted = (word.partition("=") for word in self.words)
        return [(name, value) for name, _, value in parted]

    @property
    def stage(self) -> str | None:
        """The name that a `FROM` gives its stage."""
        words = self.words
        return words[2] if len(words) > 2 and words[1].upper() == "AS" else None

    @property
    def source_stage(self) -> str | None:
        """The stage that a `COPY` takes from; None is the tree itself."""
        return next((word.partition("=")[2] for word in self.words if word.startswith("--from=")), None)


def read_steps(text: str) -> Iterator[Step]:
    """The steps in their order."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        kind, _, rest = line.strip().partition(" ")
        yield Step(kind.upper(), " ".join(rest.split()))


def ignored(path: Path) -> bool:
    """Whether `.dockerignore` leaves out this path, which is relative to the tree."""
    names = path.parts
    return any(
        fnmatch(names[-1], pattern[3:]) if pattern.startswith("**/") else str(path) == pattern
        for pattern in _patterns()
    )


@cache
def _patterns() -> tuple[str, ...]:
    return tuple((ROOT / ".dockerignore").read_text("utf-8").split())

"""What is fuzzed: an input goes in, words for what came of it come out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Protocol


class Finding(Exception):
    """An input brought about what no input may; any other exception of a target is one too."""


class Target(Protocol):
    """One door to the outside. Inputs are bytes, whatever the target makes of them."""

    name: str

    def seeds(self) -> Sequence[bytes]:
        """Good inputs to begin with."""

    def mutate(self, data: bytes, random: Random) -> bytes:
        """An input like this one, spoiled with knowledge of what it means."""

    def run(self, data: bytes) -> Iterable[str]:
        """Try an input; gives its outcomes in words, to be counted. Raises on a finding."""

"""Everybody asks for the best two seats together in one section: `python -m bench.pages.herd`.

It reads a `HerdSpec` and asks at an even pace until its input ends (see `bench.pages.beside`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

import msgspec
import uvloop

from bench.pages.beside import READY, connect, opening, say, spec_of, told_to_end
from bench.thin_client import ThinClient

CONNECTED_MAX_S: Final = 30.0
QTY: Final = 2


class HerdSpec(msgspec.Struct, frozen=True):
    """A token for each of the herd, and how many of them ask in a second."""

    url: str
    event: str
    section: str
    tokens: tuple[str, ...]
    pairs_per_s: float


class Asker(ThinClient):
    """One of the herd: says who they are, and asks when they are told to."""

    def __init__(self, opening: bytes, token: str, failed: Counter[str]) -> None:
        super().__init__(opening)
        self._token: Final = token
        self._failed: Final = failed

    def opened(self) -> None:
        """Introduce yourself."""
        self.say("hello", 0, {"token": self._token})

    def heard(self, told: bytes) -> None:
        """The first word says that one may begin; of the others nothing is made."""
        self.begin()

    def failed(self, what: str) -> None:
        """Count what sent them away."""
        self._failed[what] += 1

    def ask(self, number: int, spec: HerdSpec) -> None:
        """Ask for the best two together."""
        best = {"qty": QTY, "sections": [spec.section], "adjacent": True}
        self.say("hold.create", number + 1, {"event": spec.event, "best": best}, f"herd-{number}")


async def _run(spec: HerdSpec) -> None:
    failed: Counter[str] = Counter()
    herd = [Asker(opening(spec.url), token, failed) for token in spec.tokens]
    for each in herd:
        await connect(each, spec.url, CONNECTED_MAX_S)
    say(READY)
    ended, number = told_to_end(), 0
    while not ended.done():
        herd[number % len(herd)].ask(number, spec)
        number += 1
        await asyncio.wait([ended], timeout=1 / spec.pairs_per_s)


if __name__ == "__main__":
    uvloop.run(_run(spec_of(HerdSpec)))

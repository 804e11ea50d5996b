"""What a server acknowledged, and every way in which it turned out not to hold."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Final

from scripts.torture.clock import stood_still_s
from scripts.torture.waits import within

BREACHES_TOLD_MAX: Final = 50
HOLDS_MAX_S: Final = 240.0
"""Longer than a buyer insists on one answer: whoever was left without is told of first."""


class Promises:
    """Shared by all buyers: who has which seat, how much was acknowledged, and what was broken."""

    def __init__(self) -> None:
        self.breaches: Final[list[str]] = []
        self.excused: Final[list[str]] = []
        self.refused: Final[Counter[str]] = Counter()
        self.holds = 0
        self.orders = 0
        self.checked = 0
        self._holder: Final[dict[str, str]] = {}
        self._goals: list[tuple[int, asyncio.Event]] = []
        self._stood_still_s = 0.0

    def begin(self) -> None:
        """A round begins: from now on it counts whether we stood still ourselves."""
        self._stood_still_s = stood_still_s()

    @property
    def taken(self) -> set[str]:
        """Every seat that somebody has, as far as they were told."""
        return set(self._holder)

    def held(self, hold: str, seats: Iterable[str]) -> None:
        """A hold was acknowledged."""
        for seat in seats:
            other = self._holder.get(seat)
            if other is not None:
                self.broken(f"{seat} was acknowledged to {hold} while it was {other}'s")
            self._holder[seat] = hold
        self.holds += 1
        for goal, reached in self._goals:
            if self.holds >= goal:
                reached.set()

    def giving_back(self, hold: str, seats: Iterable[str]) -> None:
        """Somebody is about to give seats back: from now on they may be anybody's."""
        for seat in seats:
            if self._holder.get(seat) == hold:
                del self._holder[seat]

    def broken(self, what: str) -> None:
        """Something that was promised is not so."""
        if len(self.breaches) < BREACHES_TOLD_MAX:
            self.breaches.append(what)

    def late(self, what: str) -> None:
        """Something did not happen in its time. It is excused if we stood still ourselves in this round.

        Limits leave that time out, but what has a deadline by the wall clock may have ended meanwhile.
        """
        if stood_still_s() == self._stood_still_s:
            self.broken(what)
        elif len(self.excused) < BREACHES_TOLD_MAX:
            self.excused.append(what)

    def expect(self, expected: object, actual: object, what: str) -> None:
        """A promise was looked at again."""
        self.checked += 1
        if expected != actual:
            self.broken(f"{what}: {expected} was promised, {actual} is told")

    async def more_holds(self, count: int) -> None:
        """Wait until `count` more holds were acknowledged. Raises `StoodStill`."""
        goal = (self.holds + count, asyncio.Event())
        self._goals.append(goal)
        try:
            async with within(HOLDS_MAX_S, f"{count} more holds after the first {self.holds}"):
                await goal[1].wait()
        finally:
            self._goals.remove(goal)

"""Where counts come from. The composition root hands over the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.analytics import (
    EventSum,
    Group,
    MinuteSum,
    OrderLine,
    Progress,
    Ranking,
    SalesSum,
    StepSum,
    SystemSum,
    TurnedAwaySum,
)
from engine.catalogue import Mode


class Analytics(Protocol):
    """What projectors and doors counted. May raise `engine.journal.StorageUnavailable`."""

    async def progress(self, event: str) -> Progress:
        """How far the counts of an event are."""

    async def steps(self, event: str, first_day: int, last_day: int) -> list[StepSum]:
        """What was counted of an event by day, both days included."""

    async def sales(self, event: str, first_day: int, last_day: int, by: Group) -> list[SalesSum]:
        """Seats and places of an event in groups."""

    async def minutes(self, event: str, first_minute: int, last_minute: int) -> list[MinuteSum]:
        """What was counted of an event by minute, both included."""

    async def top(
        self, organiser: str, mode: Mode, first_day: int, last_day: int, by: Ranking, limit: int
    ) -> list[EventSum]:
        """The events of an organiser that have the most of something in these days."""

    async def orders(self, event: str, after: str, limit: int) -> list[OrderLine]:
        """Orders of an event by id, from behind `after` on."""

    async def system(self, day: int, minute: int) -> SystemSum:
        """All of the house, with what was counted on that day and in that minute."""

    async def turn_away(self, counts: Sequence[TurnedAwaySum]) -> None:
        """Add to how many were turned away."""

    async def turned_away(self, event: str, first_day: int, last_day: int) -> dict[str, int]:
        """How many of an event were turned away by code, the most frequent first, both days included."""

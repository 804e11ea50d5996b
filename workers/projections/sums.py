"""What one batch of records adds to the tables."""

from __future__ import annotations

from engine.analytics import (
    DAY_MS,
    MINUTE_MS,
    MINUTELY,
    MinuteKey,
    Sales,
    SalesKey,
    Step,
    StepKey,
    Tally,
)


class Sums:
    """Counts by day, by minute, and by category and channel. `at_ms` is the time of what is counted."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.at_ms = 0
        self.steps: dict[StepKey, Tally] = {}
        self.minutes: dict[MinuteKey, Tally] = {}
        self._sales: dict[tuple[int, str, str], Sales] = {}

    @property
    def sales(self) -> dict[SalesKey, Sales]:
        """Seats and places by day, category and channel."""
        return {SalesKey(*key): each for key, each in self._sales.items()}

    def count(self, step: Step, count: int = 1, places: int = 0, amount: int = 0, reason: str = "") -> None:
        """Count a step."""
        key = StepKey(self.at_ms // DAY_MS, step, reason)
        self.steps.setdefault(key, Tally()).add(count, places, amount)
        if step in MINUTELY:
            minute = MinuteKey(self.at_ms // MINUTE_MS, step)
            self.minutes.setdefault(minute, Tally()).add(count, places, amount)

    def of(self, category: str, channel: str) -> Sales:
        """The seats and places of a category and channel, of this day."""
        key = (self.at_ms // DAY_MS, category, channel)
        found = self._sales.get(key)
        if found is None:
            found = self._sales[key] = Sales()
        return found

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
        self._steps: dict[tuple[int, Step, str], Tally] = {}
        self._minutes: dict[tuple[int, Step], Tally] = {}
        self._sales: dict[tuple[int, str, str], Sales] = {}

    @property
    def steps(self) -> dict[StepKey, Tally]:
        """Steps by day and reason."""
        return {StepKey(*key): each for key, each in self._steps.items()}

    @property
    def minutes(self) -> dict[MinuteKey, Tally]:
        """Steps by minute."""
        return {MinuteKey(*key): each for key, each in self._minutes.items()}

    @property
    def sales(self) -> dict[SalesKey, Sales]:
        """Seats and places by day, category and channel."""
        return {SalesKey(*key): each for key, each in self._sales.items()}

    def count(self, step: Step, count: int = 1, places: int = 0, amount: int = 0, reason: str = "") -> None:
        """Count a step."""
        day = (self.at_ms // DAY_MS, step, reason)
        tally = self._steps.get(day)
        if tally is None:
            tally = self._steps[day] = Tally()
        tally.add(count, places, amount)
        if step in MINUTELY:
            minute = (self.at_ms // MINUTE_MS, step)
            tally = self._minutes.get(minute)
            if tally is None:
                tally = self._minutes[minute] = Tally()
            tally.add(count, places, amount)

    def of(self, category: str, channel: str) -> Sales:
        """The seats and places of a category and channel, of this day."""
        key = (self.at_ms // DAY_MS, category, channel)
        found = self._sales.get(key)
        if found is None:
            found = self._sales[key] = Sales()
        return found

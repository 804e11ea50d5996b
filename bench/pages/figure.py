"""What a measurement finds, and the bar that it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One figure and its bar; without a bar it is told and not judged. `least` bars are met from above."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is within its bar."""
        if self.bar is None:
            return True
        return self.value >= self.bar if self.least else self.value <= self.bar


def p95(values: Sequence[float]) -> float:
    """The smallest value that 95 of 100 do not exceed.

    >>> p95([3.0, 1.0, 2.0])
    3.0
    """
    return sorted(values)[ceil(0.95 * len(values)) - 1]

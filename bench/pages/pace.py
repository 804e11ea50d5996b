"""How fast a crowd changes seats: a set number a second, and what it was late with soon after."""

from __future__ import annotations

from typing import Final

BEHIND_MAX_S: Final = 2.0
"""What could not be begun for longer is given up: a crowd that was held back does not become a storm."""


class Pace:
    """Counts what was begun against what is due by a clock that is handed in.

    >>> pace = Pace(100.0, 0.0)
    >>> pace.due(1.0)
    100.0
    >>> pace.begun(60)
    >>> pace.due(1.0)
    40.0
    """

    def __init__(self, per_s: float, begin_s: float) -> None:
        self._per_s: Final = per_s
        self._begin_s = begin_s
        self._begun = 0

    def begun(self, count: int) -> None:
        """So many more are under way."""
        self._begun += count

    def due(self, now_s: float) -> float:
        """How many are to be begun now."""
        due = (now_s - self._begin_s) * self._per_s - self._begun
        most = BEHIND_MAX_S * self._per_s
        if due > most:
            self._begin_s += (due - most) / self._per_s
        return min(due, most)

"""How those who tell make way for those who sell."""

from __future__ import annotations

from collections.abc import Callable

Rest = Callable[[float], float]
"""How many seconds to rest after so many seconds of work."""


def no_rest(_worked_s: float) -> float:
    """Work on at once."""
    return 0.0

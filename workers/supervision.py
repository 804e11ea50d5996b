"""How long to wait before something is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

JITTER_SHARE: Final = 0.5


class Backoff:
    """Delays that double from `first_s` to `most_s`, shortened by up to a half so that no two keep step."""

    def __init__(self, first_s: float, most_s: float, chance: Callable[[], float] = random.random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance
        self._next_s = first_s

    def next_s(self) -> float:
        """How long to wait this time."""
        delay_s, self._next_s = self._next_s, min(self._next_s * 2, self._most_s)
        return delay_s * (1 - JITTER_SHARE * self._chance())

    def reset(self) -> None:
        """It went well: begin anew."""
        self._next_s = self._first_s

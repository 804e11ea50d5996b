"""The clock of a torture: it leaves out the time in which the torture itself stood still.

Somebody may stop the campaign, or the whole machine, in the middle of a round. Nobody was waited for
meanwhile, so no limit may count that time: neither the trial's own nor its buyers', all of which are
on the clock of their loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")
LOOK_S: Final = 0.25
STOOD_STILL_S: Final = 3.0
"""Longer than any turn of the loop takes, also on a busy machine."""


class PatientLoop(asyncio.SelectorEventLoop):
    """A loop whose time stops while its process does; `stood_still_s` is how long that was in all."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is the time that passes whatever becomes of this process."""
        self.stood_still_s = 0.0
        self._real: Final = clock
        self._looked_s = clock()
        super().__init__()
        self.call_soon(self._look)

    def time(self) -> float:
        """The seconds that this process could have done something in."""
        now_s = self._real()
        away_s = now_s - self._looked_s
        self._looked_s = now_s
        if away_s > STOOD_STILL_S:
            self.stood_still_s += away_s
        return now_s - self.stood_still_s

    def _look(self) -> None:
        """Look at the clock again soon, also while nothing happens."""
        self.call_later(LOOK_S, self._look)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a torture on a clock that waits for it."""
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        return runner.run(main)


def now_s() -> float:
    """The time on the clock of the running loop."""
    return asyncio.get_running_loop().time()


def stood_still_s() -> float:
    """How long the running loop has stood still so far; a loop that does not know says 0."""
    loop = asyncio.get_running_loop()
    return loop.stood_still_s if isinstance(loop, PatientLoop) else 0.0

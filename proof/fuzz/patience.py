"""For how long a process is waited for: measured by the work that it could do, not by the hour."""

from __future__ import annotations

from time import monotonic
from typing import Final, Protocol

import psutil

LOOK_S: Final = 0.5
"""How often it is looked after."""
STARVED: Final = 20
"""How many times longer it may take where others want the processor too."""


class Worked(Protocol):
    """A process as far as its time goes."""

    def cpu_s(self) -> float:
        """What it took of a processor so far."""

    def stopped(self) -> bool:
        """Whether somebody has stopped it, so that it cannot work."""


class RealProcess:
    """A process of this machine."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def cpu_s(self) -> float:
        """What it took of a processor so far; 0 of one that is gone."""
        try:
            times = self._process.cpu_times()
        except psutil.NoSuchProcess:
            return 0.0
        return float(times.user + times.system)

    def stopped(self) -> bool:
        """Whether it was sent a signal to stop."""
        try:
            return bool(self._process.status() == psutil.STATUS_STOPPED)
        except psutil.NoSuchProcess:
            return False


class Patience:
    """With a process that has something to report."""

    def __init__(self, process: Worked, most_s: float, now_s: float | None = None) -> None:
        """It may work for `most_s`, and be looked after `STARVED` times as long without doing so."""
        self._process = process
        self._most_s = most_s
        self._worked_s = process.cpu_s()
        self._waited_s = 0.0
        self._looked_s = monotonic() if now_s is None else now_s

    def ends(self, now_s: float | None = None) -> bool:
        """Whether it worked for too long, or for far too long did not even that.

        A look that comes late says that nobody looked: whoever stopped this process stopped that one, too.
        """
        now_s = monotonic() if now_s is None else now_s
        if not self._process.stopped():
            self._waited_s += min(now_s - self._looked_s, 2 * LOOK_S)
        self._looked_s = now_s
        return (
            self._process.cpu_s() - self._worked_s > self._most_s or self._waited_s > self._most_s * STARVED
        )

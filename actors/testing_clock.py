"""A clock that a test puts forward, for all processes of a server at once.

How far it is ahead stands in eight bytes of a file that each process maps into its memory,
so all of them see a step in the same instant, without asking anybody.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from pathlib import Path
from typing import Final

from actors.clock import SystemClock

AHEAD_MAX_MS: Final = 100 * 366 * 86_400_000
"""As far as such a clock may go in all."""
_AHEAD: Final = struct.Struct("<q")


class TestClock(SystemClock):
    """Wall time and what tests have put it forward by; time for waiting stays as it is."""

    __test__ = False  # of pytest's, which would take it for a test

    def __init__(self, file: str | Path) -> None:
        """Clocks on one `file` agree, now and after the next start."""
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(descriptor).st_size < _AHEAD.size:
            os.ftruncate(descriptor, _AHEAD.size)
        self._descriptor = descriptor
        self._map = mmap.mmap(descriptor, _AHEAD.size)

    @property
    def ahead_ms(self) -> int:
        """How far it is ahead of the machine's clock."""
        ahead: int = _AHEAD.unpack_from(self._map)[0]
        return ahead

    def now_ms(self) -> int:
        """Unix time in milliseconds, as tests have it."""
        return super().now_ms() + self.ahead_ms

    def advance(self, by_ms: int) -> int:
        """Put it forward, for everybody; returns the new time. Raises `ValueError` beyond the bound."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            ahead_ms = self.ahead_ms + by_ms
            if by_ms < 0 or ahead_ms > AHEAD_MAX_MS:
                raise ValueError("the test clock goes forward, and a hundred years at most")
            # Eight bytes at once: nobody reads half of a step.
            _AHEAD.pack_into(self._map, 0, ahead_ms)
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        return self.now_ms()


def open_clock(file: str | None) -> SystemClock:
    """The test clock on `file`, or the machine's own."""
    return SystemClock() if file is None else TestClock(file)

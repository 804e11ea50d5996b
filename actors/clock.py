"""The real clock and the real source of ids; simulations bring their own."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from typing import Final

from engine.ids import RANDOM_BITS, id_body


class SystemClock:
    """Wall time for records, monotonic time for waiting."""

    def now_ms(self) -> int:
        """Unix time in milliseconds; may step back, which records never do."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that never go back; they go on while the process is stopped."""
        return time.monotonic()


_POOL_BYTES: Final = 4_096
_EACH: Final = struct.Struct("=Q")
_MASK: Final = (1 << RANDOM_BITS) - 1


class RandomIds:
    """Ids from the operating system's random numbers, which are fetched by the page: each call costs."""

    def __init__(self) -> None:
        """The first page is fetched with the first id."""
        self._pool: Iterator[tuple[int]] = iter(())

    def fresh(self, stream: int, at_ms: int) -> str:
        """A UUIDv7 body that carries `stream`."""
        for (random,) in self._pool:
            return id_body(at_ms, random & _MASK, stream)
        self._pool = _EACH.iter_unpack(os.urandom(_POOL_BYTES))
        return self.fresh(stream, at_ms)

"""The real clock and the real source of ids; simulations bring their own."""

from __future__ import annotations

import secrets
import time

from engine.ids import RANDOM_BITS, id_body


class SystemClock:
    """Wall time for records, monotonic time for waiting."""

    def now_ms(self) -> int:
        """Unix time in milliseconds; may step back, which records never do."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that never go back; they go on while the process is stopped."""
        return time.monotonic()


class RandomIds:
    """Ids from the operating system's random numbers."""

    def fresh(self, stream: int, at_ms: int) -> str:
        """A UUIDv7 body that carries `stream`."""
        return id_body(at_ms, secrets.randbits(RANDOM_BITS), stream)

"""A connection's timers: the heartbeat, and the watch for a connection that has gone silent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final


class Timers:
    """Calls `ping` at every heartbeat and `silent` when replies are due and nothing comes.

    One timer watches over all replies of a connection: it looks only as often as
    `silence_ms`, so a silent connection is given up after at most twice that time.
    """

    def __init__(self, silence_ms: int, ping: Callable[[], None], silent: Callable[[], None]) -> None:
        self._silence_s: Final = silence_ms / 1000
        self._ping: Final = ping
        self._silent: Final = silent
        self._heard_s = 0.0
        self._expecting = False
        self._handles: Final[dict[str, asyncio.TimerHandle]] = {}

    def heard(self) -> None:
        """Something arrived."""
        self._heard_s = asyncio.get_running_loop().time()

    def expect(self, expecting: bool) -> None:
        """Whether replies are due from now on."""
        self._expecting = expecting
        if expecting and "watch" not in self._handles:
            # Silence counts from the moment there was something to say.
            self.heard()
            self._arm("watch", self._silence_s, self._watch)

    def beat_every(self, heartbeat_ms: int) -> None:
        """Ping from now on at every heartbeat."""
        self._arm("beat", heartbeat_ms / 1000, lambda: self._beat(heartbeat_ms))

    def later(self, delay_ms: int, action: Callable[[], None]) -> None:
        """Do something once, unless the connection is lost before; the last one asked for counts."""
        self._arm("later", delay_ms / 1000, action)

    def stop(self) -> None:
        """The connection is gone."""
        for handle in self._handles.values():
            handle.cancel()
        self._handles.clear()

    def _arm(self, name: str, delay_s: float, action: Callable[[], None]) -> None:
        previous = self._handles.get(name)
        if previous is not None:
            previous.cancel()
        self._handles[name] = asyncio.get_running_loop().call_later(delay_s, action)

    def _beat(self, heartbeat_ms: int) -> None:
        self._ping()
        self.beat_every(heartbeat_ms)

    def _watch(self) -> None:
        del self._handles["watch"]
        if not self._expecting:
            return
        if asyncio.get_running_loop().time() - self._heard_s >= self._silence_s:
            self._silent()
        else:
            self._arm("watch", self._silence_s, self._watch)

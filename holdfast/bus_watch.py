"""Watches from the supervisor how far the relay is behind, wherever that runs."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from actors.ending import ended
from engine.journal import StorageError
from telemetry.health import HEALTH
from telemetry.meters import METERS

LOOK_EVERY_S: Final = 5.0
BEHIND_MAX: Final = 10_000
"""Records that may wait while all is well; a rush leaves more for a while, and that is told."""
LOOKS_MAX: Final = 6
"""How often in a row nothing may have moved though something waits."""


class WatchedRelay(Protocol):
    """What knows how far the relay is behind. May raise `engine.journal.StorageError`."""

    async def lag(self) -> int:
        """How many records are not on the bus yet."""

    async def close(self) -> None:
        """Let go of the database."""


class BusWatch:
    """Tells of the relay in `/readyz` and `/metrics`."""

    def __init__(self, relay: WatchedRelay) -> None:
        self._relay = relay
        self._behind = 0
        self._stuck = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Watch from now on."""
        METERS.gauge("holdfast_relay_behind_records", "Records not on the bus yet.", lambda: self._behind)
        HEALTH.watch("relay", self._wrong)
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """Watch no more."""
        HEALTH.forget("relay")
        await ended(self._task)
        await self._relay.close()

    async def look(self) -> None:
        """See how far it is behind now; while the database is away what was seen last stands."""
        try:
            behind = await self._relay.lag()
        except StorageError:
            return  # the database's own part tells of it
        self._stuck = self._stuck + 1 if behind and behind >= self._behind else 0
        self._behind = behind

    def _wrong(self) -> str | None:
        stuck = self._stuck >= LOOKS_MAX
        return f"{self._behind} records behind" if self._behind > BEHIND_MAX or stuck else None

    async def _watch(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

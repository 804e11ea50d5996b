"""Counts whom the door of an event turned away: no section hears of them, so no journal has them.

Counts are kept here and added to the database every two seconds and at the end. They are figures, not books:
a gateway that is killed loses those of its last seconds, and counts that the database took though its answer
was lost are added twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog

from engine.analytics import DAY_MS, TurnedAwaySum
from engine.journal import StorageError
from gateway.analytics.ports import Analytics
from telemetry.meters import METERS

EVERY_S: Final = 2.0
KEPT_MAX: Final = 4_096
"""Counts, one for each event, day and code, that wait for the database; further ones are not counted."""
LAST_S: Final = 2.0
"""How long a gateway that ends waits for its last counts to be taken."""
TURNED: Final = METERS.tally("holdfast_turned_away_total", "Requests that the door turned away.", "code")
UNCOUNTED: Final = METERS.counter("holdfast_turned_away_uncounted_total", "Those that no event was told of.")
log = structlog.get_logger(__name__)


class TurnedAway:
    """What the door tells; without `analytics` it is in the metrics alone."""

    def __init__(self, analytics: Analytics | None, now_ms: Callable[[], int]) -> None:
        """Nobody was turned away yet."""
        self._analytics = analytics
        self._now_ms = now_ms
        self._counts: Counter[tuple[str, int, str]] = Counter()
        self._task: asyncio.Task[None] | None = None

    def count(self, event: str, code: str) -> None:
        """One more of this event."""
        TURNED[code] += 1
        key = event, self._now_ms() // DAY_MS, code
        if self._analytics is not None and (key in self._counts or len(self._counts) < KEPT_MAX):
            self._counts[key] += 1
        else:
            UNCOUNTED.value += 1

    def start(self) -> None:
        """Tell the database from now on."""
        if self._analytics is not None:
            self._task = asyncio.get_running_loop().create_task(self._settle_forever(self._analytics))

    async def stop(self) -> None:
        """Tell it once more, and no more."""
        if self._task is None or self._analytics is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with asyncio.timeout(LAST_S):
                await self._settle(self._analytics)
        except (StorageError, TimeoutError):
            log.warning("turned_away_not_told", counts=len(self._counts))

    async def settle(self) -> None:
        """Add what was counted to what the database has. Raises `StorageError`, and keeps the counts then."""
        if self._analytics is not None:
            await self._settle(self._analytics)

    async def _settle_forever(self, analytics: Analytics) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._settle(analytics)
            except StorageError:
                pass  # `/readyz` tells of it, and the counts wait
            except Exception:  # the counts wait, and the next round may do
                log.exception("turned_away_failed")

    async def _settle(self, analytics: Analytics) -> None:
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        # In one order, so that gateways which add to the same rows wait for each other and not in a circle.
        told = [TurnedAwaySum(*key, count) for key, count in sorted(counts.items())]
        try:
            await analytics.turn_away(told)
        except BaseException:
            self._counts += counts
            raise

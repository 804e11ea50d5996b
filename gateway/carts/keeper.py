"""Looks after gatherings that are due: what a crash or a silence left lying is finished or undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from engine.gathering import STEP_MS
from engine.journal import StorageError
from gateway.carts.gathering import Gatherer

KEEP_S: Final = 1.0
"""Between two looks at what is due; the first is at the start."""
CLAIMED_MAX: Final = 16
"""Gatherings looked after at the same time by one gateway."""
CLAIM_MS: Final = 2 * STEP_MS
"""For how long what one gateway has claimed is left alone by the others."""
_log = structlog.get_logger(__name__)


class CartKeeper:
    """One gateway's part in looking after all gatherings."""

    def __init__(self, gatherer: Gatherer, now_ms: Callable[[], int]) -> None:
        self._gatherer = gatherer
        self._now_ms = now_ms
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look after gatherings from now on."""
        self._keeping = asyncio.ensure_future(self._keep())

    async def stop(self) -> None:
        """Look after nothing any more; others go on with what is left."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    async def _keep(self) -> None:
        while True:
            try:
                while await self.look():
                    pass
            except StorageError as error:
                _log.warning("gatherings_unreachable", reason=str(error))
            except Exception:  # noqa: BLE001 - a bug met by one gathering must not end the care for all
                _log.exception("gatherings_failed")
            await asyncio.sleep(KEEP_S)

    async def look(self) -> bool:
        """Go on with some that are due; True if there may be more. Raises `StorageError`."""
        now_ms = self._now_ms()
        claimed = await self._gatherer.ledger.claim(now_ms, now_ms + CLAIM_MS, CLAIMED_MAX)
        done = await asyncio.gather(*map(self._gatherer.go_on, claimed), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(claimed) == CLAIMED_MAX

"""Looks after payments that are due: what a crash or a silence left lying is finished or undone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from engine.journal import StorageError
from engine.payments.payment import Payment
from engine.payments.step import STEP_MS
from gateway.paying.saga import Saga

KEEP_S: Final = 1.0
"""Between two looks at what is due; the first is at the start."""
CLAIMED_MAX: Final = 16
"""Payments looked after at the same time by one gateway."""
CLAIM_MS: Final = 2 * STEP_MS
"""For how long what one gateway has claimed is left alone by the others."""
Chore = Callable[[], Awaitable[None]]
_log = structlog.get_logger(__name__)


class Keeper:
    """One gateway's part in looking after all payments."""

    def __init__(self, saga: Saga, now_ms: Callable[[], int], *chores: Chore) -> None:
        """`chores` are done as often as the keeper looks, and may raise what it may raise."""
        self._saga = saga
        self._chores = chores
        self._now_ms = now_ms
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look after payments from now on."""
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
                for chore in self._chores:
                    await chore()
            except StorageError as error:
                _log.warning("payments_unreachable", reason=str(error))
            except Exception:  # noqa: BLE001 - a bug met by one payment must not end the care for all
                _log.exception("payments_failed")
            await asyncio.sleep(KEEP_S)

    async def look(self) -> bool:
        """Go on with some that are due; True if there may be more. Raises `StorageError`."""
        now_ms = self._now_ms()
        due = await self._saga.ledger.claim(now_ms, now_ms + CLAIM_MS, CLAIMED_MAX)
        done = await asyncio.gather(*(self._go_on(payment) for payment in due), return_exceptions=True)
        for outcome in done:
            if isinstance(outcome, BaseException):
                raise outcome
        return len(due) == CLAIMED_MAX

    async def _go_on(self, payment: Payment) -> None:
        await self._saga.drive(payment, look=True)

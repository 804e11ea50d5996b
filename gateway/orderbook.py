"""Order rows on their way to the catalogue: many in one statement, one statement in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from engine.catalogue import OrderRow
from engine.journal import StorageUnavailable
from gateway.ports import Catalogue
from gateway.settings import GatewaySettings

log = structlog.get_logger()
OnStored = Callable[[Exception | None], None]
"""Is told once, on the loop, that a row is stored, or why it may not be."""


class OrderBook:
    """Saves rows in groups that grow with the load by themselves; idle, a row leaves at once."""

    def __init__(self, catalogue: Catalogue, settings: GatewaySettings) -> None:
        self._catalogue = catalogue
        self._per_statement = settings.orders_per_statement
        self._waiting_max = settings.orders_waiting_max
        self._waiting: list[tuple[OrderRow, OnStored]] = []
        self._writer: asyncio.Task[None] | None = None

    async def save(self, row: OrderRow) -> None:
        """Return once the row is stored. Raises `StorageUnavailable`, also when too many wait."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settle(failure: Exception | None) -> None:
            if not stored.done():
                stored.set_result(None) if failure is None else stored.set_exception(failure)

        self.put(row, settle)
        await stored

    def put(self, row: OrderRow, on_stored: OnStored) -> None:
        """Store a row. Raises `StorageUnavailable` when too many wait."""
        if len(self._waiting) >= self._waiting_max:
            raise StorageUnavailable("too many orders wait to be stored")
        self._waiting.append((row, on_stored))
        if self._writer is None:
            # Nobody cancels this task: what was sent runs to its end whoever gives up waiting.
            self._writer = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        try:
            while self._waiting:
                group = self._waiting[: self._per_statement]
                del self._waiting[: self._per_statement]
                await self._save(group)
        finally:
            self._writer = None

    async def _save(self, group: list[tuple[OrderRow, OnStored]]) -> None:
        failure: Exception | None = None
        try:
            await self._catalogue.save_orders([row for row, _ in group])
        except Exception as error:  # noqa: BLE001 - handed to those who wait for the rows
            failure = error
        for row, on_stored in group:
            try:
                on_stored(failure)
            except Exception:  # who cannot take an outcome must not take away those of others
                log.exception("outcome_not_taken", order=row.id)

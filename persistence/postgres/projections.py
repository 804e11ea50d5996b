"""The projections in PostgreSQL, for whoever counts: a batch and how far it goes are one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import asyncpg
from msgspec.structs import astuple

from engine.analytics import OrderFact, Projected, Resume
from engine.bus import Backlog
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "projections.sql")
TIMEOUT_S: Final = 30.0


class PostgresProjections:
    """The counts of all events. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str, schema: str | None = None) -> None:
        """With a `schema` its tables are counted in, as a rebuild does; the journal is the same."""
        path = None if schema is None else f"{schema}, public"
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S, search_path=path)

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not counted, the furthest behind first."""
        return [Backlog(*row) for row in await self._connection.fetch(SQL["behind"], streams_max)]

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some, in the same order."""
        return [Backlog(*row) for row in await self._connection.fetch(SQL["behind_of"], list(streams))]

    async def lag(self) -> int:
        """Records of all streams that were not counted yet."""
        return int((await self._connection.fetch(SQL["lag"]))[0]["records"])

    async def resume(self, stream: int) -> Resume | None:
        """How far a stream was counted; None for one that was not begun."""
        rows = await self._connection.fetch(SQL["resume"], stream)
        return Resume(rows[0]["seq"], rows[0]["state"]) if rows else None

    async def known(self, orders: Sequence[str]) -> Mapping[str, OrderFact]:
        """The orders that there are of these."""
        rows = await self._connection.fetch(SQL["known"], list(orders))
        return {row["id"]: OrderFact(**row) for row in rows}

    async def add(self, projected: Projected) -> bool:
        """Add a batch if the stream was counted just up to where it begins; all of it, or (False) nothing."""

        async def work(connection: asyncpg.Connection) -> bool:
            async with connection.transaction():
                if not await _moved(connection, projected):
                    return False
                await _add(connection, projected)
            return True

        return await self._connection.run(work)

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()


async def _moved(connection: asyncpg.Connection, batch: Projected) -> bool:
    """Move the position on; its row is locked until the transaction ends."""
    place = (batch.stream, batch.event, batch.section, batch.seq, batch.at_ms)
    row = (*place, *astuple(batch.stock), batch.state)
    if batch.after_seq == 0:
        return await connection.fetchval(SQL["begin"], *row) is not None
    return await connection.fetchval(SQL["move"], *row, batch.after_seq) is not None


async def _add(connection: asyncpg.Connection, batch: Projected) -> None:
    """Add what was counted. Keys are in order, so that two who add to the same rows wait and do not clash."""
    event, section = batch.event, batch.section
    if batch.steps:
        await connection.execute(SQL["add_steps"], event, section, *_columns(batch.steps))
    if batch.minutes:
        await connection.execute(SQL["add_minutes"], event, *_columns(batch.minutes))
    if batch.sales:
        await connection.execute(SQL["add_sales"], event, section, *_columns(batch.sales))
    if batch.orders:
        facts = [astuple(batch.orders[order]) for order in sorted(batch.orders)]
        await connection.execute(SQL["put_orders"], *_turned(facts))


def _columns(counted: Mapping[Any, Any]) -> list[list[Any]]:
    return _turned([(*astuple(key), *astuple(counted[key])) for key in sorted(counted)])


def _turned(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]

"""What consumers have taken in, in PostgreSQL: kept in one transaction with what came of it.

A consumer with tables of its own does as `PostgresAuditTrail` does: ask `fresh` inside its
transaction, and write what the fresh ones mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import asyncpg
import msgspec

from engine.bus import Position, TrailRow
from engine.due_rows import DueRow
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "inbox.sql")
TIMEOUT_S: Final = 10.0
FORGOTTEN_AT_ONCE: Final = 10_000


async def fresh(
    connection: asyncpg.Connection, consumer: str, positions: Iterable[Position], at_ms: int
) -> set[Position]:
    """Those of `positions` that come for the first time, taken in as the transaction of `connection` ends."""
    columns = list(zip(*positions, strict=True)) or [(), (), ()]
    rows = await connection.fetch(SQL["take_in"], consumer, *columns, at_ms)
    return {(row["stream"], row["seq"], row["part"]) for row in rows}


class PostgresInbox:
    """The inboxes of all consumers. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)

    async def keep(
        self, consumer: str, table: str, rows: Mapping[Position, Sequence[DueRow]], at_ms: int
    ) -> int:
        """Keep the due rows that messages led to, once for each message; how many messages were new."""
        statement = SQL["keep_row"].replace("{table}", _checked(table))

        async def work(connection: asyncpg.Connection) -> int:
            async with connection.transaction():
                new = await fresh(connection, consumer, rows, at_ms)
                kept = [_columns(row) for position in rows if position in new for row in rows[position]]
                if kept:
                    await connection.executemany(statement, kept)
            return len(new)

        return await self._connection.run(work)

    async def bury(self, consumer: str, position: Position, reason: str, body: bytes, at_ms: int) -> None:
        """Keep a message that a consumer cannot act on."""
        await self._connection.execute(SQL["bury"], consumer, *position, reason, body, at_ms)

    async def dead(self) -> dict[str, int]:
        """How many messages of each consumer were put aside."""
        return {row["consumer"]: row["letters"] for row in await self._connection.fetch(SQL["dead"])}

    async def forget(self, before_ms: int) -> int:
        """Drop some of what was taken in before a time; how many, 0 when nothing is left."""
        tag = await self._connection.execute(SQL["forget"], before_ms, FORGOTTEN_AT_ONCE)
        return int(tag.rpartition(" ")[2])

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()


class PostgresAuditTrail:
    """The audit trail, written once for each message. Calls may raise `StorageUnavailable`."""

    def __init__(self, dsn: str) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)

    async def write(self, consumer: str, rows: Sequence[TrailRow], at_ms: int) -> int:
        """Write what is not written yet; how much that was."""

        async def work(connection: asyncpg.Connection) -> int:
            async with connection.transaction():
                new = await fresh(connection, consumer, map(_position, rows), at_ms)
                entries = [msgspec.structs.astuple(row) for row in rows if _position(row) in new]
                if entries:
                    await connection.execute(SQL["keep_trail"], *zip(*entries, strict=True))
            return len(new)

        return await self._connection.run(work)

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()


def _position(row: TrailRow) -> Position:
    return row.stream, row.seq, row.part


def _checked(table: str) -> str:
    if table not in ("letters", "deliveries"):
        raise ValueError(f"no table of ours: {table!r}")
    return table


def _columns(row: DueRow) -> tuple[Any, ...]:
    return row.id, row.version, row.due_ms, row.alias, msgspec.json.encode(row).decode()

"""A second set of the projections, counted from nothing beside the first, and put in its place in one step.

Whoever reads meanwhile reads the first set. Whoever counts meanwhile goes on in it, and finds
after the change that others were there before: a position that is not the expected one.
"""

from __future__ import annotations

from typing import Any, Final

import asyncpg
import msgspec

from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.postgres.projections import PostgresProjections
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "rebuilding.sql")
SCHEMA: Final = "projections_rebuilt"
TABLES: Final = {
    "projected_streams": 50,
    "projected_steps": 70,
    "projected_minutes": 70,
    "projected_sales": 70,
    "projected_orders": 100,
}
"""The tables, and how full their pages are filled."""
TIMEOUT_S: Final = 300.0
"""How long comparing and changing over may take."""


class Rebuilt(msgspec.Struct, frozen=True):
    """What was counted from nothing. `differences` are rows that the first set had otherwise.

    None: it had been counted up to other records, and cannot be compared.
    """

    streams: int
    records: int
    held: int
    sold: int
    orders: int
    booked: int
    differences: int | None


class PostgresRebuild:
    """One rebuild at a time: a second one begins anew. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)
        self.tables = PostgresProjections(dsn, SCHEMA)

    async def begin(self) -> None:
        """Make the second set, with nothing in it."""

        async def work(connection: asyncpg.Connection) -> None:
            async with connection.transaction():
                await connection.execute(SQL["begin"])
                for table, fillfactor in TABLES.items():
                    made = SQL["table"].replace("{table}", table)
                    await connection.execute(made.replace("{fillfactor}", str(fillfactor)))

        await self._connection.run(work)

    async def finish(self, *, swap: bool) -> Rebuilt:
        """Compare both sets, and put the second in the place of the first, or (without `swap`) drop it."""

        async def work(connection: asyncpg.Connection) -> Rebuilt:
            async with connection.transaction():
                await connection.execute(SQL["freeze"])
                differences = await _differences(connection)
                totals = await connection.fetchrow(SQL["totals"])
                for table in TABLES if swap else ():
                    await connection.execute(SQL["swap"].replace("{table}", table))
                await connection.execute(SQL["end"])
                return Rebuilt(**totals, differences=differences)

        return await self._connection.run(work)

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        await self.tables.close()
        await self._connection.close()


async def _differences(connection: Any) -> int | None:
    if await connection.fetchval(SQL["apart"]):
        return None
    differences = 0
    for table in TABLES:
        differences += await connection.fetchval(SQL["differ"].replace("{table}", table))
    return differences

"""Connections to PostgreSQL as a tuned service of today has them."""

from __future__ import annotations

from typing import Any, Final

import asyncpg

from bench.baselines.ports import Books, Purchase
from persistence.sql import load_statements

POOL_SIZE: Final = 24
"""Tried from 8 to 64 on two cores: fewer leave commits alone, more only wait for each other."""
STATEMENT_TIMEOUT_S: Final = 15.0
SQL: Final = load_statements("bench.baselines", "statements.sql")
SCHEMA: Final = load_statements("bench.baselines", "schema.sql")


class _Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg carries no types
    """Saves the round trip that a pool spends on cleaning a connection nobody has soiled."""

    __slots__ = ()

    def get_reset_query(self) -> str:
        """Nothing to clean: statements run in autocommit and set nothing."""
        return ""


class SeatPool:
    """A full pool from the start, prepared statements kept, no reset between two uses."""

    def __init__(self, dsn: str) -> None:
        self._dsn: Final = dsn
        self._pool: asyncpg.Pool

    async def open(self) -> None:
        """Connect, make tables and functions. Raises what asyncpg raises."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=POOL_SIZE,
            max_size=POOL_SIZE,
            connection_class=_Connection,
            max_inactive_connection_lifetime=0,
            command_timeout=STATEMENT_TIMEOUT_S,
            server_settings={"jit": "off", "application_name": "holdfast-baseline"},
        )
        for statement in SCHEMA.values():
            await self._pool.execute(statement)

    async def stock(self, stream: int, seats: int) -> None:
        """A free row for each seat; fresh statistics, so that plans are those of a grown table."""
        await self._pool.execute(SQL["stock"], stream, seats)
        await self._pool.execute("ANALYZE baseline_seats")

    async def fetch(self, name: str, *arguments: object) -> list[Any]:
        """Run a named statement and return its rows."""
        rows: list[Any] = await self._pool.fetch(SQL[name], *arguments)
        return rows

    async def seats(self, name: str, *arguments: object) -> list[int]:
        """Run a named statement that gives seats."""
        return [row["seat"] for row in await self._pool.fetch(SQL[name], *arguments)]

    def transaction(self) -> Any:
        """A connection of one's own, to be entered; for what takes more than one statement."""
        return self._pool.acquire()

    async def audit(self) -> Books:
        """Seats by status, orders that own nothing, holds that were sold more than once."""
        counts = {row["status"]: row["count"] for row in await self.fetch("counts")}
        empty = [f"order {row['id']} has no seat" for row in await self.fetch("orders_without_seats")]
        twice = [f"hold {row['hold']} was sold twice" for row in await self.fetch("seats_sold_twice")]
        return Books(counts.get(2, 0), counts.get(1, 0), (*empty, *twice))

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()


def paid(purchase: Purchase) -> tuple[str, str, str, int]:
    """The arguments that confirming statements share."""
    return purchase.hold, purchase.holder, purchase.order, purchase.now_ms

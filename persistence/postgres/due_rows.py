"""Rows that are due, in PostgreSQL: one table a kind, the row itself as JSON."""

from __future__ import annotations

from typing import Any, Final, Generic, Literal

import msgspec

from engine.due_rows import Row
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.postgres.rows import storable
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "due_rows.sql")
TIMEOUT_S: Final = 10.0
DueTable = Literal[
    "payments", "sandbox_intents", "letters", "deliveries", "replays", "gatherings", "waitlists"
]


class PostgresDueRows(Generic[Row]):
    """Rows of one kind over a connection of its own. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str, table: DueTable, kind: type[Row]) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)
        self._sql = {name: statement.replace("{table}", table) for name, statement in SQL.items()}
        self._decoder: msgspec.json.Decoder[Row] = msgspec.json.Decoder(kind)

    async def begin(self, row: Row) -> Row:
        """Keep a new row, or give back the one that is there."""
        tag = await self._connection.execute(self._sql["begin"], *_columns(row))
        if tag == "INSERT 0 1":
            return row
        return await self.get(row.id) or row

    async def get(self, row_id: str) -> Row | None:
        """The row by its id."""
        return self._one(await self._connection.fetch(self._sql["get"], storable(row_id)))

    async def find(self, alias: str) -> Row | None:
        """The row by its second name."""
        return self._one(await self._connection.fetch(self._sql["find"], storable(alias)))

    async def advance(self, row: Row) -> bool:
        """Put `row` in the place of the version before it."""
        return await self._connection.execute(self._sql["advance"], *_columns(row)) == "UPDATE 1"

    async def claim(self, now_ms: int, until_ms: int, rows_max: int) -> list[Row]:
        """Rows that are due."""
        return self._all(await self._connection.fetch(self._sql["claim"], now_ms, until_ms, rows_max))

    async def page(self, after: str, rows_max: int) -> list[Row]:
        """Rows in the order of their ids."""
        return self._all(await self._connection.fetch(self._sql["page"], after, rows_max))

    async def among(self, ids: list[str]) -> list[Row]:
        """Those of these rows that there are."""
        return self._all(await self._connection.fetch(self._sql["among"], ids))

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()

    def _all(self, found: list[Any]) -> list[Row]:
        return [self._decoder.decode(row["data"]) for row in found]

    def _one(self, found: list[Any]) -> Row | None:
        return self._decoder.decode(found[0]["data"]) if found else None


def _columns(row: Row) -> tuple[object, ...]:
    return row.id, row.version, row.due_ms, row.alias, msgspec.json.encode(row).decode()

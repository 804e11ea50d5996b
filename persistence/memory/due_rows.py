"""Rows that are due, in memory."""

from __future__ import annotations

from typing import Generic

from engine.due_rows import Row
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase


class MemoryDueRows(Generic[Row]):
    """Rows of one kind. Every call raises `StorageUnavailable` while the database is down."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._rows: dict[str, Row] = {}
        self._due_ms: dict[str, int] = {}

    async def begin(self, row: Row) -> Row:
        """Keep a new row, or give back the one that is there."""
        self._reach()
        if row.id not in self._rows:
            self._put(row)
        return self._rows[row.id]

    async def get(self, row_id: str) -> Row | None:
        """The row by its id."""
        self._reach()
        return self._rows.get(row_id)

    async def find(self, alias: str) -> Row | None:
        """The row by its second name."""
        self._reach()
        return next((row for row in self._rows.values() if row.alias == alias), None)

    async def advance(self, row: Row) -> bool:
        """Put `row` in the place of the version before it."""
        self._reach()
        before = self._rows.get(row.id)
        if before is None or before.version != row.version - 1:
            return False
        self._put(row)
        return True

    async def claim(self, now_ms: int, until_ms: int, rows_max: int) -> list[Row]:
        """Rows that are due, longest first."""
        self._reach()
        due = sorted((at_ms, key) for key, at_ms in self._due_ms.items() if at_ms <= now_ms)[:rows_max]
        for _, key in due:
            self._due_ms[key] = until_ms
        return [self._rows[key] for _, key in due]

    async def page(self, after: str, rows_max: int) -> list[Row]:
        """Rows in the order of their ids."""
        self._reach()
        return [self._rows[key] for key in sorted(key for key in self._rows if key > after)[:rows_max]]

    async def among(self, ids: list[str]) -> list[Row]:
        """Those of these rows that there are."""
        self._reach()
        return [self._rows[key] for key in ids if key in self._rows]

    def _put(self, row: Row) -> None:
        self._rows[row.id] = row
        self._due_ms.pop(row.id, None)
        if row.due_ms is not None:
            self._due_ms[row.id] = row.due_ms

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")

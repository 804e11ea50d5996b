"""Exports under way: a batch is read when the one before has left, and only so many run at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, Literal

from gateway.exports.columns import Row, Table
from gateway.exports.csv_rows import csv_header, csv_rows
from gateway.exports.parquet import ParquetFile

ROWS_A_BATCH: Final = 2_000
"""Rows that are in memory of one export."""
EXPORTS_MAX: Final = 4
"""Exports of one gateway at the same time."""
Format = Literal["csv", "parquet"]
Batches = AsyncIterator[Sequence[Row]]
Read = Callable[[str, int], Awaitable[tuple[Sequence[Row], str | None]]]
"""A page from behind a mark on: its rows, and the mark of the next one."""


class Slots:
    """How many exports may begin."""

    def __init__(self, most: int = EXPORTS_MAX) -> None:
        """None has begun."""
        self.free = most

    def take(self) -> bool:
        """Begin one, if it may; it is to be given back."""
        if self.free == 0:
            return False
        self.free -= 1
        return True

    def give_back(self) -> None:
        """One has ended."""
        self.free += 1


async def batches(read: Read, first: tuple[Sequence[Row], str | None]) -> Batches:
    """All pages from the first one on, which was read before anything was said to anybody."""
    rows, mark = first
    while True:
        yield rows
        if mark is None:
            return
        rows, mark = await read(mark, ROWS_A_BATCH)


async def exported(table: Table, format_: Format, rows: Batches) -> AsyncIterator[bytes]:
    """The file, in pieces; it is whole only when its last piece came.

    Nothing is read ahead: whoever stops taking pieces stops the export.
    """
    if format_ == "csv":
        yield csv_header(table)
        async for batch in rows:
            yield csv_rows(table, batch)
        return
    file = await asyncio.to_thread(ParquetFile, table)
    async for batch in rows:
        yield await asyncio.to_thread(file.rows, batch)
    yield await asyncio.to_thread(file.end)

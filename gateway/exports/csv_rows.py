"""Rows as CSV after RFC 4180, a batch at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from engine.times import rfc3339
from gateway.exports.columns import FORMULAS, Kind, Row, Table, Value


def csv_header(table: Table) -> bytes:
    """The first line: the names of the columns."""
    return _lines([[name for name, _ in table.columns]])


def csv_rows(table: Table, rows: Iterable[Row]) -> bytes:
    """A line a row. What a spreadsheet would take for a formula begins with an apostrophe."""
    kinds = [kind for _, kind in table.columns]
    return _lines(
        [_shown(kind, value, table.decimals) for kind, value in zip(kinds, row, strict=True)] for row in rows
    )


def decimal(minor: int, decimals: int) -> str:
    """An amount in major units.

    >>> decimal(8_900, 2), decimal(-5, 2), decimal(89, 0)
    ('89.00', '-0.05', '89')
    """
    sign, digits = "-" * (minor < 0), f"{abs(minor):0{decimals + 1}d}"
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _shown(kind: Kind, value: Value, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULAS) else value
    if kind == "money":
        return decimal(value, decimals)
    return rfc3339(value) if kind == "time" else str(value)


def csv_of(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    """A whole table that is small."""
    yield csv_header(table)
    yield csv_rows(table, rows)

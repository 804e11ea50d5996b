"""What a table says: named columns of a few kinds, and rows of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from engine.views import money

Kind = Literal["text", "count", "money", "time"]
Value = str | int | None
Row = Sequence[Value]
"""A value a column: money in minor units, times in Unix milliseconds."""


class Table(msgspec.Struct, frozen=True):
    """Columns by name with their kinds; all money of a table is of one currency, with so many decimals."""

    columns: tuple[tuple[str, Kind], ...]
    decimals: int


CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def decimals_of(currency: str) -> int:
    """How many decimals amounts of a currency have.

    >>> decimals_of("EUR"), decimals_of("JPY")
    (2, 0)
    """
    return len(money(0, currency).amount.partition(".")[2])

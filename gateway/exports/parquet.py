"""Rows as Apache Parquet, a row group a batch.

The file is written from its beginning to its end without ever going back, so what is written
can be sent at once, and there is no file on a disk. Arrow is large, and loaded when somebody
asks for the first export. All here takes its time: call it in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from gateway.exports.columns import Kind, Row, Table, Value

DIGITS: Final = 18
"""Of an amount: more than any sum of 64 bits of minor units needs."""


class _Drain:
    """A file that only remembers what was written since it was last emptied."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        """Take some bytes."""
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The writer has said all it had to say; it is emptied once more."""

    def emptied(self) -> bytes:
        """What was written since the last time."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class ParquetFile:
    """A file that is being written; what `rows` and `end` give, one after the other, is the file."""

    def __init__(self, table: Table) -> None:
        """Nothing is written yet."""
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {
            "text": pa.string(),
            "count": pa.int64(),
            "money": pa.decimal128(DIGITS, table.decimals),
            "time": pa.timestamp("ms", tz="UTC"),
        }
        self._arrow: Any = pa
        self._table = table
        self._schema = pa.schema([(name, kinds[kind]) for name, kind in table.columns])
        self._drain = _Drain()
        self._writer = parquet.ParquetWriter(
            pa.PythonFile(self._drain, mode="w"), self._schema, compression="zstd"
        )

    def rows(self, rows: Sequence[Row]) -> bytes:
        """Write a batch of rows."""
        if rows:
            columns = zip(self._table.columns, zip(*rows, strict=True), strict=True)
            arrays = [
                self._arrow.array(
                    [_plain(kind, value, self._table.decimals) for value in values],
                    self._schema.field(name).type,
                )
                for (name, kind), values in columns
            ]
            self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        return self._drain.emptied()

    def end(self) -> bytes:
        """Write the end, which says where everything is."""
        self._writer.close()
        return self._drain.emptied()


def _plain(kind: Kind, value: Value, decimals: int) -> Any:
    return Decimal(value).scaleb(-decimals) if kind == "money" and isinstance(value, int) else value


def parquet_of(table: Table, rows: Sequence[Row]) -> bytes:
    """A whole table that is small."""
    file = ParquetFile(table)
    return file.rows(rows) + file.end()

"""Orders and reports as CSV and Parquet: whole, exact, and never more than a batch of them in memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from engine.journal import StorageUnavailable
from gateway.exports.columns import Row
from gateway.exports.exporting import EXPORTS_MAX, ROWS_A_BATCH, Format, batches, exported
from gateway.rest.exports import orders_table
from tests.integration.gateway.test_analytics import count_all
from tests.integration.gateway.test_figures import GROUPS, ask, sell_some
from tests.integration.gateway.world import World

TABLE = orders_table("EUR")
NAMES = [name for name, _ in TABLE.columns]


async def fetched(world: World, path: str) -> bytes:
    """A file that the organiser is given."""
    async with world.http("organiser", "boss") as http:
        reply = await http.get(f"/v1/events/{world.event.id}/{path}")
        assert reply.is_success, reply.text
        return reply.content


async def test_orders_are_the_same_in_every_form() -> None:
    """A page of JSON, CSV and Parquet tell the same orders, to the cent."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        page = await ask(world, "orders")
        lines = list(csv.DictReader(io.StringIO((await fetched(world, "orders?format=csv")).decode())))
        table = parquet.read_table(pa.BufferReader(await fetched(world, "orders?format=parquet")))
        rows: list[dict[str, Any]] = table.to_pylist()
    assert (NAMES, NAMES) == (list(lines[0]), table.column_names)
    assert [0, 3, 3] == [page["behind"], len(lines), len(rows)]
    for told, line, row in zip(page["data"], lines, rows, strict=True):
        same = (told["order"], told["status"], told["amount"]["amount"], told["refunded"]["amount"])
        assert same == (line["order"], line["status"], line["amount"], line["refunded"])
        assert same == (row["order"], row["status"], str(row["amount"]), str(row["refunded"]))
        assert told["placed_at"] == line["placed_at"]
        assert told["placed_at"] == row["placed_at"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
        assert ("Ann", "ann@example.org") == (line["buyer_name"], row["buyer_email"])
    assert ["cancelled", "confirmed", "confirmed"] == sorted(each["status"] for each in rows)


async def test_pages_of_orders_follow_each_other() -> None:
    """Each order is on one of them."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        found, after = [], ""
        for _ in range(3):
            page = await ask(world, f"orders?limit=1&after={after}")
            found += page["data"]
            after = page["next"] or ""
        assert (False, 3) == (page["has_more"], len({each["order"] for each in found}))


async def test_reports_are_the_same_in_every_form() -> None:
    """In each grouping."""
    async with World() as world:
        await sell_some(world)
        for by in GROUPS:
            rows = (await ask(world, f"report?by={by}"))["rows"]
            data = await fetched(world, f"report?by={by}&format=parquet")
            table = parquet.read_table(pa.BufferReader(data)).to_pylist()
            told = [(row["key"], row["total"], row["value"]["amount"]) for row in rows]
            assert told == [(each[by], each["total"], str(each["value"])) for each in table]


def rows_from(mark: str, limit: int) -> list[Row]:
    """Made-up orders, as many as one asks for."""
    begin = int(mark or 0)
    return [
        (
            *(f"{number:09d}", "evt_1", "S", "confirmed", 2, 8_900, 0, "EUR", 10**12 + number, None, None),
            *(f"Buyer {number}", f"b{number}@example.org", "sandbox"),
        )
        for number in range(begin, begin + limit)
    ]


class Source:
    """So many batches of orders; `read` says how many were asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.read = 0

    async def page(self, mark: str, limit: int) -> tuple[Sequence[Row], str | None]:
        self.read += 1
        rows = rows_from(mark, limit)
        return rows, None if self.read == self.count else str(int(mark or 0) + limit)


async def exported_bytes(count: int, format_: Format) -> tuple[int, int]:
    """How large an export of so many batches is, and the most memory that it took."""
    source, size = Source(count), 0
    tracemalloc.start()
    rows = batches(source.page, await source.page("", ROWS_A_BATCH))
    async for piece in exported(TABLE, format_, rows):
        size += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == source.read
    return size, peak


@pytest.mark.parametrize("format_", ["csv", "parquet"])
async def test_a_long_export_takes_no_more_memory_than_a_short_one(format_: Format) -> None:
    """Only a batch is there at any time, however many there are."""
    await exported_bytes(1, format_)  # what is loaded once is not counted
    short, few = await exported_bytes(3, format_)
    long, many = await exported_bytes(30, format_)
    assert long > 9 * short
    assert many < 1.5 * few


@pytest.mark.parametrize("format_", ["csv", "parquet"])
async def test_nothing_is_read_ahead_of_who_takes_it(format_: Format) -> None:
    """A slow reader keeps a batch waiting, and one who goes away stops the reading."""
    source = Source(10)
    rows = batches(source.page, await source.page("", ROWS_A_BATCH))
    file = exported(TABLE, format_, rows)
    for read in (1, 2, 3) if format_ == "parquet" else (1, 1, 2):
        await anext(file)
        assert read == source.read
    await file.aclose()  # type: ignore[attr-defined]  # it is an async generator
    assert source.read <= 3


async def test_only_so_many_exports_run_at_once() -> None:
    """The next one is told to come later; whoever ends makes room, however they end."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        slots = world.app.state.exports
        assert all(slots.take() for _ in range(EXPORTS_MAX))
        async with world.http("organiser", "boss") as http:
            reply = await http.get(f"/v1/events/{world.event.id}/orders?format=csv")
            assert ("section_overloaded", "5") == (reply.json()["code"], reply.headers["retry-after"])
            slots.give_back()
            assert (await http.get(f"/v1/events/{world.event.id}/orders?format=csv")).is_success
            world.database.down = True
            reply = await http.get(f"/v1/events/{world.event.id}/orders?format=csv")
            assert "storage_unavailable" == reply.json()["code"]
            world.database.down = False
        assert 1 == slots.free


async def test_an_export_that_breaks_is_no_whole_file() -> None:
    """The database goes away in the middle: the connection breaks."""

    async def page(mark: str, limit: int) -> tuple[Sequence[Row], str | None]:
        if mark:
            raise StorageUnavailable("gone")
        return rows_from(mark, limit), str(limit)

    rows = batches(page, await page("", 5))
    file = exported(TABLE, "csv", rows)
    assert [await anext(file), await anext(file)]
    with pytest.raises(StorageUnavailable):
        await anext(file)


async def test_no_cell_is_a_formula() -> None:
    """Names that a spreadsheet would calculate are texts."""
    row = list(rows_from("", 1)[0])
    row[NAMES.index("buyer_name")] = "=HYPERLINK(1)"

    async def page(_mark: str, _limit: int) -> tuple[Sequence[Row], str | None]:
        return [row], None

    rows = batches(page, await page("", 1))
    text = b"".join([piece async for piece in exported(TABLE, "csv", rows)]).decode()
    assert "'=HYPERLINK(1)" == next(csv.DictReader(io.StringIO(text)))["buyer_name"]

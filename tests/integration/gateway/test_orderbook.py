"""Order rows in groups, and checkouts that cannot be finished."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from engine.catalogue import OrderRow
from engine.journal import StorageUnavailable
from gateway.orderbook import OrderBook
from gateway.settings import GatewaySettings
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase

SETTINGS = GatewaySettings(secret="x" * 32, orders_per_statement=3, orders_waiting_max=5)


def row(number: int) -> OrderRow:
    """An order row."""
    return OrderRow(f"ord_{number}", "evt_1", 1, "hld_1", "usr_ann", "Ann", "a@b", "sandbox", 0)


class Slow(MemoryCatalogue):
    """A catalogue whose statements wait for the test."""

    def __init__(self) -> None:
        super().__init__(MemoryDatabase())
        self.statements: list[list[str]] = []
        self.go = asyncio.Semaphore(0)
        self.failure: Exception | None = None

    async def save_orders(self, rows: Sequence[OrderRow]) -> None:
        self.statements.append([each.id for each in rows])
        await self.go.acquire()
        if self.failure is not None:
            raise self.failure
        await super().save_orders(rows)


async def test_rows_leave_in_groups() -> None:
    """The first row leaves at once; those that come meanwhile leave together, at most so many."""
    catalogue = Slow()
    book = OrderBook(catalogue, SETTINGS)
    first = asyncio.ensure_future(book.save(row(0)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.ensure_future(book.save(row(number))) for number in range(1, 5)]
    await asyncio.sleep(0)
    assert [["ord_0"]] == catalogue.statements
    for _ in range(3):
        catalogue.go.release()
    await asyncio.gather(first, *others)
    assert [["ord_0"], ["ord_1", "ord_2", "ord_3"], ["ord_4"]] == catalogue.statements


async def test_a_failure_is_told_to_those_concerned() -> None:
    """Rows of a statement that failed are not stored and their callers know; later rows go on."""
    catalogue = Slow()
    book = OrderBook(catalogue, SETTINGS)
    catalogue.failure = StorageUnavailable("gone")
    catalogue.go.release()
    with pytest.raises(StorageUnavailable, match="gone"):
        await book.save(row(1))
    catalogue.failure = None
    catalogue.go.release()
    await book.save(row(2))
    assert [None, row(2)] == [await catalogue.order("ord_1"), await catalogue.order("ord_2")]


async def test_who_cannot_take_an_outcome_takes_none_from_others() -> None:
    """Those of the same statement are told all the same, and so are those behind it."""
    catalogue = Slow()
    book = OrderBook(catalogue, SETTINGS)
    told: list[int] = []

    def fails(_failure: Exception | None) -> None:
        raise ValueError("a bug of one caller")

    book.put(row(0), fails)
    book.put(row(1), lambda _: told.append(1))
    for _ in range(2):
        catalogue.go.release()
    await book.save(row(2))
    await book.save(row(3))
    assert [1] == told


async def test_the_queue_of_rows_is_bounded() -> None:
    """When too many rows wait, the next caller is told at once."""
    catalogue = Slow()
    book = OrderBook(catalogue, SETTINGS)
    waiting = [asyncio.ensure_future(book.save(row(number))) for number in range(5)]
    await asyncio.sleep(0)
    waiting += [asyncio.ensure_future(book.save(row(number))) for number in range(5, 8)]
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable, match="too many"):
        await book.save(row(99))
    for _ in range(4):
        catalogue.go.release()
    await asyncio.gather(*waiting)

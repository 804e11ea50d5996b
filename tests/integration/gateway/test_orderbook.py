"""Order rows in groups, and checkouts that cannot be finished."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec
import pytest

from actors.answers import accepted, explained
from actors.wire import Answer
from engine.catalogue import OrderRow
from engine.commands import BookOrder, PinHold, Request
from engine.ids import id_body
from engine.journal import StorageUnavailable
from engine.views import Money as MoneyView
from engine.views import OrderView
from gateway.checkout import Checkout
from gateway.directory import Directory
from gateway.orderbook import OrderBook
from gateway.orders import SettledOrder
from gateway.payments import SandboxProvider
from gateway.settings import GatewaySettings
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from protocol.errors import Problem
from protocol.requests import CheckoutBody
from tests.unit.gateway.desks import ANN

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


class Scripted:
    """Sections that answer each kind of command as a test says."""

    def __init__(self, answers: dict[type, Answer]) -> None:
        self.answers = answers
        self.keys: list[str | None] = []

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        raise NotImplementedError

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        self.keys.append(request.idem)
        return self.answers[type(request.command)]


class Purse(SandboxProvider):
    """A provider that notes what it gave back."""

    def __init__(self) -> None:
        self.refunded: list[tuple[str, str]] = []

    async def refund(self, order: str, reference: str) -> None:
        self.refunded.append((order, reference))


PINNED = accepted(OrderView("ord_1", "pending", "A", ("h", 2), MoneyView("10.00", "EUR"), "hld_1"), 2)
HOLD = "hld_" + id_body(1, 2, 3)
BUYER = {"name": "Ann", "email": "a@b"}
BODY = msgspec.convert({"hold": HOLD, "buyer": BUYER, "payment": {"method": "pinned-card"}}, CheckoutBody)


async def begun(booked: Answer) -> tuple[SettledOrder | Problem, Purse, Scripted]:
    """A checkout whose booking is answered with `booked`."""
    catalogue = MemoryCatalogue(MemoryDatabase())
    sections, purse = Scripted({PinHold: PINNED, BookOrder: booked}), Purse()
    checkout = Checkout(
        sections,
        Directory(catalogue),
        catalogue,
        OrderBook(catalogue, SETTINGS),
        (purse,),
        lambda: 0,
    )
    return await checkout.begin(BODY, ANN, "key", 1_000), purse, sections


async def test_money_goes_back_when_booking_is_refused() -> None:
    """A section that refuses to book for good makes the provider refund, once, and says why."""
    outcome, purse, sections = await begun(explained("hold_expired", "Too late."))
    assert isinstance(outcome, Problem)
    assert "hold_expired" == outcome.code
    assert [("ord_1", "sandbox-ord_1")] == purse.refunded
    assert ["key", "key\x1fbook"] == sections.keys


async def test_money_stays_while_the_outcome_is_open() -> None:
    """When nobody knows whether the booking stands nothing is refunded: the retry will tell."""
    outcome, purse, _ = await begun(explained("outcome_unknown", "Ask again."))
    assert isinstance(outcome, Problem)
    assert ("outcome_unknown", True) == (outcome.code, outcome.retryable)
    assert [] == purse.refunded

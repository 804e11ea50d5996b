"""A gateway dies before or after each single thing that it asks of others; another one goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest

from gateway.auth import Principal, principal_id
from gateway.checkout import Checkout
from gateway.directory import Directory
from gateway.notices import HoldNotices
from gateway.orderbook import OrderBook
from gateway.paying.counter import Counter
from gateway.paying.keeper import PaymentKeeper
from gateway.paying.news import OrderNews
from gateway.paying.saga import Saga
from gateway.paying.sandbox_bank import SandboxBank
from gateway.payments import SandboxProvider
from protocol.errors import Problem
from protocol.payments import RefundBody
from protocol.requests import CheckoutBody, OrderBody
from tests.integration.gateway.tills import all_payments, check_money, come_to_rest, hold
from tests.integration.gateway.world import World
from tests.known_failures.calls import BUYER

PRICE = 8_900
ANN = Principal(principal_id("ann"), "buyer", (), 2e9)
BOSS = Principal("usr_boss", "organiser", (), 2e9, standing="staff")
STEPS_MAX = 60
DEADLINE_MS = 5_000
WAYS = ["card", "declined-card", "second-step", "slow-card", "late-card", "silent-card"]


class Died(BaseException):
    """The process is gone: nothing of it may catch this."""


class Mortal:
    """Passes calls on, and dies at one of them: before it is made, or when its answer is there."""

    def __init__(self, dies_at: int, after: bool) -> None:
        self.calls = 0
        self._dies_at, self._after = dies_at, after

    def __call__(self, part: Any, *names: str) -> Any:
        """The part with these of its methods counted."""
        return _Counted(part, {name: self._counted(getattr(part, name)) for name in names})

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(*arguments: Any) -> Any:
            self.calls += 1
            dies = self.calls == self._dies_at
            if dies and not self._after:
                raise Died
            answer = await method(*arguments)
            if dies:
                raise Died
            return answer

        return counted


class _Counted:
    def __init__(self, part: Any, counted: dict[str, Callable[..., Any]]) -> None:
        self._part, self._methods = part, counted

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._part, name)


class Gateway:
    """What of a gateway pays, from parts that may kill it."""

    def __init__(self, world: World, mortal: Mortal) -> None:
        rows = "begin", "get", "find", "advance", "claim"
        now_ms = world.clock.now_ms
        sections = mortal(world.router, "ask")
        ledger = mortal(world.books.payments, *rows)
        bank = SandboxBank(mortal(world.books.intents, *rows), b"key", now_ms)
        orders = OrderBook(world.catalogue, world.settings)
        directory = Directory(world.catalogue)
        saga = Saga(sections, ledger, (bank,), now_ms)
        news = OrderNews(ledger, HoldNotices(sections, now_ms))
        self.counter = counter = Counter(sections, directory, mortal(orders, "save"), saga, news)
        self.checkout = Checkout(
            *(sections, directory, world.catalogue, orders, (SandboxProvider(),), now_ms, counter)
        )
        self.keeper = PaymentKeeper(saga, now_ms)


async def live(world: World, http: httpx.AsyncClient, gateway: Gateway, method: str, then: str) -> None:
    """Begin an order, perhaps cancel it or give back a seat of it, and look after it for a while."""
    held = await hold(http, world, ["FRONT-A-1", "FRONT-A-2"])
    body = {"hold": held, "buyer": BUYER, "payment": {"method": f"pinned-{method}"}}
    begun = await gateway.checkout.begin(msgspec.convert(body, CheckoutBody), ANN, "pay", DEADLINE_MS)
    assert not isinstance(begun, Problem) or "payment_declined" == begun.code
    if then == "cancelled":
        (payment,) = await all_payments(world)
        await gateway.checkout.cancel(OrderBody(payment.id), ANN, "gone", DEADLINE_MS)
    if then == "reduced":
        (payment,) = await all_payments(world)
        body_of = RefundBody(seats=("FRONT-A-1",))
        await gateway.counter.refund(payment.id, body_of, BOSS, "part", DEADLINE_MS)
    for ahead_ms in (5_000, 880_000, 10_000, 120_000):
        world.clock.ahead_ms += ahead_ms
        await gateway.keeper.look()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("method", WAYS)
@pytest.mark.parametrize("then", ["kept", "cancelled", "reduced"])
async def test_every_order_comes_to_its_end(method: str, after: bool, then: str) -> None:
    """Seats are sold for money or neither, nothing is taken twice, and nothing is stuck."""
    for dies_at in range(1, STEPS_MAX):
        async with World() as world, world.http() as http:
            mortal = Mortal(dies_at, after)
            with suppress(Died):
                await live(world, http, Gateway(world, mortal), method, then)
            await come_to_rest(world)
            sold, kept = await check_money(world)
            assert sold * PRICE == kept, f"died {'after' if after else 'before'} call {dies_at}"
            taken = [intent for intent in world.books.intents._rows.values() if intent.standing == "taken"]
            assert len(taken) <= 1
        if mortal.calls < dies_at:
            return
    raise AssertionError("the walk is longer than was thought")

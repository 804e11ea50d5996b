"""Whole lives of orders that are paid the longer way, as one gateway looks after them."""

from __future__ import annotations

from typing import Any, Final, Literal

import httpx
import msgspec

from gateway.access.auth import Principal, principal_id
from gateway.carts.carts import Carts
from gateway.carts.following import FollowingSections
from gateway.checkout import Checkout
from gateway.notices import HoldNotices
from gateway.orderbook import OrderBook
from gateway.paying.counter import Counter
from gateway.paying.keeper import PaymentKeeper
from gateway.paying.news import OrderNews
from gateway.paying.saga import Saga
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.sections.directory import Directory
from protocol.errors import Problem
from protocol.payments import RefundBody
from protocol.requests import CheckoutBody, OrderBody
from tests.integration.gateway.mortal import Mortal
from tests.integration.gateway.test_carts import create, settle
from tests.integration.gateway.tills import all_payments
from tests.integration.gateway.world import World
from tests.known_failures.calls import BUYER

ANN: Final = Principal(principal_id("ann"), "buyer", (), 2e9)
BOSS: Final = Principal("usr_boss", "organiser", (), 2e9, standing="staff")
DEADLINE_MS: Final = 5_000
ROWS: Final = "begin", "get", "find", "among", "advance", "claim"
ONE: Final = ("FRONT-A-1", "FRONT-A-2")
TWO: Final = ("BACK-A-1", "FRONT-A-1")
Then = Literal["kept", "cancelled", "reduced", "refunded", "approved", "taken", "waited for"]


class Life(msgspec.Struct, frozen=True):
    """How an order is paid, for which seats, and what is done with it then."""

    method: str
    then: Then = "kept"
    seats: tuple[str, ...] = ONE
    accept_equal: bool = False

    def __str__(self) -> str:
        """Its name among others."""
        words = [self.method, self.then, "two sections" if self.seats == TWO else ""]
        return " ".join(filter(None, [*words, "equal" if self.accept_equal else ""]))


LIVES: Final = (
    Life("card"),
    Life("card", "cancelled"),
    Life("card", "reduced"),
    Life("card", "refunded"),
    Life("card", "waited for"),
    Life("declined-card"),
    Life("second-step"),
    Life("second-step", "approved"),
    Life("second-step", "cancelled"),
    Life("slow-card"),
    Life("slow-card", "cancelled"),
    Life("silent-card"),
    Life("late-card"),
    Life("late-card", "cancelled"),
    Life("late-card", "taken"),
    Life("late-card", "taken", accept_equal=True),
    Life("card", "kept", TWO),
    Life("card", "cancelled", TWO),
    Life("card", "reduced", TWO),
    Life("late-card", "kept", TWO),
    Life("late-card", "taken", TWO),
    Life("late-card", "taken", TWO, accept_equal=True),
)


class Gateway:
    """What of a gateway pays, from parts that may be lost."""

    def __init__(self, world: World, mortal: Mortal) -> None:
        now_ms = world.clock.now_ms
        carts = Carts(mortal(world.router, "ask"), mortal(world.books.gatherings, *ROWS), now_ms)
        sections = FollowingSections(mortal(world.router, "ask"), carts)
        ledger = mortal(world.books.payments, *ROWS)
        bank = SandboxBank(mortal(world.books.intents, *ROWS), b"key", now_ms)
        orders = OrderBook(world.catalogue, world.settings)
        directory = Directory(world.catalogue)
        late = mortal(world.books.paying.late, "goes_back")
        saga = Saga(sections, ledger, (bank,), now_ms, carts, late)
        news = OrderNews(ledger, HoldNotices(sections, now_ms))
        self.counter = counter = Counter(sections, directory, mortal(orders, "save"), saga, news)
        self.checkout = Checkout(
            *(sections, directory, world.catalogue, orders, (SandboxProvider(),), now_ms, counter)
        )
        self.keeper = PaymentKeeper(saga, now_ms)


async def live(world: World, http: httpx.AsyncClient, gateway: Gateway, life: Life) -> None:
    """Begin an order, do with it what is to be done, and look after it for a while."""
    held = (await create(http, world, "hold", seats=list(life.seats))).json()["hold"]
    body = {"hold": held, "buyer": BUYER, "payment": {"method": f"pinned-{life.method}"}}
    asked = msgspec.convert(body | {"accept_equal": life.accept_equal}, CheckoutBody)
    begun = await gateway.checkout.begin(asked, ANN, "pay", DEADLINE_MS)
    if isinstance(begun, Problem) and begun.code == "outcome_unknown":
        begun = await gateway.checkout.begin(asked, ANN, "pay", DEADLINE_MS)
    assert not isinstance(begun, Problem) or "payment_declined" == begun.code, begun
    await _do(world, http, gateway, life)
    for ahead_ms in (5_000, 880_000):
        world.clock.ahead_ms += ahead_ms
        await gateway.keeper.look()
    if life.then == "taken":
        await settle(world, 100_000)
        async with world.http(sub="eve") as eve:
            assert 201 == (await create(eve, world, "eve", seats=[life.seats[0]])).status_code
    for ahead_ms in (10_000, 120_000):
        world.clock.ahead_ms += ahead_ms
        await gateway.keeper.look()


async def _do(world: World, http: Any, gateway: Gateway, life: Life) -> None:
    (payment,) = await all_payments(world)
    counter = gateway.counter
    match life.then:
        case "cancelled":
            await gateway.checkout.cancel(OrderBody(payment.id), ANN, "gone", DEADLINE_MS)
        case "reduced":
            await counter.refund(payment.id, RefundBody(seats=life.seats[:1]), BOSS, "part", DEADLINE_MS)
        case "refunded":
            part = RefundBody(amount="1.00")
            await counter.refund(payment.id, part, BOSS, "part", DEADLINE_MS)
            await gateway.checkout.cancel(OrderBody(payment.id), ANN, "gone", DEADLINE_MS)
        case "approved":
            step = {"client_secret": payment.client_secret}
            assert (await http.post("/v1/payments/sandbox/approve", json=step)).is_success
        case "waited for":
            await _wait_for_all(world)
            await gateway.checkout.cancel(OrderBody(payment.id), ANN, "gone", DEADLINE_MS)
        case "kept" | "taken":
            pass


async def _wait_for_all(world: World) -> None:
    """Everything that is free is taken, and then somebody waits for two together."""
    async with world.http("organiser", "boss") as boss, world.http(sub="eve") as eve:
        for row in ("FRONT-A", "FRONT-B", "BACK-A", "BACK-B"):
            seats = [f"{row}-{number}" for number in range(3 if row == "FRONT-A" else 1, 7)]
            assert 201 == (await create(boss, world, row, seats=seats)).status_code
        path, key = f"/v1/events/{world.event.id}/waitlist", {"Idempotency-Key": "wait"}
        wish = {"qty": 2, "categories": ["gold"]}
        assert 201 == (await eve.post(path, json=wish, headers=key)).status_code

"""Payments that take time: a second step, a delay, a refusal, silence, and money that comes too late."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from actors.answers import OUTCOME_UNKNOWN
from actors.wire import Answer
from engine.commands import BookOrder, Request
from gateway.paying.signatures import signed
from tests.integration.gateway.tills import all_payments, check_money, come_to_rest, hold, look, pay
from tests.integration.gateway.world import World

PRICE = 8_900
DECLINED = [("declined-card", "declined_card"), ("insufficient-funds", "insufficient_funds")]


async def test_a_payment_at_its_best() -> None:
    """Approved at once it is an order with tickets, also when it is asked for again."""
    async with World() as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        first = await pay(http, held, "pinned-card")
        again = await pay(http, held, "pinned-card")
        assert (201, "confirmed") == (first.status_code, first.json()["status"])
        assert first.json() == again.json()
        assert "true" == again.headers["Idempotent-Replayed"]
        read = (await http.get(f"/v1/orders/{first.json()['order']}")).json()
        assert ["FRONT-A-1"] == [ticket["seat"] for ticket in read["tickets"]]
        assert "approved" == read["payment"]["status"]
        assert (1, PRICE) == await check_money(world)


@pytest.mark.parametrize(("method", "code"), DECLINED)
async def test_a_refused_card_says_why(method: str, code: str) -> None:
    """The buyer is told, the payment is at rest, and the hold lives on for another card."""
    async with World() as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        refused = await pay(http, held, f"pinned-{method}")
        assert (402, "payment_declined") == (refused.status_code, refused.json()["code"])
        (payment,) = await all_payments(world)
        assert (code, None, 0) == (payment.failure, payment.due_ms, payment.captured)
        assert 201 == (await pay(http, held, "pinned-card", "pay-2")).status_code
        assert (1, PRICE) == await check_money(world)


async def test_money_that_takes_time() -> None:
    """The order is pending until the money is there; then a keeper books it and its buyer is told."""
    async with World() as world, world.http() as http, world.socket() as socket:
        await socket.hello()
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, "pinned-slow-card")).json()
        assert ("pending", "pending") == (begun["status"], begun["payment"]["status"])
        await look(world, 5_000)
        told = (await socket.push("order.updated"))["d"]
        assert (begun["order"], "confirmed", "approved") == (
            *(told["order"], told["status"]),
            told["payment"]["status"],
        )
        assert (1, PRICE) == await check_money(world)


async def test_a_bank_that_never_answers() -> None:
    """The order ends before its pay-by time, the seats are free, and no money was taken."""
    async with World() as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, "pinned-silent-card")).json()
        assert ("pending", "pending") == (begun["status"], begun["payment"]["status"])
        (payment,) = await all_payments(world)
        while payment.due_ms is not None:
            await look(world, payment.due_ms - world.clock.now_ms())
            (payment,) = await all_payments(world)
        assert world.clock.now_ms() < payment.pay_by_ms
        assert ("released", "timed_out") == (payment.state.value, payment.failure)
        assert 201 == (await pay(http, held, "pinned-card", "pay-2")).status_code


async def test_a_buyer_who_changes_their_mind() -> None:
    """Cancelled while the bank waits for a second step: nothing is taken, and it stays so."""
    async with World() as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, "pinned-second-step")).json()
        assert "requires_action" == begun["payment"]["status"]
        for _ in range(2):
            path = f"/v1/orders/{begun['order']}/cancel"
            gone = (await http.post(path, headers={"Idempotency-Key": "gone"})).json()
            assert ("cancelled", "cancelled") == (gone["status"], gone["payment"]["status"])
        await http.delete(f"/v1/holds/{held}", headers={"Idempotency-Key": "back"})
        assert (0, 0) == await check_money(world)


async def test_a_cancelled_booking_is_paid_back() -> None:
    """The seats go on sale and all of the money goes back, once."""
    async with World() as world, world.http() as http, world.http(sub="eve") as eve:
        held = await hold(http, world, ["FRONT-A-1", "FRONT-A-2"])
        order = (await pay(http, held, "pinned-card")).json()["order"]
        path = f"/v1/orders/{order}/cancel"
        assert 404 == (await eve.post(path, headers={"Idempotency-Key": "theft"})).status_code
        for replayed in (None, "true"):
            gone = await http.post(path, headers={"Idempotency-Key": "gone"})
            assert ("cancelled", "refunded") == (gone.json()["status"], gone.json()["payment"]["status"])
            assert {"amount": "178.00", "currency": "EUR"} == gone.json()["payment"]["refunded"]
            assert replayed == gone.headers.get("Idempotent-Replayed")
        assert (0, 0) == await check_money(world)


async def late(world: World, http: Any, **more: Any) -> str:
    """An order whose time ended while its money could not be stopped."""
    held = await hold(http, world, ["FRONT-A-1", "FRONT-A-2"])
    begun = (await pay(http, held, "pinned-late-card", **more)).json()
    (payment,) = await all_payments(world)
    world.clock.ahead_ms += payment.pay_by_ms - 1 - world.clock.now_ms()
    await look(world)
    assert "lapsed" == (await all_payments(world))[0].state
    return str(begun["order"])


async def test_late_money_finds_its_seats_free() -> None:
    """The same seats are sold after all, under the order that the buyer knows."""
    async with World() as world, world.http() as http:
        order = await late(world, http)
        await come_to_rest(world)
        read = (await http.get(f"/v1/orders/{order}")).json()
        assert (order, "confirmed", "approved") == (
            *(read["order"], read["status"]),
            read["payment"]["status"],
        )
        assert ["FRONT-A-1", "FRONT-A-2"] == [ticket["seat"] for ticket in read["tickets"]]
        assert (2, 2 * PRICE) == await check_money(world)
        gone = await http.post(f"/v1/orders/{order}/cancel", headers={"Idempotency-Key": "gone"})
        assert "refunded" == gone.json()["payment"]["status"]
        assert (0, 0) == await check_money(world)


@pytest.mark.parametrize("accept_equal", [False, True])
async def test_late_money_finds_its_seats_taken(accept_equal: bool) -> None:
    """Equal seats are sold if the buyer agreed to them, else the money goes back, once."""
    async with World() as world, world.http() as http, world.http(sub="eve") as eve:
        order = await late(world, http, accept_equal=accept_equal)
        world.clock.ahead_ms += 1_000_000
        taken = await hold(eve, world, ["FRONT-A-1"])
        assert 201 == (await pay(eve, taken, "card")).status_code
        await come_to_rest(world, 600_000)
        read = (await http.get(f"/v1/orders/{order}")).json()
        letters = [letter.order for letter in await world.books.letters.page("", 10)]
        assert ([] if accept_equal else [order]) == letters
        if accept_equal:
            assert "confirmed" == read["status"]
            assert ["gold", "gold"] == [ticket["category"] for ticket in read["tickets"]]
            assert (3, 2 * PRICE) == await check_money(world)
        else:
            assert ("cancelled", "refunded") == (read["status"], read["payment"]["status"])
            assert (1, 0) == await check_money(world)


async def test_the_second_step() -> None:
    """Until the buyer approves the order is pending and says what to do; then the bank tells us itself."""
    async with World() as world, world.http() as http, world.socket() as socket:
        await socket.hello()
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, "pinned-second-step")).json()
        assert ("pending", "requires_action") == (begun["status"], begun["payment"]["status"])
        todo = begun["payment"]["next_action"]
        assert {"type": "approve", "url": "/v1/payments/sandbox/approve"} == todo
        wrong = await http.post(todo["url"], json={"client_secret": "guessed"})
        assert 404 == wrong.status_code
        body = {"client_secret": begun["payment"]["client_secret"]}
        assert (await http.post(todo["url"], json=body)).json()["approved"]
        told = (await socket.push("order.updated"))["d"]
        assert ("confirmed", "approved") == (told["status"], told["payment"]["status"])
        assert (1, PRICE) == await check_money(world)


async def test_a_second_step_that_is_not_taken() -> None:
    """The buyer says no to their bank: declined, and the hold lives on."""
    async with World() as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        begun = (await pay(http, held, "pinned-second-step")).json()
        body = {"client_secret": begun["payment"]["client_secret"], "approve": False}
        assert not (await http.post("/v1/payments/sandbox/approve", json=body)).json()["approved"]
        await come_to_rest(world, 1_000)
        read = (await http.get(f"/v1/orders/{begun['order']}")).json()
        assert ("cancelled", "declined") == (read["status"], read["payment"]["status"])
        assert 201 == (await pay(http, held, "pinned-card", "pay-2")).status_code


def told_of(order: str, at_ms: int, key: bytes) -> tuple[bytes, dict[str, str]]:
    """A webhook of the sandbox."""
    body = json.dumps({"id": "n", "type": "payment.taken", "intent": f"sandbox-{order}"}).encode()
    return body, signed(key, body, at_ms)


async def test_news_count_only_with_their_signature() -> None:
    """Forged, changed, old or unsigned news are refused and change nothing."""
    async with World() as world, world.http() as http, world.http(None) as bank:
        held = await hold(http, world, ["FRONT-A-1"])
        order = (await pay(http, held, "pinned-slow-card")).json()["order"]
        world.clock.ahead_ms += 5_000
        now_ms, before = world.clock.now_ms(), await all_payments(world)
        body, good = told_of(order, now_ms, world.books.bank.news_key)
        bad = [
            {},
            {"sandbox-signature": "nonsense"},
            told_of(order, now_ms, b"guessed")[1],
            told_of("ord_2", now_ms, world.books.bank.news_key)[1],
            told_of(order, now_ms - 600_000, world.books.bank.news_key)[1],
        ]
        for headers in bad:
            refused = await bank.post("/v1/payments/sandbox/webhook", content=body, headers=headers)
            assert (401, "signature_invalid") == (refused.status_code, refused.json()["code"])
        assert before == await all_payments(world)
        assert 404 == (await bank.post("/v1/payments/nobody/webhook", content=body)).status_code
        for _ in range(3):
            taken = await bank.post("/v1/payments/sandbox/webhook", content=body, headers=good)
            assert 200 == taken.status_code
        assert (1, PRICE) == await check_money(world)
        (after,) = await all_payments(world)
        assert "booked" == after.state


async def refund(http: Any, order: str, amount: str | None, key: str) -> Any:
    """Ask for money back."""
    body = {} if amount is None else {"amount": amount}
    return await http.post(f"/v1/orders/{order}/refund", json=body, headers={"Idempotency-Key": key})


async def test_refunds_in_parts_and_whole() -> None:
    """Each key counts once; the last of the money goes with the seats; nobody gets more than was paid."""
    async with World() as world, world.http() as http, world.http("organiser", "org") as staff:
        held = await hold(http, world, ["FRONT-A-1", "FRONT-A-2"])
        order = (await pay(http, held, "pinned-card")).json()["order"]
        assert 403 == (await refund(http, order, "1.00", "mine")).status_code
        for _ in range(2):
            part = (await refund(staff, order, "78.00", "part")).json()
            assert ("confirmed", "78.00") == (part["status"], part["payment"]["refunded"]["amount"])
        assert (2, 10_000) == await check_money(world)
        refused = [("100.01", "more"), ("0.00", "none"), ("0.001", "finer"), ("77.00", "part")]
        codes = [(await refund(staff, order, *each)).json()["code"] for each in refused]
        assert ["invalid", "invalid", "invalid", "idempotency_key_reused"] == codes
        for amount in ("100.00", "100.00", None):
            rest = (await refund(staff, order, amount, "rest")).json()
            assert ("cancelled", "refunded") == (rest["status"], rest["payment"]["status"])
        assert "hold_mismatch" == (await refund(staff, order, None, "again")).json()["code"]
        assert (0, 0) == await check_money(world)
        assert 404 == (await refund(staff, "ord_none", None, "who")).status_code


@contextmanager
def bookings_unanswered(world: World) -> Iterator[None]:
    """A section books, and nobody hears of it."""
    real = world.router.ask

    async def unknown(stream: int, request: Request, deadline_ms: int) -> Answer:
        answer = await real(stream, request, deadline_ms)
        return OUTCOME_UNKNOWN if isinstance(request.command, BookOrder) else answer

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(world.router, "ask", unknown)
        yield


async def test_an_order_that_is_just_changing_is_changed_afterwards() -> None:
    """One key has one outcome: what passes by itself is no refusal, and with time it is waited for."""
    async with World() as world, world.http() as http, world.http("organiser", "org") as staff:
        for step, asker in (("cancel", http), ("refund", staff)):
            held = await hold(http, world, ["FRONT-A-1"], f"hold to {step}")
            with bookings_unanswered(world):
                order = (await pay(http, held, "pinned-card", f"pay to {step}")).json()["order"]
                ask = partial(asker.post, f"/v1/orders/{order}/{step}", json={})
                early = await ask(headers={"Idempotency-Key": step})
            assert (504, "outcome_unknown", True) == (
                *(early.status_code, early.json()["code"]),
                early.json()["retryable"],
            )
            gone = (await ask(headers={"Idempotency-Key": step})).json()
            assert ("cancelled", "refunded") == (gone["status"], gone["payment"]["status"])
        assert (0, 0) == await check_money(world)


async def test_money_stays_while_the_outcome_is_open() -> None:
    """When nobody knows whether the booking stands nothing is refunded; the keeper learns it."""
    async with World() as world, world.http() as http:
        held = await hold(http, world, ["FRONT-A-1"])
        with bookings_unanswered(world):
            begun = (await pay(http, held, "pinned-card")).json()
        assert ("pending", "approved") == (begun["status"], begun["payment"]["status"])
        assert ((), PRICE) == (
            (await all_payments(world))[0].refunds,
            (await all_payments(world))[0].captured,
        )
        await come_to_rest(world, 1_000)
        assert "confirmed" == (await http.get(f"/v1/orders/{begun['order']}")).json()["status"]
        assert (1, PRICE) == await check_money(world)

"""Money that comes too late for a hold over sections: the same seats, equal ones, or the money back."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.carts.carts import Carts
from gateway.carts.following import FollowingSections
from gateway.paying.keeper import PaymentKeeper
from gateway.paying.saga import Saga
from tests.integration.gateway.test_carts import BOTH, audit_at_rest, create, settle, statuses
from tests.integration.gateway.tills import ENDS_MAX, all_payments, check_money, look, pay
from tests.integration.gateway.world import World

PAID = 26_700


def cart_keeper(world: World) -> PaymentKeeper:
    """A keeper as another gateway has it, which shares nothing with the first but what is stored."""
    now_ms = world.clock.now_ms
    carts = Carts(world.router, world.books.gatherings, now_ms)
    sections = FollowingSections(world.router, carts)
    return PaymentKeeper(
        Saga(sections, world.books.payments, world.books.paying.banks, now_ms, carts), now_ms
    )


async def late(world: World, http: Any, seats: list[str], **more: Any) -> str:
    """An order whose time ended while its money could not be stopped, and whose seats are free again."""
    held = (await create(http, world, "k", seats=seats)).json()["hold"]
    order = (await pay(http, held, "pinned-late-card", **more)).json()["order"]
    (payment,) = await all_payments(world)
    world.clock.ahead_ms += payment.pay_by_ms - 1 - world.clock.now_ms()
    await look(world, keeper=cart_keeper(world))
    assert "lapsed" == (await all_payments(world))[0].state
    await settle(world, 1_000_000)
    assert "f" * len(seats) == statuses(world, seats)
    return str(order)


async def rest(world: World) -> None:
    """Let time pass until nothing is due any more; two gateways look after it."""
    for _ in range(ENDS_MAX):
        world.clock.ahead_ms += 60_000
        for _ in range(2):
            await look(world, keeper=cart_keeper(world))
        await settle(world)
        if all(payment.due_ms is None for payment in await all_payments(world)):
            return
    raise AssertionError("a payment is stuck")


@pytest.mark.parametrize("seats", [BOTH, BOTH[1:] + BOTH[:1]])
async def test_the_same_seats_are_sold_after_all(seats: list[str]) -> None:
    """Of all sections, in one order that the buyer knows; given back, all of it goes back, once."""
    async with World() as world, world.http() as http:
        order = await late(world, http, seats)
        await rest(world)
        read = (await http.get(f"/v1/orders/{order}")).json()
        assert (order, "confirmed", "267.00") == (read["order"], read["status"], read["amount"]["amount"])
        assert sorted(BOTH) == sorted(ticket["seat"] for ticket in read["tickets"])
        assert "sss" == statuses(world, BOTH)
        (payment,) = await all_payments(world)
        assert (PAID, 0) == (payment.captured, payment.refunded)
        gone = await http.post(f"/v1/orders/{order}/cancel", headers={"Idempotency-Key": "gone"})
        assert "refunded" == gone.json()["payment"]["status"]
        await rest(world)
        assert "fff" == statuses(world, BOTH)
        assert (0, 0) == await check_money(world)
        audit_at_rest(world)


@pytest.mark.parametrize("accept_equal", [False, True])
@pytest.mark.parametrize("gone", ["FRONT-A-1", "BACK-A-1"])
async def test_seats_of_one_section_are_gone(gone: str, accept_equal: bool) -> None:
    """Equal ones of that section if the buyer agreed; else nothing is sold and all goes back, once."""
    async with World() as world, world.http() as http, world.http(sub="eve") as eve:
        order = await late(world, http, BOTH, accept_equal=accept_equal)
        assert 201 == (await create(eve, world, "eve", seats=[gone])).status_code
        await rest(world)
        read = (await http.get(f"/v1/orders/{order}")).json()
        (payment,) = await all_payments(world)
        if accept_equal:
            assert "confirmed" == read["status"]
            kinds = sorted((ticket["section"], ticket["category"]) for ticket in read["tickets"])
            assert [("BACK", "gold"), ("FRONT", "gold"), ("FRONT", "gold")] == kinds
            assert gone not in {ticket["seat"] for ticket in read["tickets"]}
            assert (PAID, 0) == (payment.captured, payment.refunded)
        else:
            assert ("cancelled", "refunded") == (read["status"], read["payment"]["status"])
            assert (PAID, PAID, 1) == (payment.captured, payment.refunded, len(payment.refunds))
            assert "f" * 2 == statuses(world, [seat for seat in BOTH if seat != gone])
        audit_at_rest(world)


async def test_a_cart_without_a_seat_of_its_home() -> None:
    """What the home section had was given back before: the rest is found again all the same."""
    async with World() as world, world.http() as http:
        held = (await create(http, world, "k", seats=BOTH)).json()["hold"]
        await http.delete(f"/v1/holds/{held}", params={"seats": "FRONT-A-1,FRONT-A-2"})
        order = (await pay(http, held, "pinned-late-card")).json()["order"]
        (payment,) = await all_payments(world)
        world.clock.ahead_ms += payment.pay_by_ms - 1 - world.clock.now_ms()
        await look(world, keeper=cart_keeper(world))
        await settle(world, 1_000_000)
        await rest(world)
        read = (await http.get(f"/v1/orders/{order}")).json()
        assert ("confirmed", ["BACK-A-1"]) == (
            *(read["status"], [ticket["seat"] for ticket in read["tickets"]]),
        )
        audit_at_rest(world)

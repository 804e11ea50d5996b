"""A gateway dies before or after each single thing that it asks of others, or what it asked is lost."""

from __future__ import annotations

from contextlib import suppress

import pytest

import gateway.paying.saga
from engine.journal import StorageError
from engine.payments.events import PaymentEvent, SeatsKept
from engine.payments.payment import Payment
from engine.payments.states import TRANSITIONS, State
from engine.payments.step import step
from gateway.sections.directory import Directory
from gateway.waitlist.asking import Lists
from gateway.waitlist.steward import Steward
from tests.integration.gateway.lives import LIVES, Gateway, Life, live
from tests.integration.gateway.mortal import HOWS, Died, How, Mortal, all_served
from tests.integration.gateway.test_carts import audit_at_rest, settle, statuses
from tests.integration.gateway.test_late_carts import cart_keeper
from tests.integration.gateway.tills import ENDS_MAX, all_payments, check_money, look
from tests.integration.gateway.world import World

PRICE = 8_900
STEPS_MAX = 120
HOUSE = [f"{row}-{number}" for row in ("FRONT-A", "FRONT-B", "BACK-A", "BACK-B") for number in range(1, 7)]


async def come_to_rest(world: World) -> None:
    """Let time pass, and other gateways look after all that is due, until nothing is."""
    steward, event = Steward(Lists(world.router)), await Directory(world.catalogue).event(world.event.id)
    assert event is not None
    for _ in range(ENDS_MAX):
        await settle(world, 60_000)
        await steward.look(event)
        await look(world, keeper=cart_keeper(world))
        if all(payment.due_ms is None for payment in await all_payments(world)):
            await settle(world, 1_000_000)
            await steward.look(event)
            return
    raise AssertionError("a payment is stuck")


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("life", LIVES, ids=str)
async def test_every_order_comes_to_its_end(life: Life, how: How) -> None:
    """Seats are sold for money or neither, nothing is taken twice, and nothing is stuck."""
    for at in range(1, STEPS_MAX):
        async with World() as world, world.http() as http:
            mortal = Mortal(world, at, how)
            with suppress(Died, StorageError):
                await live(world, http, Gateway(world, mortal), life)
            await come_to_rest(world)
            await all_served(world)
            _, kept = await check_money(world)
            taken = [intent for intent in world.books.intents._rows.values() if intent.standing == "taken"]
            back = 100 if life.then == "refunded" and kept % PRICE else 0
            where = f"{how} call {at}"
            assert statuses(world, HOUSE).count("s") * PRICE == kept + back, where
            assert len(taken) <= 1, where
            audit_at_rest(world)
        if mortal.calls < at:
            return
    raise AssertionError("the walk is longer than was thought")


async def test_the_lives_pass_through_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every state that a payment can be in, and all that can happen to it but a table that is kept whole."""
    states: set[State] = set()
    events: set[type[PaymentEvent]] = set()

    def noted(payment: Payment, event: PaymentEvent, now_ms: int) -> Payment | None:
        after = step(payment, event, now_ms)
        if after is not None:
            states.update((payment.state, after.state))
            events.add(type(event))
        return after

    monkeypatch.setattr(gateway.paying.saga, "step", noted)
    for life in LIVES:
        async with World() as world, world.http() as http:
            await live(world, http, Gateway(world, Mortal(world, 0, "before")), life)
            await come_to_rest(world)
    assert set(State) == states
    assert {SeatsKept} == {event for known in TRANSITIONS.values() for event in known} - events

"""Orders that are paid the longer way, and what became of their money."""

from __future__ import annotations

from typing import Any

from engine.payments.invariants import broken
from engine.payments.payment import Payment
from gateway.paying.keeper import PaymentKeeper
from gateway.paying.saga import Saga
from tests.integration.gateway.world import World
from tests.known_failures.calls import BUYER, shares

ENDS_MAX = 40
"""Looks of a keeper in which every payment must have come to its end."""


async def hold(http: Any, world: World, seats: list[str], key: str = "hold") -> str:
    """Hold seats; the hold's id."""
    body = {"event": world.event.id, "seats": seats}
    reply = await http.post("/v1/holds", json=body, headers={"Idempotency-Key": key})
    assert 201 == reply.status_code, reply.text
    return str(reply.json()["hold"])


async def pay(http: Any, held: str, method: str, key: str = "pay", **more: object) -> Any:
    """Begin checkout."""
    body = {"hold": held, "buyer": BUYER, "payment": {"method": method}, **more}
    return await http.post("/v1/orders", json=body, headers={"Idempotency-Key": key})


def new_keeper(world: World) -> PaymentKeeper:
    """A keeper as another gateway has it, which shares nothing with the first but what is stored."""
    now_ms = world.clock.now_ms
    paying = world.books.paying
    saga = Saga(world.router, world.books.payments, paying.banks, now_ms, late=paying.late)
    return PaymentKeeper(saga, now_ms)


async def look(world: World, ahead_ms: int = 0, keeper: PaymentKeeper | None = None) -> None:
    """Put the clock forward and look after everything that is due, once."""
    world.clock.ahead_ms += ahead_ms
    while await (keeper or new_keeper(world)).look():
        pass


async def come_to_rest(world: World, step_ms: int = 60_000) -> None:
    """Let time pass until nothing is due any more."""
    for _ in range(ENDS_MAX):
        await look(world, step_ms)
        if all(payment.due_ms is None for payment in await all_payments(world)):
            return
    raise AssertionError("a payment is stuck")


async def all_payments(world: World) -> list[Payment]:
    """Every payment there is, each of which breaks no invariant."""
    found = await world.books.payments.among(list(world.books.payments._rows))
    assert [] == [breach for payment in found for breach in broken(payment)]
    return found


async def check_money(world: World, section: str = "FRONT") -> tuple[int, int]:
    """Seats sold and money kept; what our books say and what the bank's say is the same."""
    kept = sum(payment.captured - payment.refunded for payment in await all_payments(world))
    intents = await world.books.intents.among(list(world.books.intents._rows))
    taken = sum(intent.amount for intent in intents if intent.standing == "taken")
    assert kept == taken - sum(intent.refunded for intent in intents)
    return shares(world, section)[2], kept

"""Elsewhere: confirmations that meet each other, a cancellation, a stranger, or a failure behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from engine.catalogue import OrderRow
from engine.journal import StorageUnavailable
from engine.plan import Area, Category, Plan, Section
from engine.terms import Limits
from tests.integration.gateway.world import TERMS, Socket, World
from tests.known_failures.calls import BUYER, Buyer, code, shares

METHODS = ["card", "pinned-card"]
PAIRS = 100
CROWD, IN_FLIGHT = 1_008, 16
NUMBERS = count(1_000)


@pytest.mark.parametrize("method", METHODS)
async def test_nobody_confirms_what_another_holds(method: str) -> None:
    """To a stranger with its id a hold is not there: not to be bought, given back or read."""
    async with World() as world, world.http() as ann_http, world.http(sub="eve") as eve_http:
        ann, eve = Buyer(ann_http, world.event.id), Buyer(eve_http, world.event.id)
        hold = (await ann.seat("FRONT-A-1", "hold")).json()["hold"]
        for attempt in (eve.buy(hold, "mine", method), eve.give_back(hold), eve.get(f"/v1/holds/{hold}")):
            assert "not_found" == code(await attempt)
        bought = await ann.buy(hold, "buy", method)
        order = bought.json()["order"]
        for attempt in (eve.cancel(order, "gone"), eve.get(f"/v1/orders/{order}")):
            assert "not_found" == code(await attempt)
        assert (11, 0, 1) == shares(world, "FRONT")


async def test_a_double_click_is_one_hold() -> None:
    """Two at once under one key are told the same; under two keys one has the seat and one is told so."""
    async with World() as world, world.http() as http:
        ann = Buyer(http, world.event.id)
        for number in range(1, 6):
            same = await asyncio.gather(*(ann.seat(f"FRONT-A-{number}", f"a{number}") for _ in range(2)))
            assert [201, 201] == [each.status_code for each in same]
            assert same[0].json() == same[1].json()
            await ann.give_back(same[0].json()["hold"])
            apart = await asyncio.gather(*(ann.seat(f"FRONT-B-{number}", f"b{number}{c}") for c in "xy"))
            assert ["", "seat_taken"] == sorted(map(code, apart))
            await ann.give_back(next(each.json()["hold"] for each in apart if each.is_success))
        assert (12, 0, 0) == shares(world, "FRONT")


@pytest.mark.parametrize("method", METHODS)
async def test_confirmations_of_one_hold_at_once_are_one_order(method: str) -> None:
    """Six under one key get the same order; of six under keys of their own one is an order."""
    async with World() as world, world.http() as http:
        ann = Buyer(http, world.event.id)
        hold = (await ann.seat("FRONT-A-1", "hold-1")).json()["hold"]
        same = await asyncio.gather(*(ann.buy(hold, "buy", method) for _ in range(6)))
        assert [201] * 6 == [each.status_code for each in same]
        assert 1 == len({each.json()["order"] for each in same})
        hold = (await ann.seat("FRONT-A-2", "hold-2")).json()["hold"]
        apart = await asyncio.gather(*(ann.buy(hold, f"buy-{n}", method) for n in range(6)))
        refused = {"already_booked"} if method == "card" else {"already_booked", "hold_mismatch"}
        assert 1 == sum(each.is_success for each in apart)
        assert {"", *refused} >= {code(each) for each in apart}
        assert (10, 0, 2) == shares(world, "FRONT")


@pytest.mark.parametrize("method", METHODS)
async def test_confirmation_against_cancellation_at_two_gateways(method: str) -> None:
    """Of each pair one side wins, both are told so, and the counter is the sum of the winners."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(World())
        other = await stack.enter_async_context(world.another_gateway())
        told = []
        for number in range(PAIRS):
            here = await stack.enter_async_context(world.http(sub=f"buyer-{number}"))
            there = await stack.enter_async_context(world.http(sub=f"buyer-{number}", app=other))
            pair = Buyer(here, world.event.id), Buyer(there, world.event.id)
            hold = (await pair[0].place("hold")).json()["hold"]
            assert 200 == (await pair[1].get(f"/v1/holds/{hold}")).status_code
            told.append(_confirm_and_cancel(*pair, hold, method, number))
        outcomes = await asyncio.gather(*told)
        assert {("", "already_booked"), ("", "hold_mismatch"), ("hold_expired", "")} >= set(outcomes)
        sold = sum(confirmed == "" for confirmed, _ in outcomes)
        assert 0 < sold < PAIRS
        assert (112 - sold, 0, sold) == shares(world, "BACK")


async def _confirm_and_cancel(
    here: Buyer, there: Buyer, hold: str, method: str, number: int
) -> tuple[str, str]:
    """Confirm at one gateway and give back at the other, now this some turns later and now that."""
    confirming = _after(number % 8, here.buy(hold, "buy", method))
    cancelling = _after(number // 8 % 8, there.give_back(hold))
    confirmed, cancelled = await asyncio.gather(confirming, cancelling)
    return code(confirmed), code(cancelled)


async def _after(turns: int, work: Awaitable[httpx.Response]) -> httpx.Response:
    for _ in range(turns):
        await asyncio.sleep(0)
    return await work


async def test_a_thousand_confirmations_at_once() -> None:
    """All of them are orders, and whoever asks meanwhile whether the server lives is answered."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(World())
        event = await _field(world, CROWD)
        sockets = [await stack.enter_async_context(world.socket()) for _ in range(CROWD // IN_FLIGHT)]
        for number, socket in enumerate(sockets):
            await socket.hello(f"buyer-{number}")
        place = {"event": event, "ga": {"area": "FIELD", "qty": 1}}
        held = await asyncio.gather(*(_all(each, "hold.create", [place] * IN_FLIGHT) for each in sockets))
        http = await stack.enter_async_context(world.http())
        asked = asyncio.ensure_future(http.get("/healthz"))
        orders = await asyncio.gather(
            *(
                _all(socket, "checkout.begin", [{"hold": hold["hold"], "buyer": BUYER} for hold in holds])
                for socket, holds in zip(sockets, held, strict=True)
            )
        )
        assert 200 == (await asked).status_code
    assert CROWD == len({order["order"] for each in orders for order in each})


async def test_a_commit_that_fails_is_never_answered_with_created() -> None:
    """While nothing can be stored the caller is told so; later the same key gives a hold to buy."""
    async with World(deadline_ms=2_000) as world, world.http() as http:
        ann = Buyer(http, world.event.id)
        await ann.seat("FRONT-A-1", "before")
        world.database.down = True
        failed = await ann.seat("FRONT-A-2", "key")
        world.database.down = False
        assert (504, "outcome_unknown", True) == (
            failed.status_code,
            code(failed),
            failed.json()["retryable"],
        )
        held = await ann.seat("FRONT-A-2", "key")
        assert 201 == held.status_code
        assert 201 == (await ann.buy(held.json()["hold"], "buy")).status_code
        assert (10, 1, 1) == shares(world, "FRONT")


async def test_a_failure_after_the_sale_is_no_failure_of_the_sale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The buyer's name cannot be stored: they are told to ask again, and the same key finds the order."""
    async with World() as world, world.http() as http:
        ann = Buyer(http, world.event.id)
        hold = (await ann.seat("FRONT-A-1", "hold")).json()["hold"]
        real, failures = world.catalogue.save_orders, iter([StorageUnavailable("gone")])

        async def fail_once(rows: Sequence[OrderRow]) -> None:
            for failure in failures:
                raise failure
            await real(rows)

        monkeypatch.setattr(world.catalogue, "save_orders", fail_once)
        failed = await ann.buy(hold, "buy")
        assert (503, "storage_unavailable", True) == (
            failed.status_code,
            code(failed),
            failed.json()["retryable"],
        )
        bought = await ann.buy(hold, "buy")
        assert (201, ["FRONT-A-1"]) == (
            bought.status_code,
            [ticket["seat"] for ticket in bought.json()["tickets"]],
        )
        row = await world.catalogue.order(bought.json()["order"])
        assert row is not None
        assert BUYER == {"name": row.buyer_name, "email": row.buyer_email}
        assert (11, 0, 1) == shares(world, "FRONT")


async def _field(world: World, places: int) -> str:
    """An event that is nothing but a field, where a buyer may have as much as they like."""
    plan = Plan(
        "Field", (Category("field", "Field"),), (Section("F", areas=(Area("FIELD", places, "field"),)),)
    )
    stored = await world.catalogue.save_plan(plan, 0)
    limits = Limits(seats_per_buyer=places, holds_per_buyer=places)
    event = await world.catalogue.create_event("Festival", stored.id, replace(TERMS, limits=limits), 0)
    return event.id


async def _all(socket: Socket, kind: str, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Several requests in one frame; the bodies of their replies."""
    numbers = [next(NUMBERS) for _ in bodies]
    socket.say(
        *(
            {"t": kind, "id": number, "idem": f"{kind}-{number}", "d": body}
            for number, body in zip(numbers, bodies, strict=True)
        )
    )
    replies = [await socket.until(lambda message, n=number: message.get("re") == n) for number in numbers]
    assert all(reply["ok"] for reply in replies), [reply for reply in replies if not reply["ok"]][:1]
    return [reply["d"] for reply in replies]

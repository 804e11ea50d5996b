"""Holds that span sections, over the websocket and over REST, from the first seat to the refund."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from actors.answers import OUTCOME_UNKNOWN
from actors.wire import Answer
from engine.journal import StorageUnavailable
from gateway.carts.asking import Asking
from gateway.carts.carts import Carts
from gateway.carts.gathering import Gatherer
from gateway.carts.keeper import CartKeeper
from proof.history import check
from tests.integration.gateway.tills import check_money, come_to_rest, pay
from tests.integration.gateway.world import World
from tests.known_failures.calls import BUYER
from tests.recording import journals_of

BOTH = ["FRONT-A-1", "BACK-A-1", "FRONT-A-2"]


def new_keeper(world: World) -> CartKeeper:
    """A keeper as another gateway has it, which shares nothing with the first but what is stored."""
    gatherer = Gatherer(Asking(world.router), world.books.gatherings, world.clock.now_ms)
    return CartKeeper(gatherer, world.clock.now_ms)


async def settle(world: World, ahead_ms: int = 0) -> None:
    """Put the clock forward, and look after all that is due."""
    world.clock.ahead_ms += ahead_ms
    while await new_keeper(world).look():
        pass


def statuses(world: World, labels: Iterable[str]) -> str:
    """What the world sees of seats, a letter each."""
    shown = ""
    for label in labels:
        section = label.split("-")[0]
        (stream,) = (part.stream for part in world.event.sections if part.name == section)
        state = world.host.open(stream).state
        shown += "fhsb"[state.public[state.layout.ordinal_of[label]]]
    return shown


def audit_at_rest(world: World) -> None:
    """Each part has its hold, and each hold its parts."""
    report = check(world.recording.lines, journals_of(world.database), at_rest=True)
    assert () == report.breaches


async def create(http: Any, world: World, key: str, **what: Any) -> Any:
    """Ask for a hold."""
    body = {"event": world.event.id, **what}
    return await http.post("/v1/holds", json=body, headers={"Idempotency-Key": key})


async def test_one_hold_of_two_sections() -> None:
    """Seats of two sections are one hold with one deadline, given back together."""
    async with World() as world, world.http() as http:
        reply = await create(http, world, "k", seats=BOTH, types={"BACK-A-1": "child"})
        assert 201 == reply.status_code, reply.text
        hold = reply.json()
        assert sorted(BOTH) == sorted(item["seat"] for item in hold["items"])
        assert {"FRONT", "BACK"} == {item["section"] for item in hold["items"]}
        assert "223.00" == hold["total"]["amount"]
        assert "hhh" == statuses(world, BOTH)
        read = (await http.get(f"/v1/holds/{hold['hold']}")).json()
        assert hold["items"] == read["items"]
        again = await create(http, world, "k", seats=BOTH, types={"BACK-A-1": "child"})
        assert "true" == again.headers["Idempotent-Replayed"]
        assert hold == again.json()
        released = await http.delete(f"/v1/holds/{hold['hold']}")
        assert [] == released.json()["items"]
        assert "fff" == statuses(world, BOTH)
        audit_at_rest(world)


async def test_a_refusal_of_one_section_is_one_of_all() -> None:
    """Nothing is held anywhere when one seat is taken, and a retry is told the same, seats or no seats."""
    async with World() as world, world.http() as http, world.http(sub="bob") as bob:
        taken = await create(bob, world, "b", seats=["FRONT-A-2"])
        refused = await create(http, world, "k", seats=BOTH)
        assert (409, "seat_taken") == (refused.status_code, refused.json()["code"])
        assert ["FRONT-A-2"] == refused.json()["objects"]
        assert "ffh" == statuses(world, BOTH)
        await bob.delete(f"/v1/holds/{taken.json()['hold']}")
        again = await create(http, world, "k", seats=BOTH)
        assert refused.json() | {"request_id": ""} == again.json() | {"request_id": ""}
        assert "fff" == statuses(world, BOTH)
        audit_at_rest(world)


async def test_more_of_other_sections_is_added_to_a_hold() -> None:
    """Seats, places and the best of a section join a hold of another, which keeps its deadline."""
    async with World() as world, world.http() as http:
        first = (await create(http, world, "1", seats=["FRONT-A-1"])).json()
        hold = first["hold"]
        await create(http, world, "2", seats=["BACK-A-1"], hold=hold)
        await create(http, world, "3", ga={"area": "FIELD", "qty": 2}, hold=hold)
        await create(http, world, "4", best={"qty": 2, "sections": ["BACK"]}, hold=hold)
        last = await create(http, world, "5", seats=["FRONT-B-1"], hold=hold)
        items = last.json()["items"]
        assert [hold, first["expires_at"]] == [last.json()["hold"], last.json()["expires_at"]]
        assert 7 == sum(item.get("qty", 1) for item in items)
        assert {"FRONT-A-1", "FRONT-B-1", "BACK-A-1", "FIELD"} < {item["seat"] for item in items}
        too_many = await create(http, world, "6", ga={"area": "FIELD", "qty": 4}, hold=hold)
        assert (422, "limit_exceeded") == (too_many.status_code, too_many.json()["code"])
        back = await http.delete(f"/v1/holds/{hold}", params={"seats": "FIELD,FRONT-A-1"})
        assert 200 == back.status_code, back.text
        assert not {"FIELD", "FRONT-A-1"} & {item["seat"] for item in back.json()["items"]}
        assert "fh" == statuses(world, ["FRONT-A-1", "BACK-A-1"])
        extended = await http.post(f"/v1/holds/{hold}/extend", headers={"Idempotency-Key": "7"})
        assert back.json()["items"] == extended.json()["items"]
        audit_at_rest(world)


async def test_a_swap_leads_from_section_to_section() -> None:
    """What is given back may be in one section, and what is taken in another; on refusal nothing changes."""
    async with World() as world, world.http() as http, world.http(sub="bob") as bob:
        await create(bob, world, "b", seats=["BACK-B-1"])
        hold = (await create(http, world, "1", seats=["FRONT-A-1"])).json()["hold"]

        async def swap(key: str, release: list[str], take: list[str]) -> Any:
            body = {"release": release, "take": take}
            return await http.post(f"/v1/holds/{hold}/swap", json=body, headers={"Idempotency-Key": key})

        refused = await swap("2", ["FRONT-A-1"], ["BACK-B-1"])
        assert "seat_taken" == refused.json()["code"]
        swapped = await swap("3", ["FRONT-A-1"], ["BACK-A-1"])
        assert ["BACK-A-1"] == [item["seat"] for item in swapped.json()["items"]], swapped.text
        swapped = await swap("4", ["BACK-A-1"], ["FRONT-A-1", "BACK-A-2"])
        assert {"FRONT-A-1", "BACK-A-2"} == {item["seat"] for item in swapped.json()["items"]}
        assert "hfh" == statuses(world, ["FRONT-A-1", "BACK-A-1", "BACK-A-2"])
        audit_at_rest(world)


async def test_a_swap_within_one_section_of_a_hold_with_parts_is_answered_the_same_again() -> None:
    """The section lends under the buyer's key, and what it lent is never told as the swap's own answer."""
    async with World() as world, world.http() as http:
        hold = (await create(http, world, "1", seats=["FRONT-A-1", "BACK-A-1"])).json()["hold"]
        body = {"release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
        asked = [
            await http.post(f"/v1/holds/{hold}/swap", json=body, headers={"Idempotency-Key": "s"})
            for _ in range(2)
        ]
        assert {"FRONT-A-2", "BACK-A-1"} == {item["seat"] for item in asked[0].json()["items"]}
        assert asked[0].json() == asked[1].json()
        audit_at_rest(world)


async def test_a_swap_with_parts_that_makes_no_sense_makes_none_later() -> None:
    """The section that decides keeps the refusal under its key: the end of the hold does not change it."""
    async with World() as world, world.http() as http:
        hold = (await create(http, world, "1", seats=["FRONT-A-1", "BACK-A-1"])).json()["hold"]

        async def swap() -> Any:
            body = {"release": ["FRONT-A-1"], "take": ["FRONT-A-1"]}
            asked = await http.post(f"/v1/holds/{hold}/swap", json=body, headers={"Idempotency-Key": "s"})
            return asked.json()["code"], asked.json()["detail"]

        first = await swap()
        assert "invalid" == first[0]
        await settle(world, 601_000)
        assert first == await swap()
        audit_at_rest(world)


async def test_expiry_ends_all_parts() -> None:
    """The hold ends at its one deadline, and its parts are free as soon as somebody looks."""
    async with World() as world, world.http() as http:
        hold = (await create(http, world, "k", seats=BOTH)).json()["hold"]
        await settle(world, 601_000)
        assert "hold_expired" == (await http.get(f"/v1/holds/{hold}")).json()["code"]
        await settle(world)
        assert "fff" == statuses(world, BOTH)
        audit_at_rest(world)


@pytest.mark.parametrize("method", ["card", "pinned-card"])
async def test_one_order_one_payment_all_tickets(method: str) -> None:
    """Paid at once or later: one order with the tickets of all sections; cancelled, all seats are free."""
    async with World() as world, world.http() as http, world.http("organiser", "olga") as olga:
        hold = (await create(http, world, "k", seats=BOTH)).json()["hold"]
        reply = await pay(http, hold, method)
        assert 201 == reply.status_code, reply.text
        order = reply.json()
        assert ("confirmed", "267.00") == (order["status"], order["amount"]["amount"])
        assert sorted(BOTH) == sorted(ticket["seat"] for ticket in order["tickets"])
        assert "sss" == statuses(world, BOTH)
        again = await pay(http, hold, method)
        assert order["tickets"] == again.json()["tickets"]
        issued = (await http.get(f"/v1/orders/{order['order']}/tickets")).json()["tickets"]
        assert sorted(BOTH) == sorted(ticket["seat"] for ticket in issued)
        key = {"Idempotency-Key": "c"}
        if method == "pinned-card":
            await olga.post(f"/v1/orders/{order['order']}/refund", json={}, headers=key)
            await come_to_rest(world)
            assert (0, 0) == await check_money(world)
        else:
            await http.post(f"/v1/orders/{order['order']}/cancel", headers=key)
        assert "cancelled" == (await http.get(f"/v1/orders/{order['order']}")).json()["status"]
        assert "fff" == statuses(world, BOTH)
        audit_at_rest(world)


async def test_a_declined_card_leaves_the_hold_as_it_was() -> None:
    """Checkout that came to nothing gives all parts back to the hold."""
    async with World() as world, world.http() as http:
        hold = (await create(http, world, "k", seats=BOTH)).json()
        refused = await pay(http, hold["hold"], "pinned-declined-card")
        assert "payment_declined" == refused.json()["code"]
        read = await http.get(f"/v1/holds/{hold['hold']}")
        assert hold["items"] == read.json()["items"]
        assert 201 == (await pay(http, hold["hold"], "card", "pay-2")).status_code
        assert "sss" == statuses(world, BOTH)
        audit_at_rest(world)


async def test_a_key_is_one_wish_wherever_it_was_used() -> None:
    """The key of a cart is noticed in other carts, and in each section that it was about."""
    async with World() as world, world.http() as http:
        await create(http, world, "k", seats=BOTH)
        for other in (["FRONT-B-1", "BACK-B-1"], ["FRONT-B-1"], ["BACK-B-1"]):
            refused = await create(http, world, "k", seats=other)
            assert (422, "idempotency_key_reused") == (refused.status_code, refused.json()["code"])
        await create(http, world, "single", seats=["FRONT-B-1"])
        refused = await create(http, world, "single", seats=["FRONT-B-2", "BACK-B-1"])
        assert "idempotency_key_reused" == refused.json()["code"]
        assert "hff" == statuses(world, ["FRONT-B-1", "FRONT-B-2", "BACK-B-1"])
        audit_at_rest(world)


@pytest.mark.parametrize("wrong", [StorageUnavailable("away"), LookupError("a bug")])
async def test_what_goes_wrong_is_answered(wrong: Exception) -> None:
    """Else whoever asked would wait for ever, and have one request less that may be under way."""
    async with World() as world:
        carts = Carts(world.router, world.books.gatherings, world.clock.now_ms)
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        async def work() -> Answer:
            raise wrong

        carts.answer(work(), answered.set_result)
        async with asyncio.timeout(30):
            assert OUTCOME_UNKNOWN == await answered


async def test_the_websocket_says_the_same() -> None:
    """Hold, give back a part, pay, cancel."""
    async with World() as world, world.socket() as socket:
        await socket.hello()
        body = {"event": world.event.id, "seats": BOTH}
        hold = (await socket.ask("hold.create", body, "k"))["d"]["hold"]
        left = await socket.ask("hold.release", {"hold": hold, "seats": ["BACK-A-1"]})
        assert ["FRONT-A-1", "FRONT-A-2"] == [item["seat"] for item in left["d"]["items"]]
        swap = {"hold": hold, "release": ["FRONT-A-2"], "take": ["BACK-A-2"]}
        swapped = await socket.ask("hold.swap", swap, "s")
        assert {"FRONT-A-1", "BACK-A-2"} == {item["seat"] for item in swapped["d"]["items"]}
        paid = await socket.ask("checkout.begin", {"hold": hold, "buyer": BUYER}, "p")
        assert "confirmed" == paid["d"]["status"]
        assert "fs" == statuses(world, ["BACK-A-1", "BACK-A-2"])
        gone = await socket.ask("order.cancel", {"order": paid["d"]["order"]}, "c")
        assert "cancelled" == gone["d"]["status"]
        assert "ff" == statuses(world, ["FRONT-A-1", "BACK-A-2"])
        audit_at_rest(world)

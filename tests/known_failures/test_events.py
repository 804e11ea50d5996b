"""Elsewhere: events that stop each other, the clock, the organiser or a restart from being sold."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import httpx
import pytest

from engine.catalogue import EventInfo
from tests.integration.gateway.world import TERMS, World, small_plan
from tests.known_failures.calls import Buyer, code, shares

EVENTS = 200
DAY_MS = 86_400_000


async def another_event(world: World, at_ms: int | None = None) -> EventInfo:
    """One more event on sale in the same house, created at a time of its own."""
    now_ms = world.event.created_ms
    plan = await world.catalogue.save_plan(small_plan(), now_ms)
    return await world.catalogue.create_event("Another", plan.id, TERMS, now_ms if at_ms is None else at_ms)


async def test_a_hold_of_one_event_answers_no_wish_for_another() -> None:
    """Who holds seats of one event and asks for another gets that one's, also under the key used before."""
    async with World() as world, world.http() as http:
        ann, other = Buyer(http, world.event.id), await another_event(world)
        first = (await ann.seat("FRONT-A-1", "key")).json()
        for key, seat in (("another key", "FRONT-A-1"), ("key", "FRONT-A-2")):
            told = await ann.hold(key, other.id, seats=[seat])
            assert first["hold"] != told.json().get("hold")
            assert "" == code(told)
            assert [seat] == [item["seat"] for item in told.json()["items"]]
        assert (11, 1, 0) == shares(world, "FRONT")


@pytest.mark.parametrize(
    "created", [-40 * 365 * DAY_MS, -DAY_MS, 0, DAY_MS], ids=["old", "past", "now", "future"]
)
async def test_no_date_keeps_an_event_from_being_sold(created: int) -> None:
    """Created long ago, today, or by a clock that is a day ahead: an event sells, beside all others."""
    async with World() as world, world.http() as http:
        event = await another_event(world, max(0, world.event.created_ms + created))
        ann = Buyer(http, event.id)
        held = await ann.seat("FRONT-A-1", "hold")
        assert 201 == held.status_code
        assert 201 == (await ann.buy(held.json()["hold"], "buy")).status_code
        assert 201 == (await Buyer(http, world.event.id).seat("FRONT-A-1", "hold")).status_code


async def test_an_event_that_no_cache_knows_any_more_is_read_again() -> None:
    """With room for one event in the gateway's memory, three are looked at and sold in turn."""
    async with World(events_cached=1) as world, world.http() as http:
        events = [world.event, *[await another_event(world) for _ in range(2)]]
        for turn in range(1, 4):
            for event in events:
                ann = Buyer(http, event.id)
                assert 200 == (await ann.get(f"/v1/events/{event.id}/seats")).status_code
                held = await ann.seat(f"FRONT-A-{turn}", f"hold-{turn}")
                assert 201 == (await ann.buy(held.json()["hold"], f"buy-{turn}")).status_code


async def test_two_hundred_buyers_at_two_hundred_events() -> None:
    """All of them hold and buy at once, and whoever asks meanwhile whether the server lives is answered."""
    async with World() as world, world.http() as http:
        events = [await another_event(world) for _ in range(EVENTS)]

        async def visit(event: EventInfo) -> int:
            ann = Buyer(http, event.id)
            held = await ann.seat("FRONT-A-1", "hold")
            return (await ann.buy(held.json()["hold"], "buy")).status_code

        visits = [asyncio.ensure_future(visit(event)) for event in events]
        assert 200 == (await http.get("/healthz")).status_code
        assert [201] * EVENTS == await asyncio.gather(*visits)


async def test_what_stood_still_while_storage_was_away_goes_on_by_itself() -> None:
    """After an outage new events are on sale and old maps move, and nobody has started anything again."""
    async with World() as world, world.http() as http, world.socket() as socket:
        await socket.hello()
        await socket.ask("subscribe", {"event": world.event.id, "sections": ["FRONT"]})
        await socket.push("seats.snapshot")
        ann = Buyer(http, world.event.id)
        world.database.down = True
        failed = await ann.get(f"/v1/events/{world.event.id}")
        world.database.down = False
        assert (503, "storage_unavailable") == (failed.status_code, code(failed))
        new = await another_event(world)
        assert 201 == (await Buyer(http, new.id).seat("FRONT-A-1", "new")).status_code
        assert 201 == (await ann.seat("FRONT-A-1", "old")).status_code
        assert [["FRONT-A-1", "h"]] == (await socket.push("seats.delta"))["d"]["u"]


async def test_closing_and_opening_again_puts_nothing_sold_on_sale() -> None:
    """A house that is sold out stays so, whatever its organiser does with the sale and the seats."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(World())
        staff = await stack.enter_async_context(world.http("organiser", "org"))
        for number, row in enumerate("AABB"):
            http = await stack.enter_async_context(world.http(sub=f"buyer-{number}"))
            buyer = Buyer(http, world.event.id)
            first = 1 + 3 * (number % 2)
            held = await buyer.hold("hold", seats=[f"FRONT-{row}-{each}" for each in range(first, first + 3)])
            assert 201 == (await buyer.buy(held.json()["hold"], "buy")).status_code
        eve = Buyer(await stack.enter_async_context(world.http(sub="eve")), world.event.id)
        every = [f"FRONT-{row}-{number}" for row in "AB" for number in range(1, 7)]
        for path, body in (
            ("publish", None),
            ("open", None),
            ("pause", None),
            ("resume", None),
            ("for-sale", {"objects": every, "for_sale": False}),
            ("for-sale", {"objects": every, "for_sale": True}),
            ("block", {"seats": every}),
            ("unblock", {"seats": every}),
            ("close", None),
            ("open", None),
        ):
            await staff.post(f"/v1/events/{world.event.id}/{path}", json=body)
            assert "" != code(await eve.seat("FRONT-A-1", path))
            assert (0, 0, 12) == shares(world, "FRONT")


async def test_a_change_below_what_is_sold_is_refused_by_name() -> None:
    """Seats that are sold cannot be taken off the map: their organiser is told which; nothing is changed."""
    async with World() as world, world.http() as http, world.http("organiser", "org") as staff:
        ann = Buyer(http, world.event.id)
        held = await ann.seat("FRONT-A-1", "hold")
        await ann.buy(held.json()["hold"], "buy")
        body = {"seats": ["FRONT-A-1", "FRONT-A-2"]}
        refused: httpx.Response = await staff.post(f"/v1/events/{world.event.id}/block", json=body)
        assert (409, ["FRONT-A-1"]) == (refused.status_code, refused.json()["objects"])
        assert (11, 0, 1) == shares(world, "FRONT")
        done = await staff.post(f"/v1/events/{world.event.id}/block", json={"seats": ["FRONT-A-2"]})
        seq = world.database.streams[world.event.sections[1].stream].lease.next_seq - 1
        assert (200, seq) == (done.status_code, done.json()["at"]["FRONT"][1])
        assert (10, 0, 1) == shares(world, "FRONT")


async def test_what_staff_cancel_is_on_sale_again() -> None:
    """A booking that an organiser cancels gives its places back at once, and once."""
    async with World() as world, world.http() as http, world.http("organiser", "org") as org:
        ann, staff = Buyer(http, world.event.id), Buyer(org, world.event.id)
        held = await ann.place("hold", 10)
        order = (await ann.buy(held.json()["hold"], "buy")).json()["order"]
        assert (102, 0, 10) == shares(world, "BACK")
        cancelled = [await staff.cancel(order, key) for key in ("cancel", "cancel", "again")]
        assert ["", "", "hold_expired"] == [code(each) for each in cancelled]
        assert (112, 0, 0) == shares(world, "BACK")

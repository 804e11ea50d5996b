"""What an event has sold, over REST, and that it is what its journals say."""

from __future__ import annotations

import csv
import io
from typing import Any

from actors.clock import RandomIds
from actors.host import SectionHost
from actors.limits import ShellLimits
from engine.catalogue import EventInfo
from engine.journal import StoredRecord
from gateway.sections.figures import FRESH_MS
from holdfast.replays import SectionReplay
from persistence.memory.store import MemorySectionStore
from tests.integration.gateway.test_carts import BOTH, create, settle
from tests.integration.gateway.world import World

BUYER = {"name": "Ann", "email": "ann@example.org"}
GROUPS = ("status", "category", "section", "channel")


async def ask(world: World, path: str) -> dict[str, Any]:
    """What the organiser is told."""
    async with world.http("organiser", "boss") as http:
        reply = await http.get(f"/v1/events/{world.event.id}/{path}")
        assert reply.status_code == 200, reply.text
        told: dict[str, Any] = reply.json()
        return told


async def buy(http: Any, world: World, key: str, **what: Any) -> str:
    """Hold and buy; the order."""
    held = (await create(http, world, f"h{key}", **what)).json()
    paid = {"hold": held["hold"], "buyer": BUYER}
    order = await http.post("/v1/orders", json=paid, headers={"Idempotency-Key": f"o{key}"})
    assert order.is_success, order.text
    return str(order.json()["order"])


async def sell_some(world: World) -> None:
    """Three seats of two sections, places, one order that is cancelled, one hold, one seat off the map."""
    async with world.http() as ann, world.http("organiser", "boss") as boss:
        await buy(ann, world, "1", seats=BOTH)
        await buy(ann, world, "2", ga={"area": "FIELD", "qty": 3})
        order = await buy(ann, world, "3", seats=["FRONT-B-1"])
        await ann.post(f"/v1/orders/{order}/cancel", headers={"Idempotency-Key": "c3"})
        await create(ann, world, "4", seats=["BACK-B-1"])
        blocked = await boss.post(f"/v1/events/{world.event.id}/block", json={"seats": ["BACK-B-6"]})
        assert blocked.is_success, blocked.text
    await settle(world)


async def lose_the_owner(world: World) -> SectionHost:
    """Another owner takes every section over, from what is stored; the one before knows nothing of it."""
    lost = world.host
    world.clock.ahead_ms += FRESH_MS
    stores = MemorySectionStore(world.database)
    world.host = SectionHost("other", stores, world.clock, RandomIds(), ShellLimits(), lambda _s: None)
    world.actor.host = world.host
    return lost


def replayed(world: World, event: EventInfo | None = None) -> tuple[int, int, int]:
    """Held, sold, and what is booked, as the audit of the books has them."""
    held = sold = booked = 0
    for section in (event or world.event).sections:
        stream = world.database.stream(section.stream)
        replay = SectionReplay(stream.source)
        records = [StoredRecord(row.seq, row.epoch, row.data) for row in stream.records]
        assert [] == replay.take(records)
        held, sold = held + replay.held_and_sold[0], sold + replay.held_and_sold[1]
        booked += sum(replay.bookings.values())
    return held, sold, booked


async def test_stats_are_what_the_journals_say_also_after_a_crash() -> None:
    """To the seat and to the cent, before and after the sections have another owner."""
    async with World() as world:
        await sell_some(world)
        stats = await ask(world, "stats")
        assert (116, 1, 6, 1) == tuple(stats[each] for each in ("free", "held", "sold", "blocked"))
        assert ("357.00", "0.00", 2) == (stats["revenue"]["amount"], stats["fees"]["amount"], stats["orders"])
        assert {"gold": "267.00", "field": "90.00"} == {
            key: each["value"]["amount"] for key, each in stats["by_category"].items()
        }
        assert {"BACK": 4, "FRONT": 2} == {key: each["sold"] for key, each in stats["by_section"].items()}
        assert (1, 6, 35_700) == replayed(world)
        lost = await lose_the_owner(world)
        again = await ask(world, "stats")
        await lost.close()
        assert stats | {"as_of": ""} == again | {"as_of": ""}


async def test_every_grouping_adds_up_to_the_same() -> None:
    """As JSON and as CSV."""
    async with World() as world:
        await sell_some(world)
        for by in GROUPS:
            report = await ask(world, f"report?by={by}")
            rows = report["rows"]
            assert (124, 6) == (sum(row["total"] for row in rows), sum(row["sold"] for row in rows))
            assert 357.0 == sum(float(row["value"]["amount"]) for row in rows)
            async with world.http("organiser", "boss") as http:
                reply = await http.get(f"/v1/events/{world.event.id}/report?by={by}&format=csv")
            assert "text/csv" == reply.headers["content-type"].partition(";")[0]
            lines = list(csv.DictReader(io.StringIO(reply.text)))
            sold = [(each[by], each["sold"]) for each in lines]
            assert sold == [(row["key"], str(row["sold"])) for row in rows]
            assert [row["value"] for row in rows] == [
                {"amount": each["value"], "currency": each["currency"]} for each in lines
            ]


async def test_figures_are_told_again_for_a_second() -> None:
    """However many look, sections are asked once; then anew."""
    async with World() as world, world.http() as ann:
        first = await ask(world, "stats")
        await create(ann, world, "1", seats=["FRONT-A-1"])
        assert first == await ask(world, "stats")
        world.clock.ahead_ms += FRESH_MS
        assert 1 == (await ask(world, "stats"))["held"]


async def test_what_cannot_be_grouped_is_refused() -> None:
    """Groups are named, and so are formats."""
    async with World() as world, world.http("organiser", "boss") as http:
        for query in ("", "?by=colour", "?by=section&format=xml"):
            reply = await http.get(f"/v1/events/{world.event.id}/report{query}")
            assert (400, "malformed") == (reply.status_code, reply.json()["code"])

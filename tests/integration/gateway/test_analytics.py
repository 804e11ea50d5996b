"""What organisers are told of a sale by the day, by the minute, step by step and live."""

from __future__ import annotations

import random
from typing import Any

import pytest

from actors.clock import SystemClock
from engine.analytics import DAY_MS
from engine.journal import StorageUnavailable
from gateway.access.auth import issue_token
from gateway.analytics.turned_away import KEPT_MAX, UNCOUNTED, TurnedAway
from gateway.sections.figures import FRESH_MS
from persistence.memory.projections import MemoryAnalytics, MemoryProjections
from persistence.memory.relay import MemoryRelay
from persistence.memory.store import MemorySectionStore
from tests.integration.gateway.foyer import queued_event
from tests.integration.gateway.test_carts import create
from tests.integration.gateway.test_figures import ask, replayed, sell_some
from tests.integration.gateway.world import SECRET, World
from workers.limits import ProjectorLimits
from workers.projections.projector import Projector


def projector_of(world: World, tables: MemoryProjections, limits: ProjectorLimits | None = None) -> Projector:
    """A projector as another process has it."""
    turns = MemoryRelay(world.database, world.clock.now_ms)
    journal = MemorySectionStore(world.database)
    clock, seeded = SystemClock(), random.Random(1)
    return Projector(
        "one", journal, tables, turns, limits or ProjectorLimits(), clock.monotonic, seeded.random
    )


async def count_all(world: World) -> None:
    """Count all that there is."""
    projector = projector_of(world, world.projections)
    while await projector.round():
        pass


async def analytics(world: World, path: str) -> dict[str, Any]:
    """What the organiser is told."""
    async with world.http("organiser", "boss") as http:
        reply = await http.get(f"/v1/analytics/{path}")
        assert reply.status_code == 200, reply.text
        told: dict[str, Any] = reply.json()
        return told


async def test_a_day_is_what_the_journals_say() -> None:
    """To the seat and to the cent; what was given back is told, and not taken off what was sold."""
    async with World() as world:
        await sell_some(world)
        before = await analytics(world, f"daily?event={world.event.id}")
        assert (before["days"], before["behind"] > 0, before["as_of"]) == ([], True, None)
        await count_all(world)
        told = await analytics(world, f"daily?event={world.event.id}")
        held, sold, booked = replayed(world)
        total = told["total"]
        assert (0, sold) == (told["behind"], total["sold"] - total["returned"])
        assert (7, 1, 3) == (total["sold"], total["returned"], total["orders"])
        assert ("446.00", "89.00") == (total["revenue"]["amount"], total["refunds"]["amount"])
        assert booked == 44_600 - 8_900
        assert (4, held) == (total["holds"], total["places_held"] - total["sold"])
        assert 1 == sum(day["cancelled"] for day in told["days"])


async def test_every_refusal_under_a_key_is_counted_by_its_code() -> None:
    """By the day and on the board."""
    async with World() as world, world.http() as ann, world.http(sub="bob") as bob:
        await create(ann, world, "1", seats=["FRONT-A-1"])
        for key in ("2", "3", "3"):
            assert 409 == (await create(bob, world, key, seats=["FRONT-A-1"])).status_code
        await create(bob, world, "4", ga={"area": "FIELD", "qty": 11})
        await count_all(world)
        told = await analytics(world, f"daily?event={world.event.id}")
        refusals = told["days"][0]["refusals"]
        assert {"seat_taken": 2, "limit_exceeded": 1} == refusals
        assert refusals == (await ask(world, "board"))["refusals"]


async def test_a_search_over_sections_is_refused_once_or_not_at_all() -> None:
    """What the first section has not another one may have; only what the buyer was told is counted."""
    async with World() as world, world.http() as ann, world.http(sub="bob") as bob:
        for key, who in enumerate((ann, bob, ann, bob)):
            found = await create(who, world, str(key), best={"qty": 6, "adjacent": True})
            assert 201 == found.status_code, found.text
        refused = await create(ann, world, "5", best={"qty": 1, "max_price": "1.00"})
        assert "best_available_not_found" == refused.json()["code"]
        await count_all(world)
        told = await analytics(world, f"daily?event={world.event.id}")
        assert (4, 24) == (told["total"]["holds"], told["total"]["places_held"])
        assert {"best_available_not_found": 1} == told["days"][0]["refusals"]


async def test_the_funnel_says_where_people_are_lost() -> None:
    """Each hold is paid, lost before checkout, lost after it, or still on its way; groups are of seats."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        told = await analytics(world, f"funnel?event={world.event.id}&by=category")
        steps = {each["step"]: (each["count"], each["lost"]) for each in told["steps"]}
        assert {
            "queued": (0, 0),
            "admitted": (0, 0),
            "held": (4, 0),
            "checkout": (3, 0),
            "paid": (3, 0),
        } == steps
        groups = {each["key"]: (each["held"], each["checkout"], each["sold"]) for each in told["groups"]}
        assert {"gold": (5, 4, 4), "field": (3, 3, 3)} == groups
        for by in ("section", "channel"):
            again = await analytics(world, f"funnel?event={world.event.id}&by={by}")
            assert 7 == sum(each["sold"] for each in again["groups"])


async def test_who_waits_is_counted_before_who_holds() -> None:
    """The room's records are counted like those of sections."""
    async with World() as world, world.http() as ann:
        event = await queued_event(world)
        async with world.http("organiser", "boss") as boss:
            await boss.post(f"/v1/events/{event.id}/queue/open")
        joined = await ann.post(f"/v1/events/{event.id}/queue", json={}, headers={"Idempotency-Key": "1"})
        assert joined.is_success
        await ann.delete(f"/v1/events/{event.id}/queue")
        await count_all(world)
        told = await analytics(world, f"funnel?event={event.id}")
        assert (1, {"left": 1}) == (told["steps"][0]["count"], told["steps"][0]["reasons"])
        board_path = f"/v1/events/{event.id}/board"
        async with world.http("organiser", "boss") as boss:
            board = (await boss.get(board_path)).json()
        assert (1, 0) == (board["queue"]["joined"], board["queue"]["waiting"])


async def test_whom_the_door_turns_away_is_told_beside_the_refusals() -> None:
    """Over either way, once each; what the database does not take yet waits."""
    async with World() as world, world.http() as http, world.socket() as socket:
        event = await queued_event(world)
        door = world.app.state.turned_away
        await socket.hello("ann")
        body = {"event": event.id, "seats": ["FRONT-A-1"]}
        assert "not_admitted" == (await socket.ask("hold.create", body, "k1"))["e"]["code"]
        assert 403 == (await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "k2"})).status_code
        world.database.down = True
        with pytest.raises(StorageUnavailable):
            await door.settle()
        world.database.down = False
        await door.settle()
        await door.settle()
        daily = await analytics(world, f"daily?event={event.id}")
        assert ({"not_admitted": 2}, 0) == (daily["turned_away"], daily["total"]["refused"])
        async with world.http("organiser", "boss") as boss:
            board = (await boss.get(f"/v1/events/{event.id}/board")).json()
        assert ({"not_admitted": 2}, {}) == (board["turned_away"], board["refusals"])
        await analytics(world, f"daily?event={world.event.id}")


async def test_a_door_keeps_a_bounded_number_of_counts() -> None:
    """What is beyond is told by a figure, and what is known goes on being counted."""
    async with World() as world:
        counts = MemoryAnalytics(MemoryProjections(world.database), dict, dict)
        door = TurnedAway(counts, world.clock.now_ms)
        before = UNCOUNTED.value
        for number in range(KEPT_MAX + 3):
            door.count(f"evt_{number}", "not_admitted")
        door.count("evt_0", "not_admitted")
        assert 3 == UNCOUNTED.value - before
        await door.settle()
        day = world.clock.now_ms() // DAY_MS
        assert {"not_admitted": 2} == await counts.turned_away("evt_0", day, day)
        assert {} == await counts.turned_away(f"evt_{KEPT_MAX}", day, day)


async def test_minutes_are_told_up_to_now() -> None:
    """The running one too; what is older than asked for is not."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        told = await analytics(world, f"minutes?event={world.event.id}&minutes=2")
        assert 4 == sum(each["holds"] for each in told["minutes"])
        assert 7 == sum(each["sold"] for each in told["minutes"])
        world.clock.ahead_ms += 600_000
        assert [] == (await analytics(world, f"minutes?event={world.event.id}&minutes=2"))["minutes"]


async def test_the_board_is_what_the_sections_say_and_what_was_counted() -> None:
    """Its stock is that of `stats`; a forecast goes on as the last minutes went."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        world.clock.ahead_ms += FRESH_MS
        board, stats = await ask(world, "board"), await ask(world, "stats")
        names = ("free", "held", "sold", "blocked", "orders", "revenue", "fees", "at", "as_of")
        assert [stats[each] for each in names] == [board[each] for each in names]
        assert board["forecast"]["places_per_minute"] > 0
        assert board["forecast"]["sells_out_at"] > board["as_of"]
        assert 0 == board["behind"]


async def test_top_events_are_those_of_one_organiser() -> None:
    """By revenue, seats, holds or refusals; the events of another house are not among them."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        for by in ("revenue", "sold", "holds", "refused"):
            [row] = (await analytics(world, f"top?by={by}"))["data"]
            assert (world.event.id, "Gala", 7, 4) == (row["event"], row["name"], row["sold"], row["holds"])
        assert [] == (await analytics(world, "top?mode=test"))["data"]


async def test_the_house_is_told_to_who_runs_it() -> None:
    """Events, records, and what is not counted yet."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        async with world.http("admin", "root") as http:
            told = (await http.get("/v1/analytics/system")).json()
        assert (0, {"draft": 1}, 6, 1) == tuple(told[each] for each in ("behind", "events", "sold", "held"))
        assert told["records"] == sum(stream.lease.next_seq - 1 for stream in world.database.streams.values())


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("daily?event={event}&from=2026-11-02&to=2026-11-01", "invalid"),
        ("daily?event={event}&from=2020-01-01&to=2026-11-01", "invalid"),
        ("daily?event={event}&from=yesterday", "malformed"),
        ("daily", "malformed"),
        ("minutes?event={event}&minutes=100000", "malformed"),
        ("funnel?event={event}&by=price", "malformed"),
        ("funnel?event=evt_none", "not_found"),
        ("top?by=luck", "malformed"),
    ],
)
async def test_what_cannot_be_told_is_refused(query: str, code: str) -> None:
    """With the code of the catalogue."""
    async with World() as world, world.http("organiser", "boss") as http:
        reply = await http.get("/v1/analytics/" + query.replace("{event}", world.event.id))
        assert code == reply.json()["code"]


async def test_a_projector_that_comes_late_adds_nothing_twice() -> None:
    """Two projectors and small batches come to the same tables as one."""
    async with World() as world:
        await sell_some(world)
        await count_all(world)
        tables = MemoryProjections(world.database)
        limits = ProjectorLimits(records_per_batch=1, streams_kept_max=1)
        one, other = (projector_of(world, tables, limits) for _ in range(2))
        while await one.round() + await other.round():
            pass
        assert tables.steps == world.projections.steps
        assert tables.sales == world.projections.sales
        assert tables.minutes == world.projections.minutes
        assert tables.orders == world.projections.orders


async def test_the_board_is_pushed_to_who_runs_the_event() -> None:
    """The newest, once a second, also to who comes later; then no more."""
    async with World() as world, world.socket() as boss, world.socket() as other:
        await sell_some(world)
        await count_all(world)
        await boss.hello("boss", "organiser")
        watching = {"event": world.event.id, "board": True}
        channel = f"{world.event.id}/~board"
        assert {channel: "snapshot"} == (await boss.ask("subscribe", watching))["d"]["channels"]
        push = await boss.push("stats.update")
        told = push["d"]
        assert (channel, 6, 3) == (push["ch"], told["sold"], told["funnel"][-1]["count"])
        await other.hello("boss", "organiser")
        await other.ask("subscribe", watching)
        assert told["event"] == (await other.push("stats.update"))["d"]["event"]
        live = world.app.state.live
        assert 1 == len(live)
        await other.ask("unsubscribe", watching)
        await boss.ask("unsubscribe", watching)
        assert 0 == len(live)


async def test_the_board_is_for_nobody_else() -> None:
    """A guest, a buyer, the organiser of another house, and an event that there is not."""
    async with World() as world:
        watching = {"event": world.event.id, "board": True}
        cases: list[tuple[str | None, str]] = [(None, "token_missing"), ("ann", "scope_missing")]
        for sub, code in cases:
            async with world.socket() as socket:
                await socket.hello(sub)
                assert code == (await socket.ask("subscribe", watching))["e"]["code"]
        foreign = issue_token(SECRET, "eve", "organiser", 3600, organisers=("org_elsewhere",))
        async with world.socket() as socket:
            await socket.ask("hello", {"token": foreign})
            assert "not_found" == (await socket.ask("subscribe", watching))["e"]["code"]
            nothing = await socket.ask("subscribe", watching | {"event": "evt_none"})
            assert "not_found" == nothing["e"]["code"]

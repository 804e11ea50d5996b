"""The waiting room as its members and its organiser live it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import altcha
import pytest
from msgspec.structs import replace

from actors.room import Room
from engine.queue.draw import drawn, list_hash, seed_hash
from engine.queue.terms import QueueTerms
from gateway.access.auth import principal_id
from protocol.closing import JSON
from tests.integration.gateway.foyer import FAST, SLOW, Foyer, foyer
from tests.integration.gateway.world import Socket

GRACE_MS = 600_000
DRAWN = QueueTerms(mode="random", rate_per_minute=0, draw_ms=1)


async def crowd(there: Foyer, stack: AsyncExitStack, names: list[str]) -> dict[str, Socket]:
    """People at the door, each with a place."""
    sockets = {}
    for name in names:
        sockets[name] = await stack.enter_async_context(there.world.socket())
        await sockets[name].hello(name)
        assert (await there.ask(sockets[name], "join"))["ok"]
    return sockets


async def told(person: Socket, **wanted: Any) -> dict[str, Any]:
    """The next update that says this, whatever else is told meanwhile."""
    update = await person.until(
        lambda message: message.get("t") == "queue.update" and wanted.items() <= message["d"].items()
    )
    body: dict[str, Any] = update["d"]
    return body


async def test_a_place_moves_up_and_becomes_a_pass() -> None:
    """Positions are told as others go, and the pass comes by itself."""
    async with foyer(SLOW) as there, AsyncExitStack() as stack:
        await there.staff("open")
        people = await crowd(there, stack, ["ann", "bob", "cat"])
        first = (await there.ask(people["cat"], "status"))["d"]
        assert (3, 2, "open") == (first["position"], first["ahead"], first["phase"])
        await there.ask(people["ann"], "leave")
        assert 1 == (await told(people["cat"], position=2))["ahead"]
        await there.staff("admit", count=1)
        admitted = await people["bob"].push("queue.admitted")
        assert there.event.id == admitted["d"]["event"]
        assert admitted["d"]["pass"] == (await there.ask(people["bob"], "status"))["d"]["pass"]
        assert 0 == (await told(people["cat"], position=1))["ahead"]
        gone = await there.ask(people["ann"], "status")
        assert "queue_ticket_expired" == gone["e"]["code"]


async def test_one_place_an_identity() -> None:
    """Joining again, from elsewhere too, gives the same ticket, and news go to all connections."""
    async with foyer(SLOW) as there:
        await there.staff("open")
        async with there.world.socket() as one, there.world.socket(JSON) as other:
            await one.hello("ann")
            await other.hello("ann")
            tickets = {(await there.ask(each, "join"))["d"]["ticket"] for each in (one, other)}
            assert 1 == len(tickets)
            await there.staff("admit", count=1)
            passes = {(await each.push("queue.admitted"))["d"]["pass"] for each in (one, other)}
            assert 1 == len(passes)


async def test_a_place_survives_its_connection() -> None:
    """Whoever comes back finds the same place, and the news again."""
    async with foyer(SLOW) as there:
        await there.staff("open")
        async with there.world.socket() as socket:
            await socket.hello("ann")
            ticket = (await there.ask(socket, "join"))["d"]["ticket"]
        async with there.world.socket() as socket:
            await socket.hello("ann")
            assert ticket == (await there.ask(socket, "status"))["d"]["ticket"]
            await there.staff("admit", count=1)
            assert (await socket.push("queue.admitted"))["d"]["pass"]


async def seen(there: Foyer, name: str, told: asyncio.Future[Any]) -> None:
    """Poll until the room knows of it, or something is told."""
    assert there.event.queue is not None
    room = there.world.host.open(there.event.queue.stream).keeper
    assert isinstance(room, Room)
    state = room.state
    number = state.number_of_principal[principal_id(name)]
    since_ms = there.world.clock.now_ms()
    while state.seen[number] < since_ms and not told.done():
        await there.get(sub=name)
        await asyncio.wait({told}, timeout=0.1)


async def test_a_place_without_its_owner_is_given_up() -> None:
    """After the grace the line moves on; who is connected or polls keeps their place."""
    async with foyer(replace(SLOW, grace_ms=GRACE_MS)) as there:
        await there.staff("open")
        async with there.world.socket() as stays:
            async with there.world.socket() as goes:
                await goes.hello("ann")
                await there.ask(goes, "join")
            await stays.hello("bob")
            assert 2 == (await there.ask(stays, "join"))["d"]["position"]
            moved = asyncio.ensure_future(told(stays, position=1))
            while not moved.done():
                # Whatever the room is told late, a minute is nothing beside these.
                there.world.clock.ahead_ms += GRACE_MS * 2 // 3
                await seen(there, "bob", moved)
            assert 0 == (await moved)["ahead"]
            assert "queue_ticket_expired" == (await there.get()).json()["code"]


async def test_the_draw_can_be_checked_by_anybody() -> None:
    """Hashes are public before, the seed after; positions are what anybody computes from them."""
    async with foyer(DRAWN) as there, AsyncExitStack() as stack:
        await there.staff("gather")
        async with there.world.http(None) as anybody:
            before = (await anybody.get(f"{there.path}/draw")).json()
            assert ("", "", 0) == (before["seed"], before["list_hash"], before["size"])
            people = await crowd(there, stack, [f"p{number}" for number in range(6)])
            assert "position" not in (await there.ask(people["p0"], "status"))["d"]
            await there.staff("open")
            updates = {name: await each.push("queue.update") for name, each in people.items()}
            while any("position" not in update["d"] for update in updates.values()):
                updates = {
                    name: update if "position" in update["d"] else await people[name].push("queue.update")
                    for name, update in updates.items()
                }
            after = (await anybody.get(f"{there.path}/draw", params={"limit": 4})).json()
            rest = (await anybody.get(f"{there.path}/draw", params={"after": after["next"]})).json()
        entries = [(str(ticket), int(place)) for ticket, place in after["tickets"] + rest["tickets"]]
        tickets = [ticket for ticket, _ in entries]
        assert before["seed_hash"] == after["seed_hash"] == seed_hash(bytes.fromhex(after["seed"]))
        assert list_hash(tickets) == after["list_hash"]
        place_of = {
            ticket: place for place, ticket in enumerate(drawn(bytes.fromhex(after["seed"]), tickets), 1)
        }
        assert place_of == dict(entries)
        assert place_of == {each["d"]["ticket"]: each["d"]["position"] for each in updates.values()}


async def test_pause_sold_out_and_end_are_told() -> None:
    """Everybody who waits hears of it at once."""
    async with foyer(SLOW) as there, AsyncExitStack() as stack:
        await there.staff("open")
        people = await crowd(there, stack, ["ann", "bob"])
        assert "paused" == (await there.staff("pause", reason="A fuse has blown."))["phase"]
        paused = (await people["ann"].push("queue.paused"))["d"]
        assert there.event.id == paused["event"]
        pause = {"since": paused["since"], "reason": "A fuse has blown."}
        update, place = await told(people["ann"], phase="paused"), (await there.get(sub="ann")).json()
        for each in (paused, update, place):
            assert pause.items() <= each.items()
        await there.staff("resume")
        assert not {"since", "reason"} & (await told(people["ann"], phase="open")).keys()
        await there.staff("end")
        for each in people.values():
            assert "sale_not_open" == (await each.push("queue.ended"))["d"]["reason"]["code"]
        async with there.world.http("organiser") as http:
            again = await http.post(f"{there.path}/end")
            assert "invalid" == again.json()["code"]


async def test_nothing_left_is_told_to_those_behind() -> None:
    """When the last seat is sold the room ends, and says so."""
    async with foyer(SLOW) as there:
        await there.staff("open")
        async with there.world.socket() as waits, there.world.socket() as buys:
            await waits.hello("ann")
            await there.ask(waits, "join")
            await buys.hello("boss", "organiser")
            seats = [f"{part}-{row}-{n}" for part in ("FRONT", "BACK") for row in "AB" for n in range(1, 7)]
            bodies: list[dict[str, Any]] = [
                {"seats": seats[:12]},
                {"seats": seats[12:]},
                {"ga": {"area": "FIELD", "qty": 100}},
            ]
            for index, body in enumerate(bodies):
                held = await buys.ask("hold.create", {"event": there.event.id, **body}, f"k{index}")
                order = {"hold": held["d"]["hold"], "buyer": {"name": "B", "email": "b@example.org"}}
                assert (await buys.ask("checkout.begin", order, f"c{index}"))["ok"]
            assert there.event.id == (await waits.push("queue.sold_out"))["d"]["event"]
            assert "sold_out" == (await there.ask(waits, "join"))["e"]["code"]


async def test_over_rest_alone() -> None:
    """Join, look, and buy by polling."""
    async with foyer() as there, there.world.http() as http:
        assert "sale_not_open" == (await http.post(there.path, json={})).json()["code"]
        await there.staff("open")
        joined = (await http.post(there.path, json={}, headers={"Idempotency-Key": "j"})).json()
        assert joined["refresh_interval_s"] >= 1
        place = joined
        while "pass" not in place:
            place = (await http.get(there.path)).json()
        assert joined["ticket"] == place["ticket"]
        body = {"event": there.event.id, "seats": ["FRONT-A-1"], "pass": place["pass"]}
        assert 201 == (await http.post("/v1/holds", json=body, headers={"Idempotency-Key": "h"})).status_code
        assert {"event": there.event.id, "phase": "open"} == (await http.delete(there.path)).json()
        assert "queue_ticket_expired" == (await http.get(there.path)).json()["code"]
        assert "not_found" == (await there.get(sub="eve")).json()["code"]


async def test_the_organiser_sees_and_sets() -> None:
    """How the room stands, and how it lets people in; wrong settings are refused."""
    async with foyer(SLOW) as there, AsyncExitStack() as stack:
        await there.staff("open")
        await crowd(there, stack, ["ann", "bob"])
        async with there.world.http("organiser", "boss") as http:
            room = (await http.get(f"{there.path}/room")).json()
            assert ("open", 2, 0, 2) == (room["phase"], room["waiting"], room["active"], room["joined"])
            settings: dict[str, Any] = room["settings"] | {
                "rate_per_minute": 120,
                "opens_at": "2026-01-01T10:00:00Z",
            }
            assert 200 == (await http.post(f"{there.path}/settings", json=settings)).status_code
            room = (await http.get(f"{there.path}/room")).json()
            assert (120, "2026-01-01T10:00:00Z") == (
                room["settings"]["rate_per_minute"],
                room["settings"]["opens_at"],
            )
            wrong = await http.post(f"{there.path}/settings", json=settings | {"pass_ttl_ms": 1})
            assert "invalid" == wrong.json()["code"]
        assert "scope_missing" == (await there.get("/room")).json()["code"]


async def test_work_comes_before_joining() -> None:
    """Where a challenge is asked for, only its solver gets a place, and only for themselves."""
    async with foyer(replace(SLOW, challenge_cost=2)) as there:
        await there.staff("open")
        async with there.world.socket() as socket, there.world.socket() as other:
            await socket.hello("ann")
            await other.hello("eve")
            assert "challenge_required" == (await there.ask(socket, "join"))["e"]["code"]
            challenge = altcha.Challenge.from_dict((await there.ask(socket, "challenge"))["d"]["challenge"])
            solution = altcha.solve_challenge(challenge)
            assert solution is not None
            solved = altcha.Payload(challenge, solution).to_base64()
            for wrong in ("", "abc", "e30=", altcha.Payload(challenge, altcha.Solution(0, "00")).to_base64()):
                reply = await there.ask(socket, "join", challenge=wrong)
                assert "challenge_required" == reply["e"]["code"]
            assert "challenge_required" == (await there.ask(other, "join", challenge=solved))["e"]["code"]
            joined = await there.ask(socket, "join", challenge=solved)
            assert 1 == joined["d"]["position"]
            assert joined["d"]["ticket"] == (await there.ask(socket, "join"))["d"]["ticket"]
        assert (await there.get("/challenge")).json()["challenge"]["parameters"]["cost"] == 2


async def test_an_event_is_made_with_a_room() -> None:
    """The organiser says so when the event is created, and everybody can see it."""
    async with foyer() as there, there.world.http("organiser") as http:
        body = {"name": "Opening", "plan": there.event.plan, "queue": {"mode": "fifo", "rate_per_minute": 60}}
        made = (await http.post("/v1/events", json=body)).json()
        assert made["queued"] is True
        room = (await http.get(f"/v1/events/{made['event']}/queue/room")).json()
        assert ("closed", 60) == (room["phase"], room["settings"]["rate_per_minute"])
        wrong = await http.post("/v1/events", json=body | {"queue": {"active_max": 0}})
        assert "invalid" == wrong.json()["code"]
        plain = (await http.post("/v1/events", json={"name": "Plain", "plan": there.event.plan})).json()
        assert plain["queued"] is False


@pytest.mark.parametrize("phase", ["pre-queue", "open"])
async def test_a_key_is_heeded(phase: str) -> None:
    """The same key gives the same outcome, another body under it is refused."""
    async with foyer(SLOW) as there:
        await there.staff("gather" if phase == "pre-queue" else "open")
        async with there.world.socket() as socket:
            await socket.hello("ann")
            first = await there.ask(socket, "join", "k")
            again = await there.ask(socket, "join", "k")
            assert (phase, first["d"]["ticket"]) == (again["d"]["phase"], again["d"]["ticket"])
            assert "idempotency_key_reused" == (await there.ask(socket, "leave", "k"))["e"]["code"]


async def test_guests_do_not_wait() -> None:
    """A place belongs to an identity."""
    async with foyer(FAST) as there, there.world.socket() as socket:
        await socket.hello(None)
        assert "token_missing" == (await there.ask(socket, "join"))["e"]["code"]

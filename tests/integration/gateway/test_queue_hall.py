"""What a gateway does when waiting rooms cannot be reached, are too many, or have another line now."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from actors import answers
from actors.room_wire import RoomChanges
from actors.wire import Answer
from engine.queue.commands import FindMembers, JoinRoom, RoomRequest
from engine.queue.terms import QueueTerms
from gateway.app import create_app
from gateway.parts import Parts
from gateway.ports import Rooms
from gateway.waiting import hall as halls
from tests.integration.gateway.foyer import FAST, SLOW, Foyer, foyer, queued_event
from tests.integration.gateway.world import World


class Moody:
    """Rooms that can be told to fail."""

    def __init__(self) -> None:
        self.real: Rooms | None = None
        self.silent = asyncio.Event()
        self.silent.set()
        self.failures = 0
        self.unfound = 0
        self.away = False
        self.slow_joins = False
        self.joined = asyncio.Event()
        self.told_of_passes = asyncio.Event()
        self._passes = False

    async def ask(self, stream: int, request: RoomRequest, deadline_ms: int) -> Answer:
        assert self.real is not None
        if self.away:
            return answers.RECOVERING
        if self.unfound and isinstance(request.command, FindMembers):
            self.unfound -= 1
            return answers.RECOVERING
        answer = await self.real.ask(stream, request, deadline_ms)
        if self.slow_joins and isinstance(request.command, JoinRoom):
            self.joined.set()
            await self.told_of_passes.wait()
        return answer

    async def changes(self, stream: int, after_seq: int) -> RoomChanges:
        assert self.real is not None
        await self.silent.wait()
        if self.failures:
            self.failures -= 1
            raise OSError("no way")
        if self._passes:  # whoever asks for more has taken in what came before
            self.told_of_passes.set()
        changes = await self.real.changes(stream, after_seq)
        self._passes = self._passes or bool(changes.admitted)
        return changes


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Moody:
    """Rooms of every gateway that is made from now on."""
    rooms = Moody()

    def made(parts: Parts, settings: Any) -> Any:
        rooms.real = parts.rooms
        return create_app(msgspec.structs.replace(parts, rooms=rooms), settings)

    monkeypatch.setattr("tests.integration.gateway.world.create_app", made)
    return rooms


async def test_a_room_that_cannot_be_reached(moody: Moody) -> None:
    """Callers learn that it will be back, nobody is let through meanwhile, and then it is there."""
    moody.silent.clear()
    async with foyer(FAST) as there, there.world.socket() as socket:
        await socket.hello("ann")
        for number, kind in enumerate(("join", "status", "leave", "challenge"), 900):
            body = {"event": there.event.id}
            socket.say({"t": f"queue.{kind}", "id": number, "dl": 20, "d": body})
            reply = await socket.until(lambda message, number=number: message.get("re") == number)
            assert "section_recovering" == reply["e"]["code"]
        moody.failures = 1
        moody.silent.set()
        assert "sale_not_open" == (await there.ask(socket, "join"))["e"]["code"]


async def test_a_room_that_does_not_answer(moody: Moody) -> None:
    """Who holds already is not sent away for good, nor let through."""
    async with foyer(FAST) as there, there.world.socket() as socket:
        await there.staff("open")
        pass_ = await there.admitted(socket)
        hold = (await there.hold(socket, "FRONT-A-1", "k", pass_))["d"]["hold"]
        moody.away = True
        swap = {"hold": hold, "release": ["FRONT-A-1"], "take": ["FRONT-A-2"]}
        order = {"hold": hold, "buyer": {"name": "Ann", "email": "ann@example.org"}}
        refused = [
            await socket.ask("hold.extend", {"hold": hold}, "e"),
            await socket.ask("hold.swap", swap, "s"),
            await socket.ask("checkout.begin", order, "c"),
            await there.ask(socket, "status"),
            await there.ask(socket, "leave"),
        ]
        assert {"section_recovering"} == {reply["e"]["code"] for reply in refused}
        moody.away = False
        assert (await socket.ask("hold.extend", {"hold": hold}, "e"))["ok"]


async def test_news_of_a_pass_that_overtake_the_reply_to_who_joined(moody: Moody) -> None:
    """Who is let in before they are known here hears of it all the same."""
    async with foyer(SLOW) as there, there.world.socket() as socket:
        await there.staff("open")
        await socket.hello("ann")
        moody.slow_joins = True
        joining = asyncio.ensure_future(there.ask(socket, "join"))
        await moody.joined.wait()
        await there.staff("admit", count=1)
        assert "pass" not in (await joining)["d"]
        assert there.event.id == (await socket.push("queue.admitted"))["d"]["event"]


async def test_after_the_draw_everybody_is_found_again(moody: Moody) -> None:
    """Also when the room does not answer at first."""
    terms = QueueTerms(mode="random", rate_per_minute=0, draw_ms=1)
    async with foyer(terms) as there, there.world.socket() as socket:
        await there.staff("gather")
        await socket.hello("ann")
        await there.ask(socket, "join")
        moody.unfound = 1
        await there.staff("open")
        while "position" not in (await socket.push("queue.update"))["d"]:
            pass
        assert 0 == moody.unfound


async def test_rooms_are_followed_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One without members here makes room for another, one with members stays."""
    monkeypatch.setattr(halls, "ROOMS_MAX", 1)
    async with foyer(SLOW) as there, there.world.socket() as socket:
        await there.staff("open")
        other = Foyer(there.world, await queued_event(there.world, SLOW))
        await other.staff("open")
        await socket.hello("ann")
        assert (await there.ask(socket, "join"))["ok"]
        assert (await other.ask(socket, "join"))["ok"]
        await there.staff("admit", count=1)
        await socket.push("queue.admitted")


async def test_a_room_that_is_given_up_costs_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are the counts of its event followed, also when the event was forgotten here meanwhile."""
    monkeypatch.setattr(halls, "ROOMS_MAX", 1)
    async with foyer(SLOW) as there:
        hub, directory = there.world.app.state.hub, there.world.app.state.sockets._office.directory
        await there.get()
        assert [there.event.id] == list(hub._counts)
        del directory._maps[there.event.id]
        other = Foyer(there.world, await queued_event(there.world, SLOW))
        assert 404 == (await other.get(sub="ann")).status_code  # the room is followed, and ann has no place
        assert [other.event.id] == list(hub._counts)


async def test_a_gateway_without_rooms_sells_for_no_event_that_has_one() -> None:
    """It says that there is none, and lets nobody hold."""

    class Roomless(World):
        def _gateway(self, router: Any) -> Any:
            app = super()._gateway(router)
            app.state.sockets._office.hall._rooms = None
            return app

    async with Roomless() as world, world.socket() as socket:
        there = Foyer(world, await queued_event(world))
        await socket.hello("ann")
        assert "not_found" == (await there.ask(socket, "join"))["e"]["code"]
        assert "not_admitted" == (await there.hold(socket, "FRONT-A-1", "k", None))["e"]["code"]

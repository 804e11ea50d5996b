"""The client's place in a waiting room, kept over broken connections."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from client import ClientOptions, HoldfastClient, SoldOut, WaitingRoom
from client.errors import Ended, Forbidden
from protocol.queue import QueueUpdate
from tests.integration.fake_server import Answer, FakeServer, Message, Peer, fake_server

QUICK = ClientOptions(backoff_base_ms=1, backoff_cap_ms=2, retry_base_ms=1, retry_cap_ms=2, connects_max=50)
EVENT = "evt_1"


def buyer(server: FakeServer) -> HoldfastClient:
    """A client of the fake server."""
    return HoldfastClient(server.url, "token", QUICK, randomness=Random(1))


def place(**more: Any) -> Message:
    """The body of a place."""
    return {"event": EVENT, "ticket": "que_1", "phase": "open", "as_of": "2026-01-01T00:00:00.000Z", **more}


def push(kind: str, **body: Any) -> Message:
    """News of a place; of another event's unless it says so."""
    return {"t": f"queue.{kind}", "d": {"event": EVENT, **body}}


def answering(*news: Message, challenge: Message | None = None) -> Answer:
    """A server that gives places, and says `news` after each."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if request["t"] == "queue.challenge":
            await peer.accept(request, {"event": EVENT, "challenge": challenge})
        elif request["t"] == "queue.leave":
            await peer.accept(request, {"event": EVENT, "phase": "open"})
        else:
            await peer.accept(request, place(position=3, ahead=2))
            if news:
                await peer.send(*news)

    return answer


async def test_a_pass_comes_by_itself() -> None:
    """News of other events and of the place pass by, then the pass is there."""
    seen: list[int | None] = []
    others = [
        push("admitted", **{"event": "evt_2", "pass": "no", "expires_at": ""}),
        push("sold_out", event="evt_2"),
        push("ended", event="evt_2", ticket="x", reason=problem("not_admitted", 403)),
        push("update", **place(event="evt_2")),
        push("paused"),
    ]
    mine = [push("update", **place(position=2)), push("admitted", **{"pass": "token", "expires_at": ""})]
    async with (
        fake_server(answering(*others, *mine)) as server,
        buyer(server) as client,
        WaitingRoom(client, EVENT, lambda update: seen.append(update.position)) as room,
    ):
        assert 3 == (await room.join()).position
        assert "token" == await room.admitted()
        assert ([2], "token") == (seen, room.pass_)
        assert "open" == (await room.leave()).phase


async def test_leaving_is_asked_for_again_under_its_key() -> None:
    """Where the reply was lost the place may have gone already, which is no refusal."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if request["t"] == "queue.join":
            await peer.accept(request, place(position=1))
        elif len(server.asked("queue.leave")) == 1:
            peer.cut()
        else:
            await peer.accept(request, {"event": EVENT, "phase": "open"})

    async with fake_server(answer) as server, buyer(server) as client, WaitingRoom(client, EVENT) as room:
        await room.join()
        await room.leave()
        first, second = server.asked("queue.leave")
        assert first["idem"] == second["idem"]


def problem(code: str, status: int) -> Message:
    """A problem object."""
    return {"type": f"https://x/{code}", "title": code, "status": status, "code": code, "detail": code}


@pytest.mark.parametrize(
    ("news", "error"),
    [
        (push("sold_out"), SoldOut),
        (push("ended", ticket="que_1", reason=problem("queue_ticket_expired", 410)), Ended),
        (push("ended", ticket="que_1", reason=problem("not_admitted", 403)), Forbidden),
    ],
)
async def test_there_will_be_no_pass(news: Message, error: type[Exception]) -> None:
    """Whoever waits learns why."""
    async with (
        fake_server(answering(news)) as server,
        buyer(server) as client,
        WaitingRoom(client, EVENT) as room,
    ):
        await room.join()
        with pytest.raises(error):
            await room.admitted()


async def test_after_a_broken_connection_the_place_is_found_again() -> None:
    """The new connection asks for the place, and the news of it come there."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        await peer.accept(request, place(position=1))
        if request["t"] == "queue.join":
            peer.cut()
        else:
            await peer.send(push("admitted", **{"pass": "token", "expires_at": ""}))

    async with fake_server(answer) as server, buyer(server) as client, WaitingRoom(client, EVENT) as room:
        await room.join()
        assert "token" == await room.admitted()
        assert 1 == len(server.asked("queue.status"))


async def test_a_place_that_was_lost_meanwhile() -> None:
    """What the new connection is told ends the wait."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if request["t"] == "queue.join":
            await peer.accept(request, place(position=1))
            peer.cut()
        else:
            await peer.refuse(request, "queue_ticket_expired", 410)

    async with fake_server(answer) as server, buyer(server) as client, WaitingRoom(client, EVENT) as room:
        await room.join()
        with pytest.raises(Ended):
            await room.admitted()


async def test_a_challenge_is_solved_before_joining() -> None:
    """In a thread, and only when there is one."""
    async with fake_server(answering(challenge={"n": 7})) as server, buyer(server) as client:
        async with WaitingRoom(client, EVENT) as room:
            await room.join(lambda challenge: f"solved {challenge['n']}")
        assert "solved 7" == server.asked("queue.join")[0]["d"]["challenge"]
    async with fake_server(answering()) as server, buyer(server) as client:
        async with WaitingRoom(client, EVENT) as room:
            await room.join(lambda _challenge: "never asked")
        assert server.asked("queue.join")[0]["d"].get("challenge") is None


async def test_a_pass_that_is_there_already() -> None:
    """The reply to joining carries it."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        await peer.accept(request, place(**{"pass": "token", "expires_at": ""}))

    async with fake_server(answer) as server, buyer(server) as client, WaitingRoom(client, EVENT) as room:
        assert "token" == (await room.join()).pass_
        assert "token" == await asyncio.wait_for(room.admitted(), 60)


async def test_a_room_is_entered_first() -> None:
    """Nobody waits outside."""
    async with fake_server(answering()) as server, buyer(server) as client:
        with pytest.raises(RuntimeError, match="async with"):
            await WaitingRoom(client, EVENT).admitted()


async def test_who_joins_again_waits_for_the_new_pass() -> None:
    """A pass that ended, or was given back, is not told a second time; nor is why it ended."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if request["t"] == "queue.leave":
            await peer.accept(request, {"event": EVENT, "phase": "open"})
            return
        number = len(server.asked("queue.join"))
        await peer.accept(request, place(position=1))
        await peer.send(push("admitted", **{"pass": f"token {number}", "expires_at": ""}))
        if number == 1:
            reason = problem("queue_ticket_expired", 410)
            await peer.send(push("ended", ticket="que_1", reason=reason), push("update", **place(position=9)))

    over = asyncio.Event()

    def heard(update: QueueUpdate) -> None:
        over.set()

    async with (
        fake_server(answer) as server,
        buyer(server) as client,
        WaitingRoom(client, EVENT, heard) as room,
    ):
        await room.join()
        assert "token 1" == await room.admitted()
        await asyncio.wait_for(over.wait(), 60)
        await room.join()
        assert "token 2" == await asyncio.wait_for(room.admitted(), 60)
        await room.leave()
        await room.join()
        assert "token 3" == await asyncio.wait_for(room.admitted(), 60)

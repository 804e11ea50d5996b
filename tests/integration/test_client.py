from __future__ import annotations

import asyncio
from itertools import pairwise
from random import Random

import pytest

from client import ClientOptions, HoldfastClient, Layout, SeatTaken, SectionLayout
from client.errors import ClientClosed, ConnectionFailed, DeadlineExceeded, Unauthorized
from protocol.history import Answered, AnyLine, Invoked, Joined, Refused
from tests.integration.fake_server import FakeServer, Message, Peer, fake_server, hold_body, until

QUICK = ClientOptions(backoff_base_ms=1, backoff_cap_ms=2, retry_base_ms=1, retry_cap_ms=2, connects_max=50)
EVENT = "evt_1"
CHANNEL = "evt_1/A"
LAYOUT = Layout([SectionLayout("A", ("A-1-1", "A-1-2"), {})])


def _buyer(server: FakeServer, **more: object) -> HoldfastClient:
    return HoldfastClient(server.url, "token", QUICK, randomness=Random(1), **more)  # type: ignore[arg-type]


async def test_a_hold_whose_reply_was_lost_is_asked_again_under_the_same_key() -> None:
    """The connection breaks between request and reply; the caller notices nothing."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if len(server.requests) == 1:
            peer.cut()
        else:
            await peer.accept(request, hold_body())

    async with fake_server(answer) as server, _buyer(server) as client:
        hold = await client.hold_create(EVENT, ["A-1-1"])
        asked = server.asked("hold.create")
    assert "hld_1" == hold.hold
    assert 2 == len(asked)
    assert asked[0]["idem"] == asked[1]["idem"]
    assert asked[0]["d"] == asked[1]["d"]
    assert "ses_1" == server.hellos[1]["d"]["resume"]["session"]


async def test_a_passing_error_is_repeated_under_the_same_key_and_the_servers_wait_is_kept() -> None:
    """`section_recovering` three times, then the hold."""
    asked_at: list[float] = []

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        asked_at.append(asyncio.get_running_loop().time())
        if len(server.requests) <= 3:
            await peer.refuse(request, "section_recovering", 503, retry_after_ms=20)
        else:
            await peer.accept(request, hold_body())

    async with fake_server(answer) as server, _buyer(server) as client:
        await client.hold_best(EVENT, 2)
        keys = {request["idem"] for request in server.requests}
    assert 1 == len(keys)
    assert all(later - earlier >= 0.019 for earlier, later in pairwise(asked_at))


async def test_a_refusal_is_raised_once_with_its_alternatives() -> None:
    """The domain's no is final and typed."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        await peer.refuse(
            request, "seat_taken", 409, retryable=False, objects=["A-1-1"], alternatives=[["A-1-2"]]
        )

    async with fake_server(answer) as server, _buyer(server) as client:
        with pytest.raises(SeatTaken) as refused:
            await client.hold_create(EVENT, ["A-1-1"])
        assert 1 == len(server.requests)
    assert (("A-1-2",),) == refused.value.alternatives


async def test_a_gap_in_the_deltas_is_closed_by_sync() -> None:
    """The map ends equal to the server's truth although a frame was lost."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if request["t"] == "subscribe":
            await peer.accept(request, {"channels": {CHANNEL: "snapshot"}})
            await peer.send(_snapshot(5, b"\x00"))
            await peer.send(_delta(6, 7, "A-1-2", "s"))
        else:
            await peer.accept(request, {"channels": {CHANNEL: "deltas"}})
            await peer.send(_delta(5, 6, "A-1-1", "h"), _delta(6, 7, "A-1-2", "s"))

    async with fake_server(answer) as server, _buyer(server) as client:
        seats = await client.subscribe(EVENT, layout=LAYOUT)
        await until(lambda: seats["A"].position == ("e", 7))
        assert ["e", 5] == server.asked("sync")[0]["d"]["after"]
    assert ("h", "s") == (seats.status("A-1-1"), seats.status("A-1-2"))


async def test_after_a_lost_connection_the_map_goes_on_from_its_position() -> None:
    """Hello resumes with positions, and the event is subscribed to again after them."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        await peer.accept(request, {"channels": {CHANNEL: "snapshot"}})
        if len(server.asked("subscribe")) == 1:
            await peer.send(_snapshot(5, b"\x00"))
        else:
            await peer.send(_delta(5, 9, "A-1-1", "s"))

    async with fake_server(answer) as server, _buyer(server) as client:
        seats = await client.subscribe(EVENT, layout=LAYOUT)
        client.drop()
        await until(lambda: seats["A"].position == ("e", 9))
        assert {CHANNEL: ["e", 5]} == server.hellos[1]["d"]["resume"]["positions"]
        assert {CHANNEL: ["e", 5]} == server.asked("subscribe")[1]["d"]["after"]
    assert "s" == seats.status("A-1-1")


async def test_a_draining_server_is_left_and_calls_go_to_the_next_connection() -> None:
    """New commands wait for the next connection; the server's wait is kept."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if request["t"] == "ping":
            await peer.send({"t": "draining", "d": {"reconnect_after_ms": 30}})
            await peer.accept(request, {"now": "", "positions": {}})
        else:
            await peer.accept(request, hold_body())

    async with fake_server(answer) as server, _buyer(server) as client:
        loop = asyncio.get_running_loop()
        await client.ping()
        before = loop.time()
        await client.hold_create(EVENT, ["A-1-1"])
        assert loop.time() - before >= 0.029
        assert 2 == len(server.hellos)


async def test_a_silent_server_is_left_and_asked_again() -> None:
    """A connection on which replies are due and nothing comes counts as lost."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        if len(server.hellos) > 1:
            await peer.accept(request, hold_body())

    options = ClientOptions(backoff_base_ms=1, backoff_cap_ms=2, attempt_ms=200)
    async with fake_server(answer) as server, HoldfastClient(server.url, "t", options) as client:
        assert "hld_1" == (await client.hold_create(EVENT, ["A-1-1"])).hold
        assert len(server.requests) >= 2  # where this process stands still the second one counts as lost too


async def test_a_call_ends_at_its_deadline_and_names_its_key() -> None:
    """The outcome is unknown: the key is what to ask again with."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        return

    async with fake_server(answer) as server, _buyer(server) as client:
        with pytest.raises(DeadlineExceeded) as passed:
            await client.hold_create(EVENT, ["A-1-1"], key="mine", deadline_ms=30)
    assert "mine" == passed.value.key


async def test_a_refused_token_ends_the_client() -> None:
    """Trying again would only meet the same refusal."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        return

    class Strict(FakeServer):
        async def _request(self, peer: Peer, request: Message) -> None:
            await peer.refuse(request, "token_invalid", 401, retryable=False)
            await peer.socket.close(4401)

    async with fake_server(answer) as server:
        server.__class__ = Strict
        client = _buyer(server)
        with pytest.raises(Unauthorized):
            await client.connect()
        with pytest.raises(Unauthorized):
            await client.ping()
        await client.close()


async def test_where_nobody_listens_the_client_gives_up_after_its_attempts() -> None:
    """`connects_max` bounds attempts in a row."""
    options = ClientOptions(backoff_base_ms=1, backoff_cap_ms=1, connects_max=3)
    client = HoldfastClient("ws://127.0.0.1:1", None, options)
    with pytest.raises(ConnectionFailed):
        await client.connect()
    await client.close()


async def test_closing_fails_what_waits() -> None:
    """Nobody hangs on a client that was closed."""

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        return

    async with fake_server(answer) as server:
        client = _buyer(server)
        await client.connect()
        waiting = asyncio.create_task(client.ping())
        await until(lambda: bool(server.requests))
        await client.close()
        with pytest.raises(ClientClosed):
            await waiting


async def test_the_recorder_sees_both_ends_of_each_call_once() -> None:
    """However often a call is sent, it is invoked once and ends once."""
    seen: list[AnyLine] = []

    async def answer(server: FakeServer, peer: Peer, request: Message) -> None:
        match len(server.requests):
            case 1:
                await peer.refuse(request, "storage_unavailable", 503)
            case 2:
                await peer.accept(request, hold_body())
            case _:
                await peer.refuse(request, "seat_taken", 409, retryable=False)

    async with fake_server(answer) as server, _buyer(server, recorder=seen.append) as client:
        await client.hold_create(EVENT, ["A-1-1"])
        with pytest.raises(SeatTaken):
            await client.hold_create(EVENT, ["A-1-1"])
    joined, asked, told, again, refused = seen
    assert isinstance(joined, Joined)
    assert isinstance(asked, Invoked)
    assert isinstance(told, Answered)
    assert isinstance(again, Invoked)
    assert isinstance(refused, Refused)
    assert (2, ("e", 7)) == (told.attempts, told.body.pos)
    assert "seat_taken" == refused.problem.code
    assert asked.at_ns < told.at_ns


def _snapshot(seq: int, status: bytes) -> Message:
    return {
        "t": "seats.snapshot",
        "ch": CHANNEL,
        "ep": "e",
        "seq": seq,
        "d": {"status": status, "areas": {}},
    }


def _delta(from_seq: int, seq: int, label: str, status: str) -> Message:
    body = {"u": [[label, status]]}
    return {"t": "seats.delta", "ch": CHANNEL, "ep": "e", "seq": seq, "from": from_seq, "d": body}

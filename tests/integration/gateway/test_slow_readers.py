"""What the server keeps for peers that send and do not read, and what it tells them in the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final

import msgspec
import pytest

from gateway.websocket import direct
from gateway.websocket.connection import Connection
from gateway.websocket.direct import DirectWebSocket
from protocol.closing import JSON, MSGPACK, CloseCode
from tests.e2e.raw_websocket import BINARY, CLOSE, PING, TEXT, RawSocket, frame, raw_connection
from tests.integration.gateway.test_served import served
from tests.integration.gateway.world import token

PONG: Final = 0xA
LIMITS: Final[Mapping[str, Any]] = {
    "messages_per_second": 1e6,
    "message_burst": 1e6,
    "replies_waiting_max": 100_000,
}
encode = msgspec.msgpack.encode


@asynccontextmanager
async def blocked() -> AsyncIterator[tuple[RawSocket, Connection, DirectWebSocket]]:
    """A peer that has stopped reading, and the server's side of it, whose socket takes nothing."""
    async with served(**LIMITS) as (world, url), raw_connection(url.replace("ws", "http", 1)) as peer:
        await peer.shake_hands(MSGPACK)
        await peer.send(frame(BINARY, encode({"t": "hello", "id": 0, "d": {"token": token()}})))
        await peer.receive()
        peer.pause()
        (connection,) = world.app.state.sockets._connections
        link = connection.writer._link
        while connection.writer.blocked_s is None:
            await peer.send(frame(BINARY, encode([{"t": "nonsense", "id": n, "d": {}} for n in range(60)])))
            await asyncio.sleep(0)  # what goes through at once leaves no turn of the loop to the server
        yield peer, connection, link


async def test_answers_to_pings_do_not_pile_up() -> None:
    """They would fill the memory for a peer that does not read; the last is answered (RFC 6455, 5.5.3)."""
    async with blocked() as (peer, _, link):
        before = link.transport.get_write_buffer_size()
        heard = asyncio.Event()
        link.heard = lambda payload: heard.set() if payload == b"the end" else None
        for number in range(2_000):
            await peer.send(frame(PING, b"%0125d" % number))
        await peer.send(frame(BINARY, b"the end"))
        await heard.wait()
        assert before == link.transport.get_write_buffer_size()
        peer.resume()
        while (received := await peer.receive()).payload != b"%0125d" % 1_999:
            assert received.close_code is None
        assert PONG == received.opcode


async def test_who_reads_on_late_learns_why_it_ends() -> None:
    """The close frame stands behind what was not read, and nothing comes after it."""
    async with blocked() as (peer, connection, _):
        connection.sweep(monotonic() + 11)
        peer.resume()
        assert CloseCode.SLOW_CONSUMER == await peer.end()


async def test_who_never_reads_again_keeps_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system would wait for such a peer for ever, and keep what it has not read."""
    monkeypatch.setattr(direct, "LINGER_MAX_S", 0.0)
    lost = asyncio.Event()
    async with blocked() as (_peer, connection, link):
        after = link.connection_lost

        def connection_lost(error: Exception | None) -> None:
            after(error)
            lost.set()

        monkeypatch.setattr(link, "connection_lost", connection_lost)
        connection.sweep(monotonic() + 11)
        await lost.wait()


async def test_text_that_is_none_and_a_close_right_behind_it() -> None:
    """What a stranger sends in one packet ends its connection, and is no error of the server's.

    The text came first, so it is what the peer is told of.
    """
    outcries: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: outcries.append(context))
    async with served() as (_, url), raw_connection(url.replace("ws", "http", 1)) as peer:
        await peer.shake_hands(JSON)
        await peer.send(frame(TEXT, b"\xff\xfe") + frame(CLOSE, (1000).to_bytes(2, "big")))
        assert 1007 == await peer.end()
    assert [] == outcries

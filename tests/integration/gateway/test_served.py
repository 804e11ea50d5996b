"""The gateway behind the real server on a real socket: handshakes, limits and slow readers."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket as sockets
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import msgspec
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from gateway.websocket.direct import DirectWebSocket
from protocol.closing import JSON, MSGPACK, CloseCode
from protocol.limits import FRAME_BYTES_MAX
from tests.integration.gateway.world import World, token

encode = msgspec.msgpack.encode


def _listener() -> sockets.socket:
    """A listening socket on a port that nobody picks who binds it later, nor takes by chance."""
    while True:
        listener = sockets.socket()
        try:
            listener.bind(("127.0.0.1", Random().randrange(30_000, 32_000)))
        except OSError:
            listener.close()
        else:
            return listener


@asynccontextmanager
async def served(**settings: Any) -> AsyncIterator[tuple[World, str]]:
    """A gateway that is being served, and the address of its websocket."""
    async with World(**settings) as world:
        config = uvicorn.Config(
            world.app,
            ws=DirectWebSocket,
            ws_per_message_deflate=False,
            ws_max_size=2 * FRAME_BYTES_MAX,
            ws_ping_interval=None,
            lifespan="off",
            log_level="critical",
        )
        server = uvicorn.Server(config)
        config.load()
        server.lifespan = config.lifespan_class(config)
        listener = _listener()
        port = listener.getsockname()[1]
        await server.startup(sockets=[listener])
        serving = asyncio.ensure_future(server.main_loop())
        try:
            yield world, f"ws://127.0.0.1:{port}/v1/ws"
        finally:
            await world.app.state.sockets.drain()
            server.should_exit = True
            await serving
            await server.shutdown(sockets=[listener])


async def opened(client: ClientConnection) -> dict[str, Any]:
    """Say hello; the reply."""
    await client.send(encode({"t": "hello", "id": 0, "d": {"token": token()}}))
    reply: dict[str, Any] = msgspec.msgpack.decode(await client.recv(decode=False))
    return reply


async def test_a_hold_through_a_real_socket() -> None:
    """A seat is held through the real server."""
    async with served() as (world, url), connect(url, subprotocols=[Subprotocol(MSGPACK)]) as client:
        assert (await opened(client))["ok"]
        body = {"event": world.event.id, "seats": ["FRONT-A-1"]}
        await client.send(encode({"t": "hold.create", "id": 1, "idem": "key", "d": body}))
        reply = msgspec.msgpack.decode(await client.recv(decode=False))
        assert (1, True) == (reply["re"], reply["ok"])


@pytest.mark.parametrize(
    ("subprotocol", "origin", "status"), [("nonsense", None, 400), (JSON, "https://evil.example", 403)]
)
async def test_a_refused_handshake(subprotocol: str, origin: str | None, status: int) -> None:
    """Handshakes are refused with a problem over HTTP."""
    async with served() as (_, url):
        headers = {} if origin is None else {"Origin": origin}
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, subprotocols=[Subprotocol(subprotocol)], additional_headers=headers)
        assert status == refused.value.response.status_code
        assert "application/problem+json" == refused.value.response.headers["content-type"]


async def test_close_codes_reach_the_client() -> None:
    """A frame that is too big, and one that is none, close with their own codes."""
    async with served() as (_, url):
        for frame, code in ((bytes(FRAME_BYTES_MAX + 1), CloseCode.TOO_BIG), (b"\xc1", CloseCode.BAD_FRAME)):
            async with connect(url, subprotocols=[Subprotocol(MSGPACK)]) as client:
                await opened(client)
                await client.send(frame)
                with pytest.raises(ConnectionClosed) as closed:
                    await client.recv()
                assert closed.value.rcvd is not None
                assert code == closed.value.rcvd.code


@pytest.mark.parametrize("greeted", [True, False])
async def test_text_that_is_none_ends_its_connection_without_an_outcry(
    greeted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """It closes with 1007, as RFC 6455 has it; what strangers send is no error of the server."""
    async with served() as (_, url), connect(url, subprotocols=[Subprotocol(JSON)]) as client:
        log = logging.getLogger("uvicorn.error")
        log.setLevel(logging.INFO)
        log.addHandler(caplog.handler)
        if greeted:
            await client.send('{"t": "hello", "id": 0, "d": {}}')
            await client.recv()
        await client.send(b'{"t": "ping\xff"}', text=True)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        log.removeHandler(caplog.handler)
        assert closed.value.rcvd is not None
        assert 1007 == closed.value.rcvd.code
        assert [] == [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_client_that_reads_late_gets_everything() -> None:
    """While a socket takes nothing replies wait in their lane; once it is read they all come, in order."""
    async with (
        served(messages_per_second=1e6, message_burst=1e6, replies_waiting_max=100_000) as (
            world,
            url,
        ),
        connect(url, subprotocols=[Subprotocol(MSGPACK)], max_queue=1) as client,
    ):
        await opened(client)
        client.transport.pause_reading()
        padding = {"resume": "x" * 900}
        (connection,) = world.app.state.sockets._connections
        sent = 0
        while connection.writer.blocked_s is None:
            await client.send(encode([{"t": "nonsense", "id": sent + n, "d": padding} for n in range(60)]))
            await asyncio.sleep(0)  # what goes through at once leaves no turn of the loop to the server
            sent += 60
        await client.send(encode([{"t": "ping", "id": sent + n} for n in range(3)]))
        client.transport.resume_reading()
        numbers: list[int] = []
        while len(numbers) < sent + 3:
            messages = msgspec.msgpack.decode(await client.recv(decode=False))
            numbers += [each["re"] for each in (messages if isinstance(messages, list) else [messages])]
        assert list(range(sent + 3)) == numbers


@pytest.mark.parametrize("subprotocol", [MSGPACK, JSON])
async def test_a_message_in_fragments_is_one_message(subprotocol: str) -> None:
    """However a client cuts a message up, it is answered once."""
    async with served() as (_, url), connect(url, subprotocols=[Subprotocol(subprotocol)]) as client:
        hello = {"t": "hello", "id": 0, "d": {}}
        if subprotocol == JSON:
            text = msgspec.json.encode(hello).decode()
            await client.send([text[:7], text[7:9], text[9:]])
        else:
            data = encode(hello)
            await client.send([data[:7], data[7:9], data[9:]])
        said = await client.recv(decode=False)
        reply = msgspec.json.decode(said) if subprotocol == JSON else msgspec.msgpack.decode(said)
        assert (0, True) == (reply["re"], reply["ok"])


async def test_text_that_is_none_ends_the_connection() -> None:
    """Bytes that are no UTF-8 in a text message close with the code of the RFC."""
    async with served() as (_, url), connect(url, subprotocols=[Subprotocol(JSON)]) as client:
        await client.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosed) as closed:
            await client.recv()
        assert closed.value.rcvd is not None
        assert 1007 == closed.value.rcvd.code


async def test_a_connection_that_ended_leaves_nothing_behind() -> None:
    """What holds a socket's buffers goes with the connection, without waiting for the collector."""
    gone = asyncio.Event()
    gc.disable()
    try:
        async with served() as (world, url):
            async with connect(url, subprotocols=[Subprotocol(MSGPACK)]) as client:
                await opened(client)
                (connection,) = world.app.state.sockets._connections
                weakref.finalize(connection.writer._link, gone.set)
                del connection
            await gone.wait()
    finally:
        gc.enable()


@pytest.mark.parametrize("path", ["/v1/echo", "/v1/echo/direct"])
async def test_the_echoes_give_back_what_they_read_and_nothing_else(path: str) -> None:
    """Both ways decode and encode each message; one that is none closes with 4400."""
    message = {"id": 7, "d": {"event": "evt_1", "seats": ["A-1"]}}
    async with served(echo=True) as (_, url):
        address = url.replace("/v1/ws", path)
        async with connect(address, subprotocols=[Subprotocol(MSGPACK)]) as client:
            for _ in range(2):
                await client.send(encode(message))
                assert message == msgspec.msgpack.decode(await client.recv(decode=False))
            await client.send(b"\xc1")
            with pytest.raises(ConnectionClosed) as closed:
                await client.recv()
            assert closed.value.rcvd is not None
            assert 4400 == closed.value.rcvd.code

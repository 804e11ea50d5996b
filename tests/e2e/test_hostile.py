"""Hostile bytes on real sockets: each gets its error or its close code, and nobody else notices."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, Final

import msgspec
import pytest

from protocol.closing import JSON, MSGPACK
from protocol.limits import FRAME_BYTES_MAX, MESSAGES_PER_FRAME_MAX
from tests.e2e.raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    frame,
    raw_connection,
)
from tests.e2e.vandals import DECODE, ENCODE, OPCODE, guest
from tests.e2e.world import World


def _ping(number: int) -> dict[str, Any]:
    return {"t": "ping", "id": number, "d": {}}


PINGS: Final = [_ping(number) for number in range(MESSAGES_PER_FRAME_MAX + 1)]
CLOSED_AFTER_HELLO: Final = {
    "a frame beyond the limit": (MSGPACK, frame(BINARY, bytes(FRAME_BYTES_MAX + 1)), 4413),
    "text beyond the limit": (JSON, frame(TEXT, b" " * (FRAME_BYTES_MAX + 1)), 4413),
    "a message beyond all limits": (MSGPACK, frame(BINARY, bytes(300_000)), 1009),
    "pieces beyond all limits": (
        MSGPACK,
        frame(BINARY, bytes(60_000), fin=False) + 5 * frame(CONTINUATION, bytes(60_000), fin=False),
        1009,
    ),
    "text where bytes belong": (MSGPACK, frame(TEXT, b"{}"), 4400),
    "bytes where text belongs": (JSON, frame(BINARY, b"{}"), 4400),
    "half a message": (MSGPACK, frame(BINARY, msgspec.msgpack.encode(_ping(1))[:-1]), 4400),
    "half a document": (JSON, frame(TEXT, msgspec.json.encode(_ping(1))[:-1]), 4400),
    "a deep nest of arrays": (MSGPACK, frame(BINARY, b"\x91" * 60_000), 4400),
    "a deep nest of brackets": (JSON, frame(TEXT, b"[" * 60_000), 4400),
    "an array that claims four billion": (MSGPACK, frame(BINARY, b"\xdd\xff\xff\xff\xff\x01"), 4400),
    "a map that claims four billion": (MSGPACK, frame(BINARY, b"\xdf\xff\xff\xff\xff\xa1t"), 4400),
    "a text that claims four billion": (MSGPACK, frame(BINARY, b"\x81\xa1t\xdb\xff\xff\xff\xffa"), 4400),
    "too many messages at once": (MSGPACK, frame(BINARY, msgspec.msgpack.encode(PINGS)), 4413),
    "too many documents at once": (JSON, frame(TEXT, msgspec.json.encode(PINGS)), 4413),
    "no mask": (MSGPACK, frame(BINARY, b"\xc0", masked=False), 1002),
    "an opcode that is none": (MSGPACK, frame(0x3, b""), 1002),
    "a control opcode that is none": (MSGPACK, frame(0xB, b""), 1002),
    "a reserved bit": (MSGPACK, frame(BINARY, b"\xc0", reserved=4), 1002),
    "a ping in pieces": (MSGPACK, frame(PING, b"", fin=False), 1002),
    "a ping that is too long": (MSGPACK, frame(PING, bytes(126)), 1002),
    "a continuation of nothing": (MSGPACK, frame(CONTINUATION, b"\xc0"), 1002),
    "a message within a message": (MSGPACK, frame(BINARY, b"\x81", fin=False) + frame(BINARY, b"\xc0"), 1002),
    "text that is no UTF-8": (JSON, frame(TEXT, b"\xff\xfe\xfd"), 1007),
    "a close of one byte": (MSGPACK, frame(CLOSE, b"\x03"), 1002),
    "a close code that is none": (MSGPACK, frame(CLOSE, (999).to_bytes(2, "big")), 1002),
    "a length of eight quintillion": (MSGPACK, b"\x82\xff\x7f" + b"\xff" * 7 + bytes(4), 1009),
}
REFUSED_AFTER_HELLO: Final = {
    "an id beyond all integers": (JSON, b'{"t":"ping","id":1' + b"0" * 5_000 + b',"d":{}}', "malformed"),
    "an id that is a text": (JSON, b'{"t":"ping","id":"1","d":{}}', "malformed"),
    "no id": (MSGPACK, msgspec.msgpack.encode({"t": "ping", "d": {}}), "malformed"),
    "nothing": (MSGPACK, b"\xc0", "malformed"),
    "a message of another world": (JSON, b'{"t":"sudo","id":1,"d":{}}', "malformed"),
    "a thousand seats of nowhere": (
        JSON,
        msgspec.json.encode(
            {"t": "hold.create", "id": 1, "idem": "k", "d": {"event": "evt_x", "seats": ["a"] * 1_000}}
        ),
        "token_missing",
    ),
    "somebody's order": (
        MSGPACK,
        msgspec.msgpack.encode({"t": "order.get", "id": 1, "d": {"order": "x"}}),
        "token_missing",
    ),
    "an event that is none": (
        MSGPACK,
        msgspec.msgpack.encode({"t": "subscribe", "id": 1, "d": {"event": "evt_" + "f" * 32}}),
        "not_found",
    ),
}


@pytest.mark.parametrize("attack", CLOSED_AFTER_HELLO)
async def test_what_is_no_message_ends_its_connection(world: World, attack: str) -> None:
    """With the close code that says why."""
    codec, data, expected = CLOSED_AFTER_HELLO[attack]
    async with guest(world, codec) as raw:
        await raw.send(data)
        assert expected == await raw.end()


@pytest.mark.parametrize("attack", REFUSED_AFTER_HELLO)
async def test_what_is_no_request_gets_its_one_error(world: World, attack: str) -> None:
    """And the connection goes on."""
    codec, data, expected = REFUSED_AFTER_HELLO[attack]
    async with guest(world, codec) as raw:
        await raw.send(frame(OPCODE[codec], data))
        assert expected == DECODE[codec]((await raw.receive()).payload)["e"]["code"]
        await raw.send(frame(OPCODE[codec], ENCODE[codec](_ping(7))))
        reply = DECODE[codec]((await raw.receive()).payload)
        assert (7, True) == (reply["re"], reply["ok"])


@pytest.mark.parametrize("codec", [MSGPACK, JSON])
async def test_whoever_does_not_begin_with_hello_is_let_go(world: World, codec: str) -> None:
    """Out of order is 4401, whatever the request."""
    async with raw_connection(world.server.url) as raw:
        await raw.shake_hands(codec)
        await raw.send(frame(OPCODE[codec], ENCODE[codec](_ping(1))))
        assert 4401 == await raw.end()


@pytest.mark.parametrize("subprotocol", [None, "", "holdfast.v2.msgpack", "graphql-ws", "x" * 8_000])
async def test_a_subprotocol_that_is_not_spoken_is_refused_at_the_handshake(
    world: World, subprotocol: str | None
) -> None:
    """There is no websocket to close then."""
    async with raw_connection(world.server.url) as raw:
        await raw.shake_hands(subprotocol)
        assert 400 <= raw.status < 500


@pytest.mark.parametrize(
    "headers",
    [{"Sec_WebSocket_Key": "short"}, {"Sec_WebSocket_Version": "7"}, {"Origin": "https://evil.test"}],
)
async def test_a_handshake_that_is_none_is_refused(world: World, headers: dict[str, str]) -> None:
    """Bad keys, old versions and strangers' pages."""
    async with raw_connection(world.server.url) as raw:
        await raw.shake_hands(MSGPACK, **headers)
        assert 400 <= raw.status < 500


@pytest.mark.parametrize("data", [b"", b"\x82", b"\x82\xfe\x10", frame(BINARY, bytes(500))[:200]])
async def test_a_socket_that_is_half_closed_is_let_go(world: World, data: bytes) -> None:
    """In mid-frame or between frames: the server keeps no connection that can say nothing more."""
    async with guest(world, MSGPACK) as raw:
        await raw.send(data)
        raw.half_close()
        assert await raw.end() in (1002, 1005, 1006)


async def test_a_flood_is_answered_until_it_is_cut_off(world: World) -> None:
    """Far more messages than a connection may send: `rate_limited` first, then 4429."""
    told: Counter[str] = Counter()
    many = frame(BINARY, msgspec.msgpack.encode(PINGS[:MESSAGES_PER_FRAME_MAX]))
    async with guest(world, MSGPACK) as raw:
        await raw.send(many)
        while (received := await raw.receive()).close_code is None:
            replies = msgspec.msgpack.decode(received.payload)
            for reply in replies if isinstance(replies, list) else [replies]:
                told[reply["e"]["code"] if "e" in reply else "ok"] += 1
            if told.total() % MESSAGES_PER_FRAME_MAX == 0:
                await raw.send(many)
    assert (4429, {"ok", "rate_limited"}) == (received.close_code, set(told))


async def test_a_flood_from_a_client_that_does_not_read_is_cut_off(world: World) -> None:
    """Answers that nobody takes are not kept for ever."""
    many = frame(BINARY, msgspec.msgpack.encode(PINGS[:MESSAGES_PER_FRAME_MAX]))
    async with guest(world, MSGPACK) as raw:
        flood = asyncio.create_task(raw.send(many * 400))
        assert await raw.end() in (4429, 4430)
        await flood

"""Messages that are taken out of the stream are those that uvicorn and `websockets` would tell of."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from bench.framing import handshake
from gateway.websocket.direct import DirectWebSocket
from tests.e2e.raw_websocket import BINARY, CLOSE, CONTINUATION, PING, TEXT, frame

PAYLOAD_MAX = 2_000
PONG = 0xA


class Wire(asyncio.Transport):
    """Keeps what is written; reading and closing are only noted."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.closed = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 1) if name in ("peername", "sockname") else default

    def write(self, data: Any) -> None:
        self.said += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """Nothing reads here."""

    def resume_reading(self) -> None:
        """Nothing reads here."""


async def _accepts(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await asyncio.Event().wait()


class Peer:
    """A connection that was accepted, and what was heard through it."""

    def __init__(self, kind: type[WebSocketsSansIOProtocol]) -> None:
        config = uvicorn.Config(
            _accepts,
            ws_max_size=PAYLOAD_MAX,
            ws_per_message_deflate=False,
            log_level="critical",
            lifespan="off",
        )
        loop = asyncio.get_running_loop()
        self.wire = Wire()
        self.protocol = kind(config=config, server_state=ServerState(), app_state={}, _loop=loop)
        self.protocol.connection_made(self.wire)
        self.heard: list[bytes | str] = []

    async def open(self) -> None:
        self.protocol.data_received(handshake("localhost", 80, "/", "none"))
        await self.accepted()
        self.wire.said = b""
        if isinstance(self.protocol, DirectWebSocket):
            self.protocol.listen(self.heard.append)

    async def accepted(self) -> None:
        while not self.protocol.handshake_complete:  # noqa: ASYNC110 - the library tells nobody
            await asyncio.sleep(0)

    def feed(self, data: bytes) -> None:
        if not self.wire.closed:
            self.protocol.data_received(data)

    async def end(self) -> tuple[list[bytes | str], bytes, bool]:
        """What was heard and answered, and whether it ended."""
        said, closed, queue = self.wire.said, self.wire.closed, self.protocol.queue
        while not queue.empty():
            event: Any = queue.get_nowait()
            if event["type"] == "websocket.receive":
                self.heard.append(event.get("bytes") if event.get("text") is None else event["text"])
        for task in tuple(self.protocol.tasks):
            task.remove_done_callback(self.protocol.on_task_complete)
            task.cancel()
            await asyncio.wait({task})
        return self.heard, said, closed


def _sliced(data: bytes, random: Random) -> Iterator[bytes]:
    while data:
        size = random.choice((1, 2, 3, 5, 7, 100, len(data)))
        yield data[:size]
        data = data[size:]


def _frames(random: Random) -> list[bytes]:
    """Messages of all sizes, some in fragments with a ping between them, and pings and pongs."""
    sent = []
    for _ in range(random.randrange(1, 12)):
        payload = random.choice(("", "x", "ä" * 62, "y" * 125, "z" * 126, "w" * 1_999)).encode()
        kind = random.choice((BINARY, TEXT))
        cut = random.randrange(len(payload) + 1)
        whole = [frame(kind, payload)]
        parts = [frame(kind, payload[:cut], fin=False), frame(CONTINUATION, payload[cut:])]
        pinged = [parts[0], frame(PING, b"still there?"), parts[1]]
        sent += random.choice((whole, whole, whole, parts, pinged, [frame(PONG, b"")]))
    return sent


BAD = {
    "no mask": frame(BINARY, b"open", masked=False),
    "reserved bits": frame(BINARY, b"bits", reserved=4),
    "an opcode that there is not": frame(0x3, b"?"),
    "a continuation of nothing": frame(CONTINUATION, b"..."),
    "a message within a message": frame(BINARY, b"begun", fin=False) + frame(BINARY, b"another"),
    "too large": frame(BINARY, b"x" * (PAYLOAD_MAX + 1)),
    "too large in all": frame(BINARY, b"x" * 1_500, fin=False) + frame(CONTINUATION, b"x" * 1_500),
    "a long ping": frame(PING, b"x" * 126),
    "no text": frame(TEXT, b"\xff\xfe"),
    "an end": frame(CLOSE, (1000).to_bytes(2, "big")),
}


async def _outcome(
    kind: type[WebSocketsSansIOProtocol], pieces: Sequence[bytes]
) -> tuple[list[bytes | str], bytes, bool]:
    peer = Peer(kind)
    await peer.open()
    for piece in pieces:
        peer.feed(piece)
    return await peer.end()


@pytest.mark.parametrize("seed", range(60))
async def test_frames_in_any_slices_are_heard_as_the_library_hears_them(seed: int) -> None:
    """Whatever is sent, and however the stream is cut: the same messages and the same answers."""
    random = Random(seed)
    sent = _frames(random)
    pieces = list(_sliced(b"".join(sent), random))
    expected = await _outcome(WebSocketsSansIOProtocol, sent)
    assert expected == await _outcome(DirectWebSocket, pieces)


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("seed", range(4))
async def test_what_ends_a_connection_ends_it_in_the_same_way(what: str, seed: int) -> None:
    """Behind whole messages, cut anywhere, and with more behind it that nobody hears."""
    random = Random(seed)
    sent = [frame(BINARY, b"before"), BAD[what], frame(BINARY, b"behind")]
    expected = await _outcome(WebSocketsSansIOProtocol, sent)
    assert expected[2]
    assert expected == await _outcome(DirectWebSocket, list(_sliced(b"".join(sent), random)))


async def test_who_sends_before_the_answer_to_the_handshake_is_heard_too() -> None:
    """The library's parser may stand within a frame then, and so keeps the connection."""
    peer = Peer(DirectWebSocket)
    message = frame(BINARY, b"early") + frame(BINARY, b"in two pieces")
    peer.protocol.data_received(handshake("localhost", 80, "/", "none"))
    peer.feed(message[:13])
    await peer.accepted()
    assert isinstance(peer.protocol, DirectWebSocket)
    peer.protocol.listen(peer.heard.append)
    peer.feed(message[13:])
    peer.feed(frame(BINARY, b"later"))
    heard, _, closed = await peer.end()
    assert ({b"early", b"in two pieces", b"later"}, False) == (set(heard), closed)

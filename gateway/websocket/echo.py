"""A bare echo on the same stack: the ceiling that benchmarks compare with."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from gateway.websocket.connection import Receive
from gateway.websocket.link import Link, link_of
from gateway.websocket.writer import Send
from protocol.closing import MSGPACK


class EchoMessage(msgspec.Struct, frozen=True):
    """What is decoded and encoded again; `d` of about the size of a hold's body."""

    id: int
    d: dict[str, Any]


_decode: Final = msgspec.msgpack.Decoder(EchoMessage).decode
_encode: Final = msgspec.msgpack.Encoder().encode


class Echo:
    """A raw ASGI application: decode, encode, send, nothing else."""

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Echo until the client leaves; anything but an `EchoMessage` ends the connection."""
        await receive()
        subprotocol = MSGPACK if MSGPACK in scope["subprotocols"] else None
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            try:
                echoed = _decode(message.get("bytes") or b"")
            except msgspec.DecodeError:
                await send({"type": "websocket.close", "code": 4400})
                return
            await send({"type": "websocket.send", "bytes": _encode(echoed)})


class DirectEcho:
    """The same by the shorter way of sessions (`gateway.websocket.link`); serves nobody without a link."""

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Echo until the client leaves or sends anything but an `EchoMessage`."""
        await receive()
        link = link_of(scope)
        if link is None:
            await send({"type": "websocket.close", "code": 4500})
            return
        await send({"type": "websocket.accept", "subprotocol": MSGPACK})
        ended = asyncio.get_running_loop().create_future()
        link.listen(lambda frame: _echo(link, frame, ended))
        gone = asyncio.ensure_future(receive())
        await asyncio.wait({gone, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not gone.done():
            gone.cancel()
            await send({"type": "websocket.close", "code": 4400})


def _echo(link: Link, frame: Any, ended: asyncio.Future[None]) -> None:
    try:
        echoed = _decode(frame)
    except (msgspec.DecodeError, TypeError):
        echoed = None
    if (echoed is None or not link.write(_encode(echoed), text=False)) and not ended.done():
        ended.set_result(None)

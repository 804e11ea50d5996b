"""A bare echo on the same stack: the ceiling that benchmarks compare with."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.connection import Receive
from gateway.writer import Send
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

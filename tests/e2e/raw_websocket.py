"""A websocket client that does whatever it is told, RFC 6455 or not."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple
from urllib.parse import urlsplit

ANSWER_TIMEOUT_S: Final = 60
CONTINUATION, TEXT, BINARY, CLOSE, PING = 0x0, 0x1, 0x2, 0x8, 0x9


def frame(opcode: int, payload: bytes, *, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """A frame after RFC 6455, section 5.2; `reserved` are its three reserved bits."""
    head = bytes([fin << 7 | reserved << 4 | opcode])
    mask_bit = masked << 7
    if len(payload) < 126:
        head += bytes([mask_bit | len(payload)])
    elif len(payload) < 1 << 16:
        head += bytes([mask_bit | 126]) + len(payload).to_bytes(2, "big")
    else:
        head += bytes([mask_bit | 127]) + len(payload).to_bytes(8, "big")
    # A mask of zeros is a mask.
    return head + (bytes(4) if masked else b"") + payload


class Received(NamedTuple):
    """A frame that came; a connection that ended without one is a close of 1006."""

    opcode: int
    payload: bytes

    @property
    def close_code(self) -> int | None:
        """The close code, if this is the end."""
        return int.from_bytes(self.payload[:2], "big") if self.opcode == CLOSE else None


LOST: Final = Received(CLOSE, (1006).to_bytes(2, "big"))


class RawSocket:
    """One connection; `status` is what the handshake was answered with."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.status = 0
        self._reader = reader
        self._writer = writer

    async def shake_hands(self, subprotocol: str | None, **headers: str) -> None:
        """Ask for a websocket; `headers` come on top of the usual ones or replace them."""
        wanted = {
            "Host": "localhost",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        }
        if subprotocol is not None:
            wanted["Sec-WebSocket-Protocol"] = subprotocol
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = ["GET /v1/ws HTTP/1.1", *(f"{name}: {value}" for name, value in wanted.items()), "", ""]
        await self.send("\r\n".join(lines).encode())
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            head = await self._reader.readuntil(b"\r\n\r\n")
        self.status = int(head.split(b" ", 2)[1])

    async def send(self, data: bytes) -> None:
        """Send bytes as they are; a connection that the server has ended takes them silently."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            return

    def pause(self) -> None:
        """Read nothing more; what the server sends fills the system's buffers."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's has it

    def resume(self) -> None:
        """Read on."""
        self._writer.transport.resume_reading()  # type: ignore[attr-defined]  # a socket's has it

    def half_close(self) -> None:
        """Say that nothing more will come."""
        self._writer.write_eof()

    async def receive(self) -> Received:
        """The next frame, or `LOST`."""
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                head = await self._reader.readexactly(2)
                length = head[1] & 0x7F
                if length >= 126:
                    length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8), "big")
                return Received(head[0] & 0x0F, await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError):
            return LOST

    async def end(self) -> int:
        """Read until the connection ends, and return its close code."""
        while (code := (await self.receive()).close_code) is None:
            pass
        return code


@asynccontextmanager
async def raw_connection(url: str) -> AsyncIterator[RawSocket]:
    """A connection to the server at `url`, before any handshake."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()

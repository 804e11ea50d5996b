"""The short way between a gateway and an actor on the same node: frames over a Unix socket.

Ray names, places, starts, restarts and ends actors; what they say to gateways beside them
need not pass through it. A call through Ray costs about a millisecond of processor time in
all and passes three threads on its way, one over this socket a twentieth of it. The socket
lies in a directory that only the server's own account can enter.

A frame is a header (little endian: payload length u32, call number u32, kind u8) and the
payload; an answer carries the number and the kind of its call. Calls are answered in any
order. A connection that ends takes its calls with it: what became of them is unknown.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Final, cast

import structlog

from actors.channel import ChannelBroken

log = structlog.get_logger()
Handler = Callable[[bytes], Awaitable[bytes]]
PAYLOAD_BYTES_MAX: Final = 16 * 1024 * 1024
_HEADER: Final = struct.Struct("<IIB")


class Kind(IntEnum):
    """What a call is for."""

    HANDLE = 1
    CHANGES = 2


class _Frames(asyncio.Protocol):
    """Takes frames apart; what they mean is a subclass's."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's, only like them.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        start, size = 0, _HEADER.size
        while len(buffer) - start >= size:
            length, number, kind = _HEADER.unpack_from(buffer, start)
            if length > PAYLOAD_BYTES_MAX:
                log.error("direct_frame_too_long", length=length)
                self.end()
                return
            stop = start + size + length
            if len(buffer) < stop:
                break
            self.frame(number, kind, bytes(buffer[start + size : stop]))
            start = stop
        if start:
            del buffer[:start]

    def frame(self, number: int, kind: int, payload: bytes) -> None:
        """Take one frame."""
        raise NotImplementedError

    def send(self, number: int, kind: int, payload: bytes) -> None:
        """Write one frame; dropped when the connection has ended."""
        if not self.transport.is_closing():
            self.transport.write(_HEADER.pack(len(payload), number, kind) + payload)

    def end(self) -> None:
        """Drop the connection with what is still to be written."""
        self.transport.abort()


class _ServerSide(_Frames):
    """One gateway's connection at an actor."""

    def __init__(self, handlers: Mapping[int, Handler], open_sides: set[_ServerSide]) -> None:
        super().__init__()
        self._handlers = handlers
        self._open_sides = open_sides
        self._calls: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._open_sides.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        # Calls go on: what they were about to do, the section does, whether anybody listens or not.
        self._open_sides.discard(self)

    def frame(self, number: int, kind: int, payload: bytes) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(number, kind, payload))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _answer(self, number: int, kind: int, payload: bytes) -> None:
        try:
            answer = await self._handlers[kind](payload)
        except Exception:
            # The caller learns that the outcome is unknown, which it is.
            log.exception("direct_call_failed", kind=kind)
            self.end()
        else:
            self.send(number, kind, answer)


class DirectServer:
    """An actor's end: answers calls of the kinds it was given handlers for."""

    def __init__(self, handlers: Mapping[int, Handler]) -> None:
        self._handlers = handlers
        self._open_sides: set[_ServerSide] = set()
        self._server: asyncio.Server | None = None
        self._path = ""

    async def start(self, path: str) -> None:
        """Listen at `path`. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        self._path = path
        self._server = await loop.create_unix_server(
            lambda: _ServerSide(self._handlers, self._open_sides), path
        )

    async def stop(self) -> None:
        """Take no more calls and drop the connections."""
        if self._server is not None:
            self._server.close()
            for side in list(self._open_sides):
                side.end()
            Path(self._path).unlink(missing_ok=True)  # noqa: ASYNC240  # a name on a local disk


class DirectConnection(_Frames):
    """A gateway's end of one connection."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._number = 0
        self.lost = False

    @classmethod
    async def open(cls, path: str) -> DirectConnection:
        """Connect to an actor. Raises `ChannelBroken`."""
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_unix_connection(cls, path)
        except OSError as error:
            raise ChannelBroken(f"no actor listens at {path}: {error}") from error
        return connection

    async def call(self, kind: Kind, payload: bytes) -> bytes:
        """Ask and wait for the answer. Raises `ChannelBroken`."""
        if self.lost:
            raise ChannelBroken("the connection has ended")
        self._number = number = (self._number + 1) & 0xFFFFFFFF
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self.send(number, kind, payload)
            return await answer
        finally:
            self._waiting.pop(number, None)

    def frame(self, number: int, kind: int, payload: bytes) -> None:
        """Hand an answer to whoever waits for it."""
        answer = self._waiting.get(number)
        # A caller that gave up has taken its future away.
        if answer is not None and not answer.done():
            answer.set_result(payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all callers that they will not hear anything any more."""
        self.lost = True
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ChannelBroken("the actor's connection has ended"))

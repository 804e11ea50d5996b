"""The short way between a gateway and an actor on the same node: calls over a Unix socket.

Ray names, places, starts, restarts and ends actors; what they say to gateways beside them
need not pass through it. A call through Ray costs about a millisecond of processor time in
all and passes three threads on its way, one over this socket a twentieth of it. The socket
lies in a directory that only the server's own account can enter.

Calls are answered in any order. A connection that ends takes its calls with it: what became
of them is unknown.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from actors.channel import ChannelBroken
from actors.direct_frames import Frames
from actors.peer import peer_process

log = structlog.get_logger()
Handler = Callable[[bytes], Awaitable[bytes]]
BACKLOG: Final = 64
_NAME_BYTES: Final = 12


def socket_name(actor: str) -> str:
    """The file name of an actor's socket: paths are short, names may not be."""
    return f"{hashlib.blake2b(actor.encode(), digest_size=_NAME_BYTES).hexdigest()}.sock"


class Kind(IntEnum):
    """What a call is for."""

    HANDLE = 1
    CHANGES = 2
    CREATE = 3


class _ServerSide:
    """One gateway's connection at an actor.

    It begins one call in a turn of the loop, however many have arrived: a commit that is
    through meanwhile is noticed between two of them, and the next one leaves with what
    was decided so far, instead of after all of them.
    """

    def __init__(
        self, link: socket.socket, handlers: Mapping[int, Handler], gone: Callable[[_ServerSide], None]
    ) -> None:
        self._handlers = handlers
        self._calls: set[asyncio.Future[bytes]] = set()
        # As many as a gateway lets be under way at once.
        self._arrived: deque[tuple[int, int, bytes]] = deque()
        self._begun = False
        # Calls go on when it ends: what they were about to do, the section does, heard or not.
        self.frames = Frames(link, self._frame, lambda: gone(self))

    def _frame(self, number: int, kind: int, payload: bytes) -> None:
        self._arrived.append((number, kind, payload))
        if not self._begun:
            self._begin_next()

    def _begin_next(self) -> None:
        self._begun = bool(self._arrived)
        if self._begun:
            asyncio.get_running_loop().call_soon(self._begin_next)
            self._begin(*self._arrived.popleft())

    def _begin(self, number: int, kind: int, payload: bytes) -> None:
        try:
            answer = asyncio.ensure_future(self._handlers[kind](payload))
        except Exception as error:  # noqa: BLE001 - a bug met by one call
            self._failed(kind, error)
            return
        self._calls.add(answer)
        answer.add_done_callback(partial(self._answered, number, kind))

    def _answered(self, number: int, kind: int, answer: asyncio.Future[bytes]) -> None:
        self._calls.discard(answer)
        error = asyncio.CancelledError() if answer.cancelled() else answer.exception()
        if error is None:
            self.frames.send(number, kind, answer.result())
        else:
            self._failed(kind, error)

    def _failed(self, kind: int, error: BaseException) -> None:
        """The caller learns that the outcome is unknown, which it is."""
        log.error("direct_call_failed", kind=kind, error=repr(error))
        self.frames.end()


class DirectServer:
    """An actor's end: answers calls of the kinds it was given handlers for."""

    def __init__(self, handlers: Mapping[int, Handler]) -> None:
        self._handlers = handlers
        self._sides: set[_ServerSide] = set()
        self._listener: socket.socket | None = None
        self._path = Path()
        self._inode = 0

    def start(self, path: str) -> None:
        """Listen at `path`, also when an earlier one left its socket there. Raises `OSError`."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # Moved into its place when it listens: whoever connects meets the old one or the new one.
        nascent = Path(f"{path}.{os.getpid()}")
        try:
            listener.setblocking(False)
            listener.bind(str(nascent))
            listener.listen(BACKLOG)
            self._inode = nascent.stat().st_ino
            self._path = nascent.replace(path)
        except OSError:
            listener.close()
            raise
        self._listener = listener
        asyncio.get_running_loop().add_reader(listener.fileno(), self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        try:
            link, _ = listener.accept()
        except OSError:
            return  # it went away before it was accepted
        link.setblocking(False)
        self._sides.add(_ServerSide(link, self._handlers, self._sides.discard))

    def stop(self) -> None:
        """Take no more calls and drop the connections."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener.fileno())
            self._listener.close()
            self._listener = None
            for side in list(self._sides):
                side.frames.end()
            if self.reachable:
                self._path.unlink(missing_ok=True)

    @property
    def reachable(self) -> bool:
        """Whether its path still leads here: a successor may have the place, or the directory be gone."""
        try:
            return self._path.stat().st_ino == self._inode
        except OSError:
            return False


class DirectConnection:
    """A gateway's end of one connection."""

    def __init__(self, link: socket.socket) -> None:
        self.peer = peer_process(link)
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._number = 0
        self._frames = Frames(link, self._frame, self._lost)

    @classmethod
    async def open(cls, path: str) -> DirectConnection:
        """Connect to an actor. Raises `ChannelBroken`."""
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(link, path)
        except OSError as error:
            link.close()
            raise ChannelBroken(f"no actor listens at {path}: {error}") from error
        return cls(link)

    @property
    def lost(self) -> bool:
        """Whether the connection has ended."""
        return self._frames.lost

    def call(self, kind: Kind, payload: bytes) -> asyncio.Future[bytes]:
        """Send a call now; the future has the answer, or raises `ChannelBroken`."""
        self._number = number = (self._number + 1) & 0xFFFFFFFF
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if self.lost:
            answer.set_exception(ChannelBroken("the connection has ended"))
            return answer
        self._waiting[number] = answer
        self._frames.send(number, kind, payload)
        return answer

    def _frame(self, number: int, kind: int, payload: bytes) -> None:
        """Hand an answer to whoever waits for it; a caller that gave up has cancelled its future."""
        answer = self._waiting.pop(number, None)
        if answer is not None and not answer.done():
            answer.set_result(payload)

    def _lost(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(ChannelBroken("the actor's connection has ended"))

    def close(self) -> None:
        """End the connection; whoever waits learns that the outcome is unknown."""
        self._frames.end()

"""Websockets between buyers and gateways: slow, cut, never reordered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from proof.simulation.ledger import Chance
from proof.simulation.processes import Process
from proof.simulation.world import World
from protocol.closing import MSGPACK

HOP_S: Final = 0.002
BUFFERED_MAX: Final = 64
"""Frames on their way to a client before the server's `send` has to wait."""
CUT: Final = 1006
Message = MutableMapping[str, Any]


class Socket:
    """One connection. The client hears of `on_frame` and, once, of `on_close` with the close code.

    As TCP does it keeps the order of each direction and loses nothing, until it is cut: then
    everything that is on its way is lost, in both directions.
    """

    def __init__(
        self,
        world: World,
        chance: Chance,
        on_frame: Callable[[bytes], None],
        on_close: Callable[[Socket, int], None],
    ) -> None:
        self._world = world
        self._chance = chance
        self._on_frame = on_frame
        self._on_close = on_close
        self._server: Process | None = None
        self._inbox: deque[Message] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._down_at = self._up_at = 0.0
        self._on_the_way = 0
        self._unread: list[bytes] | None = None
        self.open = True

    @property
    def slow(self) -> bool:
        """Whether the client does not read."""
        return self._unread is not None

    def serve(self, server: Process) -> dict[str, Any]:
        """The server that accepted it; gives the ASGI scope of the connection."""
        self._server = server
        self._inbox.append({"type": "websocket.connect"})
        return {"type": "websocket", "subprotocols": [MSGPACK], "headers": [], "extensions": {}}

    # -- the client's side ----------------------------------------------------------------

    def say(self, frame: bytes) -> None:
        """Send a frame to the server."""
        if self.open:
            self._up_at = max(self._up_at, self._world.loop.time() + HOP_S * self._chance.random())
            message = {"type": "websocket.receive", "bytes": frame}
            self._world.loop.call_at(self._up_at, self._heard, message, context=self._world.context)

    def leave(self) -> None:
        """Go away without a word."""
        self.cut(told=False)

    def pause(self) -> None:
        """Read nothing for a while."""
        if self._unread is None:
            self._unread = []

    def go_on(self) -> None:
        """Read what came meanwhile."""
        unread, self._unread = self._unread, None
        for frame in unread or ():
            self._read(frame)

    # -- the server's side ----------------------------------------------------------------

    def _heard(self, message: Message) -> None:
        if (
            self._server is not None
            and self._server.alive
            and (self.open or message["type"] == "websocket.disconnect")
        ):
            self._inbox.append(message)
            if self._reader is not None and not self._reader.done():
                self._reader.set_result(None)

    async def receive(self) -> Message:
        """ASGI: the next message from the client."""
        while not self._inbox:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._inbox.popleft()

    async def send(self, message: Message) -> None:
        """ASGI: send to the client; waits while it does not read, fails when it is gone."""
        while self.open and self._on_the_way >= BUFFERED_MAX:
            self._room = asyncio.get_running_loop().create_future()
            await self._room
        if not self.open:
            raise OSError("the peer is gone")
        kind = message["type"]
        if kind == "websocket.send":
            self._deliver(self._arrived, message["bytes"])
        elif kind == "websocket.close":
            self._deliver(self._closed, message["code"])

    def _deliver(self, arrival: Callable[..., None], what: object) -> None:
        self._on_the_way += 1
        self._down_at = max(self._down_at, self._world.loop.time() + HOP_S * self._chance.random())
        self._world.loop.call_at(self._down_at, arrival, what, context=self._world.context)

    def _arrived(self, frame: bytes) -> None:
        if not self.open:
            return
        if self._unread is None:
            self._read(frame)
        else:
            self._unread.append(frame)

    def _read(self, frame: bytes) -> None:
        if not self.open:
            return
        self._on_the_way -= 1
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        self._world.ledger.trace(b"F", frame)
        self._on_frame(frame)

    def _closed(self, code: int) -> None:
        if self.open:
            self._end(code)

    def cut(self, *, told: bool = True) -> None:
        """The line is gone: both sides notice, a while later; what was on its way is lost."""
        if self.open:
            self._end(CUT if told else None)

    def _end(self, code: int | None) -> None:
        self.open = False
        if self._room is not None and not self._room.done():
            self._room.set_result(None)
        message = {"type": "websocket.disconnect", "code": CUT}
        self._world.later(self._chance.pause(0.05), self._heard, message)
        if code is not None:
            self._world.later(self._chance.pause(0.05), self._on_close, self, code)

"""The websocket endpoint: the handshake, and all connections of this gateway together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from actors.ending import ended
from actors.ports import Clock, IdSource
from gateway.access.auth import Principal
from gateway.desk.desk import Desk
from gateway.limiting.limiter import Limiter
from gateway.limiting.settling import Settler
from gateway.live.hub import FeedHub
from gateway.live.watching import Watching
from gateway.office import Office
from gateway.websocket.codec import CODECS, Codec
from gateway.websocket.connection import Connection, Receive
from gateway.websocket.link import link_of
from gateway.websocket.session import NewSession, Session
from gateway.websocket.writer import FrameWriter, Send
from protocol.closing import CloseCode
from protocol.errors import ErrorCode, problem

SWEEP_S: Final = 1.0
Scope = Any
"""An ASGI connection scope; see the ASGI specification 3.0, websocket."""


class Sockets:
    """A raw ASGI application: no wrapper between the server and a connection's session."""

    def __init__(
        self,
        office: Office,
        hub: FeedHub,
        clock: Clock,
        ids: IdSource,
        limiter: Limiter,
        session: NewSession = Session,
    ) -> None:
        self._office = office
        self._hub = hub
        self._clock = clock
        self._ids = ids
        self._session = session
        # In the order of their arrival: what is done to all of them is then done in the same order each time.
        self._connections: dict[Connection, None] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._gone: asyncio.Event | None = None
        self.draining = False
        self._settler = Settler(limiter, self._heard, office.directory.maps, clock.monotonic)

    def __len__(self) -> int:
        return len(self._connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one websocket, from its handshake to its end."""
        await receive()
        codec = choose_codec(scope["subprotocols"])
        refusal = self._refusal(scope, codec)
        if codec is None or refusal is not None:
            await deny(scope, send, refusal or ErrorCode.UNSUPPORTED_VERSION)
            return
        await send({"type": "websocket.accept", "subprotocol": codec.name})
        session_id = "ses_" + self._ids.fresh(0, self._clock.now_ms())
        await self._serve(session_id, codec, receive, send, scope)

    def _heard(self) -> list[tuple[Session, str | None]]:
        return [(connection.session, connection.address) for connection in self._connections]

    async def _serve(self, session_id: str, codec: Codec, receive: Receive, send: Send, scope: Scope) -> None:
        settings, link = self._office.settings, link_of(scope)
        monotonic = self._clock.monotonic
        writer = FrameWriter(codec, settings, send, monotonic, link)
        watching = Watching(self._hub, writer.lanes, self._office.live)
        desk = Desk(self._office, watching)
        session = self._session(session_id, codec, desk, writer.lanes, settings)
        connection = Connection(session, writer, settings, monotonic, address_of(scope))
        self._connections[connection] = None
        try:
            await connection.run(receive, link)
        finally:
            watching.close()
            self._office.notices.leave(connection.session)
            self._office.hall.leave(connection.session)
            self._office.waitlist.leave_session(connection.session)
            self._connections.pop(connection, None)
            if self._gone is not None and not self._connections:
                self._gone.set()

    def _refusal(self, scope: Scope, codec: Codec | None) -> ErrorCode | None:
        origins = self._office.settings.origins
        headers = dict(scope["headers"])
        origin = headers[b"origin"].decode("latin-1") if b"origin" in headers else None
        if origin is not None and "*" not in origins and origin not in origins and not _own(origin, headers):
            return ErrorCode.CSRF
        if self.draining:
            return ErrorCode.DRAINING
        if self._settler.bars(address_of(scope)):
            return ErrorCode.RATE_LIMITED
        return ErrorCode.UNSUPPORTED_VERSION if codec is None else None

    def start(self) -> None:
        """Look after time limits from now on."""
        self._sweeper = asyncio.ensure_future(self._sweep())
        self._settler.start()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            now_s = self._clock.monotonic()
            for connection in tuple(self._connections):
                connection.sweep(now_s)

    def expel(self, revoked: Callable[[Principal], bool]) -> None:
        """End the connections of those whose session or rights were revoked since they said hello."""
        for connection in tuple(self._connections):
            principal = connection.session.principal
            if principal is not None and revoked(principal):
                connection.session.close(CloseCode.BAD_HELLO, "This session was ended.")

    async def drain(self) -> None:
        """Accept nobody, tell everybody to go, and wait until they are gone or time is up."""
        self.draining = True
        if not self._connections:
            return
        self._gone = asyncio.Event()
        for connection in tuple(self._connections):
            connection.drain()
        try:
            async with asyncio.timeout(self._office.settings.drain_max_ms / 1000):
                await self._gone.wait()
        except TimeoutError:
            for connection in tuple(self._connections):
                connection.session.close(CloseCode.DRAINING, "Time is up.")

    async def stop(self) -> None:
        """Look after nothing any more."""
        await ended(self._sweeper)
        await self._settler.stop()


def address_of(scope: Scope) -> str | None:
    """Where a connection comes from, as the server sees it."""
    client = scope.get("client")
    return None if client is None else client[0]


def _own(origin: str, headers: dict[bytes, bytes]) -> bool:
    """Whether a browser asks from one of our own pages: its origin is the host that it asks."""
    return origin.partition("://")[2].encode("latin-1") == headers.get(b"host")


def choose_codec(offered: Iterable[str]) -> Codec | None:
    """The first subprotocol that the client offers and this server speaks."""
    return next((CODECS[name] for name in offered if name in CODECS), None)


async def deny(scope: Scope, send: Send, code: ErrorCode) -> None:
    """Refuse the handshake with an HTTP answer, where the server can give one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        unknown = code is ErrorCode.UNSUPPORTED_VERSION
        closing = CloseCode.BAD_SUBPROTOCOL if unknown else CloseCode.FORBIDDEN
        await send({"type": "websocket.close", "code": int(closing), "reason": code.title})
        return
    headers = [(b"content-type", b"application/problem+json")]
    await send({"type": "websocket.http.response.start", "status": code.status, "headers": headers})
    body = msgspec.json.encode(problem(code))
    await send({"type": "websocket.http.response.body", "body": body})

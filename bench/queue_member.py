"""Somebody who waits in a queue and does nothing else, as light as a load generator can have thousands of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import Final, cast

import msgspec

from bench.framing import ConnectionEnded, HandshakeRefused, Reader, frame

HELLO, JOIN, PING = 1, 2, 3
_PING: Final = frame(msgspec.msgpack.encode({"t": "ping", "id": PING, "d": {}}))


class _Message(msgspec.Struct, frozen=True):
    t: str | None = None
    re: int | None = None
    ok: bool = False


_messages: Final = msgspec.msgpack.Decoder(_Message | list[_Message])


class Line(msgspec.Struct):
    """What all `members` share; times are monotonic seconds.

    Since `began_s` people are let in; `silence_s` is the longest that anybody who waits had no news since.
    `paused` counts those who heard that the queue was paused, and `told` says that all who wait did.
    """

    members: int
    updates: int = 0
    admitted: int = 0
    began_s: float | None = None
    silence_s: float = 0.0
    paused: int = 0
    told: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    errors: dict[str, int] = {}

    def look(self) -> None:
        """See whether nobody is left who has not heard."""
        if self.paused + self.admitted >= self.members:
            self.told.set()


class QueueMember(asyncio.Protocol):
    """Handshake, hello, join, then whatever is told; `joined` completes with the reply."""

    def __init__(self, opening: bytes, token: str, event: str, line: Line) -> None:
        self.joined: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self.closing = False
        self._opening: Final = opening
        self._token: Final = token
        self._event: Final = event
        self._line: Final = line
        self._reader: Final = Reader()
        self._waits = True
        self._heard_s = 0.0
        self._transport: asyncio.Transport
        self._write: Callable[[bytes], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the opening request."""
        self._transport = cast(asyncio.Transport, transport)
        self._write = self._transport.write
        self._write(self._opening)

    def data_received(self, data: bytes) -> None:
        """Take frames in."""
        was_open = self._reader.open
        try:
            messages = self._reader.feed(data)
        except (ConnectionEnded, HandshakeRefused) as ended:
            self._fail(str(ended))
            return
        if not was_open and self._reader.open:
            self._say("hello", HELLO, {"token": self._token})
            self._say("queue.join", JOIN, {"event": self._event})
        for message in messages:
            decoded = _messages.decode(message)
            for each in decoded if isinstance(decoded, list) else (decoded,):
                self._take(each)

    def _take(self, message: _Message) -> None:
        if message.re is not None:
            if not message.ok:
                self._fail("refused")
            elif message.re == JOIN and not self.joined.done():
                self.joined.set_result(None)
            return
        match message.t:
            case "queue.update":
                self._line.updates += 1
                self.listen(perf_counter())
            case "queue.admitted":
                self._line.admitted += 1
                self.listen(perf_counter())
                self._waits = False
                self._line.look()
            case "queue.paused":
                self._line.paused += 1
                self._line.look()

    def listen(self, now_s: float) -> None:
        """Note for how long there was no news until now, or until the end of what is measured."""
        line = self._line
        if self._waits and line.began_s is not None:
            line.silence_s = max(line.silence_s, now_s - max(self._heard_s, line.began_s))
        self._heard_s = now_s

    def _say(self, kind: str, number: int, body: Mapping[str, object]) -> None:
        self._write(frame(msgspec.msgpack.encode({"t": kind, "id": number, "d": body})))

    def ping(self) -> None:
        """Show that somebody is there."""
        if not self.closing:
            self._write(_PING)

    def close(self) -> None:
        """Go, without a word."""
        self.closing = True
        self._transport.close()

    def _fail(self, what: str) -> None:
        if not self.closing:
            self._line.errors[what] = self._line.errors.get(what, 0) + 1
        if not self.joined.done():
            self.joined.set_result(None)
        self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Who is cut off while waiting is an error."""
        if not self.closing:
            self._fail("cut off")

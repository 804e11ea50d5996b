"""A websocket client of which a load generator can have thousands: it frames, and nothing else."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

import msgspec

from bench.framing import ConnectionEnded, HandshakeRefused, Reader, frame


class Body(msgspec.Struct, frozen=True):
    """What light clients look at of an acceptance: the hold, and its position in its section's journal."""

    hold: str = ""
    pos: tuple[str, int] | None = None


class Fault(msgspec.Struct, frozen=True):
    """What they look at of a refusal."""

    code: str


class Reply(msgspec.Struct, frozen=True):
    """A reply to the request `re`; a message without it is news."""

    re: int | None = None
    ok: bool = False
    d: Body | None = None
    e: Fault | None = None

    @property
    def refusal(self) -> str:
        """Why it says no, also where it does not tell."""
        return self.e.code if self.e else "no_reason"


_replies: Final = msgspec.msgpack.Decoder(Reply | list[Reply])


def replies(told: bytes) -> Sequence[Reply]:
    """What a frame says. Raises `msgspec.DecodeError`."""
    found = _replies.decode(told)
    return found if isinstance(found, list) else (found,)


def request(kind: str, number: int, body: Mapping[str, object], idem: str | None = None) -> bytes:
    """A request as it goes onto the wire."""
    keyed = {} if idem is None else {"idem": idem}
    return frame(msgspec.msgpack.encode({"t": kind, "id": number, **keyed, "d": body}))


class ThinClient(asyncio.Protocol, ABC):
    """Sends `opening`, then whatever `opened` and `heard` of a subclass want.

    `ready` completes when whoever made it may begin, also when it failed; `closing` is set once it goes.
    """

    def __init__(self, opening: bytes) -> None:
        self.ready: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self.closing = False
        self._opening: Final = opening
        self._reader: Final = Reader()
        self._transport: asyncio.Transport
        self._write: Callable[[bytes], None]

    @abstractmethod
    def opened(self) -> None:
        """The websocket is open."""

    @abstractmethod
    def heard(self, told: bytes) -> None:
        """A whole message came."""

    @abstractmethod
    def failed(self, what: str) -> None:
        """It met an error and goes."""

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
            self.fail(str(ended))
            return
        if not was_open and self._reader.open:
            self.opened()
        for each in messages:
            self.heard(each)

    def say(self, kind: str, number: int, body: Mapping[str, object], idem: str | None = None) -> None:
        """Send a request."""
        self._write(request(kind, number, body, idem))

    def begin(self) -> None:
        """Let whoever waits for `ready` go on."""
        if not self.ready.done():
            self.ready.set_result(None)

    def fail(self, what: str) -> None:
        """Tell of an error, unless it is ours to go, and go."""
        if not self.closing:
            self.failed(what)
        self.begin()
        self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Who is sent away has met an error."""
        if not self.closing:
            self.fail("connection_lost")

    def close(self) -> None:
        """Go, without a word."""
        self.closing = True
        self._transport.close()

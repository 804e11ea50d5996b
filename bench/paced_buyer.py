"""A connection that sends holds when it is told to, whether or not replies have come (open loop)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from time import perf_counter
from typing import Final, cast

import msgspec

from bench.framing import ConnectionEnded, HandshakeRefused, Reader, frame


class _Body(msgspec.Struct, frozen=True):
    pos: tuple[str, int] | None = None


class _Fault(msgspec.Struct, frozen=True):
    code: str


class _Reply(msgspec.Struct, frozen=True):
    re: int | None = None
    ok: bool = False
    d: _Body | None = None
    e: _Fault | None = None


_replies: Final = msgspec.msgpack.Decoder(_Reply | list[_Reply])
OnHeld = Callable[[int], None]
"""Told the journal position of a hold."""


class Tally:
    """What all buyers of a run were told; latencies in seconds."""

    def __init__(self) -> None:
        self.holds = 0
        self.latencies: Final[list[float]] = []
        self.errors: Final[Counter[str]] = Counter()


class PacedBuyer(asyncio.Protocol):
    """Handshake and hello, then `hold` whenever the caller likes; `ready` says when it may begin."""

    def __init__(self, opening: bytes, token: str, event: str, tally: Tally) -> None:
        self.ready: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()
        self._opening: Final = opening
        self._token: Final = token
        self._event: Final = event
        self._tally: Final = tally
        self._reader: Final = Reader()
        self._waiting: Final[dict[int, tuple[float, OnHeld | None]]] = {}
        self._number = 0
        self._closing = False
        self._transport: asyncio.Transport

    @property
    def in_flight(self) -> int:
        """How many replies are due."""
        return len(self._waiting)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the opening request."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._opening)

    def data_received(self, data: bytes) -> None:
        """Take replies in."""
        was_open = self._reader.open
        try:
            messages = self._reader.feed(data)
        except (ConnectionEnded, HandshakeRefused) as ended:
            self._fail(str(ended))
            return
        if not was_open and self._reader.open:
            self._send({"t": "hello", "id": 0, "d": {"token": self._token}})
        for message in messages:
            found = _replies.decode(message)
            for reply in found if isinstance(found, list) else [found]:
                self._take(reply)

    def _send(self, message: dict[str, object]) -> None:
        self._transport.write(frame(msgspec.msgpack.encode(message)))

    def hold(self, seat: str, key: str, on_held: OnHeld | None = None) -> None:
        """Ask for a seat; `on_held` is called when it is acknowledged."""
        self._number = number = self._number + 1
        self._waiting[number] = (perf_counter(), on_held)
        self._send(
            {"t": "hold.create", "id": number, "idem": key, "d": {"event": self._event, "seats": [seat]}}
        )

    def _take(self, reply: _Reply) -> None:
        if reply.re == 0:
            if not reply.ok:
                self._tally.errors["hello"] += 1
            if not self.ready.done():
                self.ready.set_result(None)
        elif reply.re is not None:
            sent_s, on_held = self._waiting.pop(reply.re)
            if not reply.ok or reply.d is None or reply.d.pos is None:
                self._tally.errors[reply.e.code if reply.e else "no_reason"] += 1
                return
            self._tally.holds += 1
            self._tally.latencies.append(perf_counter() - sent_s)
            if on_held is not None:
                on_held(reply.d.pos[1])

    def _fail(self, what: str) -> None:
        if not self._closing:
            self._tally.errors[what] += 1
        self.close()
        if not self.ready.done():
            self.ready.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """A buyer that is sent away is an error."""
        if not self._closing:
            self._fail("connection_lost")

    def close(self) -> None:
        """Leave."""
        self._closing = True
        self._transport.close()

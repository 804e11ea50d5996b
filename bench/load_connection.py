"""One closed-loop connection of the load generator: the next request leaves when the reply is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Final, cast

from bench.framing import ConnectionEnded, HandshakeRefused, Reader, frame
from bench.scenarios import Reply, Scenario, encode, replies

FAILED: Final = 500
REPEAT_AFTER_S: Final = 0.05
REPEATED_AFTER_END_S: Final = 10.0


class Clock:
    """The window of a run in seconds of `perf_counter`, and what is kept of the replies inside it.

    `latencies`, `moments`, `accepted` and `who` have an entry a reply. With `retries` a request
    that failed and may be repeated is, under its key, until the window has been over for a while.
    """

    def __init__(self) -> None:
        self.begin_s = float("inf")
        self.end_s = float("inf")
        self.latencies: list[float] = []
        self.moments: list[float] = []
        self.accepted: list[bool] = []
        self.who: list[int] = []
        self.last_s = 0.0
        self.pairs = 0
        self.retried = 0
        self.retries = False


class LoadConnection(asyncio.Protocol):
    """Handshake, hello, then requests until the clock's end; `done` completes after the last reply.

    `ready` completes when requests may be sent. A connection that the server ends counts as
    one error named `closed_<code>`.
    """

    def __init__(
        self, number: int, opening: bytes, token: str | None, scenario: Scenario, clock: Clock
    ) -> None:
        loop = asyncio.get_running_loop()
        self.ready: Final[asyncio.Future[None]] = loop.create_future()
        self.done: Final[asyncio.Future[None]] = loop.create_future()
        self._number: Final = number
        self._opening: Final = opening
        self._token: Final = token
        self._scenario: Final = scenario
        self._clock: Final = clock
        self._reader: Final = Reader()
        self._transport: asyncio.Transport
        self._sent_s = 0.0
        self._greeted = False
        self._said = b""
        self._write: Callable[[bytes], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the opening request."""
        self._transport = cast(asyncio.Transport, transport)
        self._write = self._transport.write
        self._write(self._opening)

    def data_received(self, data: bytes) -> None:
        """Count replies and send what comes next."""
        try:
            was_open = self._reader.open
            messages = self._reader.feed(data)
        except ConnectionEnded as ended:
            self._fail(f"closed_{ended.code}")
            return
        except HandshakeRefused as refused:
            self._fail(f"handshake: {refused}")
            return
        if not was_open and self._reader.open:
            self._opened()
        for message in messages:
            self._message(message)
        if self._reader.answers:
            self._write(b"".join(self._reader.answers))
            self._reader.answers.clear()

    def _opened(self) -> None:
        if self._token is None:
            self.ready.set_result(None)
        else:
            self._write(frame(encode({"t": "hello", "id": 0, "d": {"token": self._token}})))

    def _message(self, message: bytes) -> None:
        found = replies.decode(message)
        if isinstance(found, list):
            for reply in found:
                self._reply(reply)
        else:
            self._reply(found)

    def _reply(self, reply: Reply) -> None:
        if not self.ready.done():
            self._prepare(reply)
        elif reply.re is not None or self._token is None:
            self._answered(reply)

    def _prepare(self, reply: Reply) -> None:
        """Greeted, and then perhaps prepared: what a scenario wants to have before everybody begins."""
        if not self._greeted:
            self._greeted = True
            if not reply.ok:
                self._fail(f"hello: {reply.e.code if reply.e else 'refused'}")
                return
            preparation = self._scenario.prepare(self._number)
            if preparation is not None:
                self._write(frame(preparation))
                return
        elif reply.re is None:
            return
        else:
            self._scenario.follow_up(self._number, reply)
        self.ready.set_result(None)

    def _answered(self, reply: Reply) -> None:
        now_s, clock = perf_counter(), self._clock
        if clock.retries and self._may_repeat(reply, now_s):
            return
        books = self._scenario.books
        pairs = books.pairs
        follow_up = self._scenario.follow_up(self._number, reply)
        if clock.begin_s <= now_s <= clock.end_s:
            clock.latencies.append(now_s - self._sent_s)
            clock.moments.append(now_s - clock.begin_s)
            clock.accepted.append(reply.ok)
            clock.who.append(self._number)
            clock.pairs += books.pairs - pairs
        if follow_up is not None:
            self._say(follow_up, now_s)
        elif now_s < clock.end_s:
            self.begin()
        else:
            self._finish(now_s)

    def begin(self) -> None:
        """Send the next request of this connection."""
        request = self._scenario.request(self._number)
        now_s = perf_counter()
        if request is None:
            self._finish(now_s)
        else:
            self._say(request, now_s)

    def _say(self, message: bytes, now_s: float) -> None:
        self._sent_s = now_s
        self._said = message
        self._write(frame(message))

    def _may_repeat(self, reply: Reply, now_s: float) -> bool:
        """Send the same again, under its key, when its outcome is unknown or may still be good."""
        if reply.ok or reply.e is None or not reply.e.retryable or reply.e.status < FAILED:
            return False
        clock = self._clock
        if now_s > clock.end_s + REPEATED_AFTER_END_S:
            return False
        clock.retried += 1
        asyncio.get_running_loop().call_later(REPEAT_AFTER_S, self._write, frame(self._said))
        return True

    def _finish(self, now_s: float) -> None:
        self._clock.last_s = max(self._clock.last_s, now_s)
        if not self.done.done():
            self.done.set_result(None)

    def _fail(self, what: str) -> None:
        self._scenario.books.errors[what] += 1
        if not self.ready.done():
            self.ready.set_result(None)
        self._finish(perf_counter())
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that goes while something is due is an error."""
        if not self.done.done():
            self._fail("connection_lost")

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

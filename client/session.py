"""Keeps a core connected: opens links, resumes after their loss, repeats calls in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Final

from websockets.exceptions import InvalidHandshake, InvalidStatus

from client.calls import (
    Answered,
    Call,
    Denied,
    Draining,
    Greeted,
    Happening,
    HelloRefused,
    Lagging,
    MapChanged,
    News,
)
from client.codec import Codec
from client.core import Core, Phase
from client.errors import (
    ClientClosed,
    ConnectionFailed,
    HoldfastError,
    ProtocolViolation,
    error_of,
)
from client.link import Link, open_link, websocket_uri
from client.options import ClientOptions
from client.retry import may_reconnect, may_repeat, wait_ms
from client.timers import Timers
from protocol.replies import HelloReply

Listener = Callable[[Happening], None]
_HANDSHAKE_STATUSES_FINAL: Final = frozenset({400, 401, 403, 404, 405, 426})


class Session:
    """One conversation over as many connections as it takes, until `stop` or a final refusal."""

    def __init__(self, url: str, token: str | None, options: ClientOptions, randomness: Random) -> None:
        self.codec: Final = Codec(options.encoding)
        self.core: Final = Core(self.codec, token, options.name, options.queue_len_max)
        self.hello: HelloReply | None = None
        self.greetings = 0
        self.listeners: Final[list[Listener]] = []
        self._url: Final = url
        self._uri: Final = websocket_uri(url)
        self._options: Final = options
        self._randomness: Final = randomness
        self._link: Link | None = None
        self._runner: asyncio.Task[None] | None = None
        self._ready: asyncio.Future[HelloReply] | None = None
        self._failure: HoldfastError | None = None
        self._asked_ms: int | None = None
        self._timers: Final = Timers(options.attempt_ms, self._ping, self.drop)

    async def start(self) -> HelloReply:
        """Begin to connect, and wait for the first hello. Raises `ConnectionFailed`, `Refused`."""
        if self._ready is None:
            self._ready = asyncio.get_running_loop().create_future()
            self._runner = asyncio.create_task(self._run())
        return await asyncio.shield(self._ready)

    async def stop(self) -> None:
        """Say goodbye; what waits fails with `ClientClosed`."""
        self._fail(ClientClosed("the client was closed"))
        if self._link is not None:
            await self._link.close(self._options.close_ms / 1000)
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner

    def drop(self) -> None:
        """Cut the connection without a farewell."""
        if self._link is not None:
            self._link.abort()

    def submit(self, call: Call) -> None:
        """Send a call as soon as possible. Raises `QueueFull`, or why the session has ended."""
        if self._failure is not None:
            raise self._failure
        self.core.submit(call)
        self._flush()

    def renew(self, token: str) -> None:
        """Go on with another token of the same principal; one that is not good ends the session."""
        self.core.renew(token)
        self._flush()

    async def _run(self) -> None:
        try:
            await self._stay_connected()
        except HoldfastError as error:
            self._fail(error)

    async def _stay_connected(self) -> None:
        attempt = 0
        while self._failure is None:
            greetings = self.greetings
            await self._one_connection()
            if self.greetings > greetings:
                attempt = 0
            if attempt + 1 == self._options.connects_max:
                raise ConnectionFailed(f"no connection to {self._url} in {attempt + 1} attempts")
            await asyncio.sleep(self._pause_ms(attempt) / 1000)
            attempt += 1

    def _pause_ms(self, attempt: int) -> float:
        asked_ms, self._asked_ms = self._asked_ms, None
        base_ms, cap_ms = self._options.backoff_base_ms, self._options.backoff_cap_ms
        return wait_ms(attempt, base_ms, cap_ms, asked_ms, self._randomness)

    async def _one_connection(self) -> None:
        """From the handshake to the loss of one connection. Raises `ConnectionFailed` when it is the last."""
        link = await self._open()
        if link is None:
            return
        self._link = link
        self.core.connected()
        self._flush()
        try:
            close_code = await link.closed
        finally:
            link.abort()
            self._link = None
            self._timers.stop()
            self.core.disconnected()
        if not may_reconnect(close_code):
            raise self._failure or ConnectionFailed(f"the server closed with {close_code}")

    async def _open(self) -> Link | None:
        """A link, or None when another attempt may fare better."""
        bytes_max = self._options.frame_in_bytes_max
        try:
            async with asyncio.timeout(self._options.connect_ms / 1000):
                return await open_link(self._uri, self.codec.subprotocol, bytes_max, self._received)
        except InvalidStatus as error:
            if error.response.status_code in _HANDSHAKE_STATUSES_FINAL:
                raise ConnectionFailed(str(error)) from error
        except (OSError, TimeoutError, InvalidHandshake):
            pass
        return None

    def _received(self, frame: bytes) -> None:
        self._timers.heard()
        try:
            happenings = self.core.receive(frame)
        except ProtocolViolation as error:
            self._give_up(error)
            return
        for happening in happenings:
            self._happened(happening)
        self._flush()
        if self.core.phase is Phase.DRAINING and self.core.idle:
            self.drop()

    def _happened(self, happening: Happening) -> None:
        match happening:
            case Answered(call, body):
                if not call.waiter.done():
                    call.waiter.set_result(body)
            case Denied():
                self._denied(happening)
            case Greeted(reply):
                self._greeted(reply)
            case HelloRefused():
                self._refused(happening)
            case Draining(reconnect_after_ms):
                self._asked_ms = reconnect_after_ms
            case Lagging():
                self._timers.later(self._options.catch_up_ms, self._catch_up)
            case MapChanged() | News():
                pass
        for listener in self.listeners:
            listener(happening)

    def _greeted(self, reply: HelloReply) -> None:
        self.hello = reply
        self.greetings += 1
        if self._ready is not None and not self._ready.done():
            self._ready.set_result(reply)
        self._timers.beat_every(reply.heartbeat_ms)

    def _refused(self, refused: HelloRefused) -> None:
        self._asked_ms = refused.problem.retry_after_ms
        if may_repeat(refused.problem):
            self.drop()
        else:
            self._give_up(error_of(refused.problem))

    def _denied(self, denied: Denied) -> None:
        """Fail the call, or repeat it when the wait for that ends before its deadline."""
        call, options = denied.call, self._options
        if call.waiter.done():
            return
        base_ms, cap_ms, asked_ms = options.retry_base_ms, options.retry_cap_ms, denied.problem.retry_after_ms
        pause_s = wait_ms(call.attempts - 1, base_ms, cap_ms, asked_ms, self._randomness) / 1000
        loop = asyncio.get_running_loop()
        if denied.repeatable and loop.time() + pause_s < call.deadline_s:
            loop.call_later(pause_s, self._repeat, call)
        else:
            call.waiter.set_exception(error_of(denied.problem))

    def _repeat(self, call: Call) -> None:
        if call.waiter.done():
            return
        try:
            self.submit(call)
        except HoldfastError as error:
            call.waiter.set_exception(error)

    def _flush(self) -> None:
        link = self._link
        if link is None:
            return
        for payload in self.core.outgoing(asyncio.get_running_loop().time()):
            link.send(payload, binary=self.codec.binary)
        self._timers.expect(not self.core.idle)

    def _ping(self) -> None:
        self.core.heartbeat()
        self._flush()

    def _catch_up(self) -> None:
        self.core.watching.catch_up()
        self._flush()

    def _give_up(self, error: HoldfastError) -> None:
        self._fail(error)
        self.drop()

    def _fail(self, error: HoldfastError) -> None:
        """From now on every call fails with the first reason for it."""
        if self._failure is None:
            self._failure = error
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(self._failure)
            # Marks it as seen: `start` may not be waiting any more.
            self._ready.exception()
        for call in self.core.waiting():
            if not call.waiter.done():
                call.waiter.set_exception(self._failure)

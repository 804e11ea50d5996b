"""The client without I/O: requests and replies, positions, gaps, what is sent again and when.

Theory of operation. Calls wait in a queue; `outgoing` sends as many as the server allows in
flight. A reply takes its call out of flight. When the connection is lost, everything in
flight goes back to the head of the queue, and after the next hello it is sent again under
the same keys, so that the server answers with the first outcome. Messages of the core's own
(hello, subscribe again, sync, ping) go first. Time is an argument, in seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final

import msgspec

from client.calls import (
    Answered,
    Call,
    Denied,
    Draining,
    Greeted,
    Happening,
    HelloRefused,
    Lagging,
)
from client.codec import Codec, Message
from client.errors import QueueFull
from client.retry import may_repeat
from client.watching import Watching
from protocol.errors import Problem
from protocol.limits import IN_FLIGHT_MAX
from protocol.replies import DrainingNotice, HelloReply, PingReply
from protocol.requests import AnyRequest, Hello, HelloBody, Ping, Resume

BuildOwn = Callable[[int], AnyRequest]


class Phase(Enum):
    """Where a connection stands."""

    OFFLINE = "offline"
    GREETING = "greeting"
    READY = "ready"
    DRAINING = "draining"


class _Own(msgspec.Struct, frozen=True):
    """A message of the core's own; `channel` for a sync."""

    operation: str
    channel: str | None = None


class Core:
    """One client's conversation with the server, over as many connections as it takes."""

    def __init__(self, codec: Codec, token: str | None, name: str, queue_len_max: int) -> None:
        self.phase = Phase.OFFLINE
        self.session: str | None = None
        self.watching: Final = Watching(codec)
        self._codec: Final = codec
        self._token = token
        self._name: Final = name
        self._queue_len_max: Final = queue_len_max
        self._in_flight_max = IN_FLIGHT_MAX
        self._number = 0
        self._queue: deque[Call] = deque()
        self._flying: dict[int, Call] = {}
        self._own_queue: deque[tuple[_Own, BuildOwn]] = deque()
        self._own_flying: dict[int, _Own] = {}

    @property
    def idle(self) -> bool:
        """True when nothing is in flight."""
        return not self._flying and not self._own_flying

    def waiting(self) -> list[Call]:
        """Every call that has no answer yet, in the order of submission."""
        return [*self._flying.values(), *self._queue]

    def connected(self) -> None:
        """A connection stands: greet the server first, then resume."""
        self.phase = Phase.GREETING
        resume = Resume(self.session, self.watching.positions()) if self.session else None
        body = HelloBody(self._token, resume, self._name)
        self._own_queue.append((_Own("hello"), lambda number: Hello(id=number, d=body)))

    def renew(self, token: str) -> None:
        """Go on with another token of the same principal: here, and at every hello from now on."""
        self._token = token
        if self.phase is Phase.READY:
            body = HelloBody(token, None, self._name)
            self._own_queue.append((_Own("renew"), lambda number: Hello(id=number, d=body)))

    def disconnected(self) -> None:
        """The connection is gone: what was in flight will be sent again, in its order."""
        self.phase = Phase.OFFLINE
        self._queue.extendleft(reversed(self._flying.values()))
        self._flying.clear()
        self._own_queue.clear()
        self._own_flying.clear()
        self.watching.disconnected()

    def submit(self, call: Call) -> None:
        """Queue a call. Raises `QueueFull`."""
        if len(self._queue) >= self._queue_len_max:
            raise QueueFull(f"{self._queue_len_max} calls are waiting already")
        self._queue.append(call)

    def heartbeat(self) -> None:
        """Queue a ping of the core's own: it keeps the session and finds lost last frames."""
        self._own_queue.append((_Own("ping"), lambda number: Ping(id=number)))

    def outgoing(self, now_s: float) -> list[bytes]:
        """Frames to send now, at most as many as the server allows in flight."""
        frames: list[bytes] = []
        if self.phase is Phase.OFFLINE:
            return frames
        for channel, sync in self.watching.take_syncs():
            self._own_queue.append((_Own("sync", channel), sync))
        room = self._in_flight_max - len(self._flying) - len(self._own_flying)
        while room > 0 and self._own_queue:
            frames.append(self._send_own())
            room -= 1
        while room > 0 and self._queue and self.phase is Phase.READY:
            call = self._queue.popleft()
            if not call.abandoned:
                frames.append(self._send(call, now_s))
                room -= 1
        return frames

    def _send_own(self) -> bytes:
        own, build = self._own_queue.popleft()
        self._number += 1
        self._own_flying[self._number] = own
        return self._codec.encode(build(self._number))

    def _send(self, call: Call, now_s: float) -> bytes:
        self._number += 1
        self._flying[self._number] = call
        return self._codec.encode(call.message(self._number, now_s))

    def receive(self, frame: bytes) -> list[Happening]:
        """What a frame means, in order. Raises `ProtocolViolation`."""
        happenings: list[Happening] = []
        for message in self._codec.messages(frame):
            happening = self._news(message) if message.t is not None else self._reply(message)
            if happening is not None:
                happenings.append(happening)
        return happenings

    def _news(self, message: Message) -> Happening | None:
        if message.t == "draining":
            self.phase = Phase.DRAINING
            return Draining(self._codec.body(message.d, DrainingNotice).reconnect_after_ms)
        return self.watching.news(message)

    def _reply(self, message: Message) -> Happening | None:
        number = message.re
        if number is None:
            return None
        call = self._flying.pop(number, None)
        if call is None:
            own = self._own_flying.pop(number, None)
            return None if own is None else self._own_reply(own, message)
        if message.ok:
            return Answered(call, message.d)
        problem = _problem(message)
        return Denied(call, problem, may_repeat(problem))

    def _own_reply(self, own: _Own, message: Message) -> Happening | None:
        if own.operation == "hello":
            return self._greeted(message)
        if own.operation == "renew" and not message.ok:
            return HelloRefused(_problem(message))
        if own.operation == "sync" and own.channel is not None:
            self.watching.synced(own.channel)
        if own.operation == "ping" and message.ok:
            positions = self._codec.body(message.d, PingReply).positions
            return Lagging() if self.watching.told(positions) else None
        return None

    def _greeted(self, message: Message) -> Happening:
        if not message.ok:
            return HelloRefused(_problem(message))
        reply = self._codec.body(message.d, HelloReply)
        self.phase = Phase.READY
        self.session = reply.session
        self._in_flight_max = max(1, reply.limits.in_flight_max)
        for subscribe in self.watching.again():
            self._own_queue.append((_Own("subscribe"), subscribe))
        return Greeted(reply)


def _problem(message: Message) -> Problem:
    if message.e is not msgspec.UNSET:
        return message.e
    return Problem("about:blank", "Refused without a reason", 500, "internal")

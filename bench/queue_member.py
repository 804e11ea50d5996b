"""Somebody who waits in a queue and does nothing else, as light as a load generator can have thousands of."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Final

import msgspec

from bench.thin_client import ThinClient, request

HELLO, JOIN, PING = 1, 2, 3
_PING: Final = request("ping", PING, {})


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


class QueueMember(ThinClient):
    """Handshake, hello, join, then whatever is told; `ready` completes with the reply to the join."""

    def __init__(self, opening: bytes, token: str, event: str, line: Line) -> None:
        super().__init__(opening)
        self._token: Final = token
        self._event: Final = event
        self._line: Final = line
        self._waits = True
        self._heard_s = 0.0

    def opened(self) -> None:
        """Introduce yourself and join."""
        self.say("hello", HELLO, {"token": self._token})
        self.say("queue.join", JOIN, {"event": self._event})

    def heard(self, told: bytes) -> None:
        """Take in what is told."""
        decoded = _messages.decode(told)
        for each in decoded if isinstance(decoded, list) else (decoded,):
            self._take(each)

    def _take(self, told: _Message) -> None:
        if told.re is not None:
            if not told.ok:
                self.fail("refused")
            elif told.re == JOIN:
                self.begin()
            return
        match told.t:
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

    def ping(self) -> None:
        """Show that somebody is there."""
        if not self.closing:
            self._write(_PING)

    def failed(self, what: str) -> None:
        """Who is refused, or cut off while waiting, is an error."""
        self._line.errors[what] = self._line.errors.get(what, 0) + 1

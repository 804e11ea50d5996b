"""A call on its way, and what the core tells its shell about calls, maps and the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from client.codec import Message
from client.seatmap import SectionMap
from protocol.errors import Problem
from protocol.replies import HelloReply, SeatsDelta
from protocol.requests import AnyRequest

Body = msgspec.Raw | msgspec.UnsetType
Build = Callable[[int, int], AnyRequest]
"""Makes the message from its number on the connection and the milliseconds it still has."""


class Call:
    """One request under one key, however often it is sent.

    `deadline_s` is on the clock that the core is given. `waiter` belongs to whoever submitted
    the call; the core never looks at it. An `abandoned` call is not sent again.
    """

    __slots__ = ("abandoned", "attempts", "build", "deadline_s", "key", "operation", "waiter")

    def __init__(self, operation: str, key: str | None, build: Build, deadline_s: float) -> None:
        self.operation: Final = operation
        self.key: Final = key
        self.build: Final = build
        self.deadline_s: Final = deadline_s
        self.attempts = 0
        self.abandoned = False
        self.waiter: Any = None

    def message(self, number: int, now_s: float) -> AnyRequest:
        """The next attempt's message; it tells the server how long it is still wanted."""
        self.attempts += 1
        return self.build(number, max(1, int((self.deadline_s - now_s) * 1000)))


class Greeted(msgspec.Struct, frozen=True):
    """The server said hello: calls are being sent."""

    reply: HelloReply


class HelloRefused(msgspec.Struct, frozen=True):
    """The server refused the session; nothing can be sent on this connection."""

    problem: Problem


class Answered(msgspec.Struct, frozen=True):
    """A call went well; `body` is what the reply says."""

    call: Call
    body: Body


class Denied(msgspec.Struct, frozen=True):
    """A call was refused; `repeatable` says that the same key may fare better later."""

    call: Call
    problem: Problem
    repeatable: bool


class MapChanged(msgspec.Struct, frozen=True):
    """A section's map moved on; `delta` is None when it was replaced by a snapshot."""

    section: SectionMap
    delta: SeatsDelta | None


class Lagging(msgspec.Struct, frozen=True):
    """A heartbeat named positions beyond what was received: look again after a while."""


class Draining(msgspec.Struct, frozen=True):
    """The server is about to close and asks to come back after so many milliseconds."""

    reconnect_after_ms: int


class News(msgspec.Struct, frozen=True):
    """Any other push."""

    message: Message


Happening = Greeted | HelloRefused | Answered | Denied | MapChanged | Lagging | Draining | News

"""A call on its way: one request under one key, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from protocol.requests import AnyRequest

Build = Callable[[int, int], AnyRequest]
"""Makes the message from its number on the connection and the milliseconds it still has."""


class Call:
    """What is asked, by when, and what became of it.

    `deadline_s` is on the clock that the core is given. `waiter` belongs to whoever submitted
    the call; the core never looks at it.
    """

    __slots__ = ("attempts", "build", "deadline_s", "key", "number", "operation", "sent_s", "waiter")

    def __init__(self, operation: str, key: str | None, build: Build, deadline_s: float) -> None:
        self.operation: Final = operation
        self.key: Final = key
        self.build: Final = build
        self.deadline_s: Final = deadline_s
        self.attempts = 0
        self.number = 0
        self.sent_s = 0.0
        self.waiter: Any = None

    def message(self, number: int, now_s: float) -> AnyRequest:
        """The next attempt's message; it tells the server how long it is still wanted."""
        self.number = number
        self.attempts += 1
        self.sent_s = now_s
        return self.build(number, max(1, int((self.deadline_s - now_s) * 1000)))


class Answered(msgspec.Struct, frozen=True):
    """A call went well; `body` is what the reply says."""

    call: Call
    body: msgspec.Raw | msgspec.UnsetType

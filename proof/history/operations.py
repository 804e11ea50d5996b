"""Recorded lines, put together again: each call with both its ends, and what each client saw of the map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from protocol.errors import Problem
from protocol.history import (
    FORMAT,
    Answered,
    AnyLine,
    Begun,
    ChangeSeen,
    Invoked,
    Joined,
    Lost,
    MapSeen,
    Refused,
    ResetSeen,
)
from protocol.requests import Position

DERIVED: Final = "\x1f"
"""What follows it in a key was added by a server, for a further step of the same request."""
Sight = MapSeen | ChangeSeen | ResetSeen


class NotAHistory(ValueError):
    """What was given is no recorded history, or one that this version cannot read."""


class Operation(msgspec.Struct):
    """A call: when it was invoked, and when and how it ended (None: it did not, as far as is known)."""

    clock: str
    client: str
    call: int
    name: str
    principal: str
    key: str | None
    body: Any
    invoked_ns: int
    ended_ns: int | None = None
    reply: Any = None
    problem: Problem | None = None
    attempts: int = 1

    @property
    def told(self) -> str:
        """Which call it is, for a person."""
        return f"{self.name} {self.call} of {self.client}"


class History(msgspec.Struct):
    """All that was recorded. `sights` keeps each client's own order."""

    operations: list[Operation]
    sights: list[tuple[str, Sight]]


def gather(lines: Iterable[AnyLine]) -> History:
    """Put lines together. Raises `NotAHistory`."""
    gatherer = _Gatherer()
    for line in lines:
        gatherer.take(line)
    return gatherer.done()


class _Gatherer:
    def __init__(self) -> None:
        self._history = History([], [])
        self._calls: dict[tuple[str, int], Operation] = {}
        self._principals: dict[str, str] = {}
        self._clock = ""

    def take(self, line: AnyLine) -> None:
        match line:
            case Invoked():
                self._invoked(line)
            case Answered() | Refused():
                _end(self._calls.get((line.client, line.call)), line)
            case MapSeen() | ChangeSeen() | ResetSeen():
                self._history.sights.append((self._clock, line))
            case Joined():
                self._principals[line.client] = line.principal or ""
            case Begun():
                if line.format != FORMAT:
                    raise NotAHistory(f"the format is {line.format!r}, not {FORMAT!r}")
                self._clock = line.clock
            case Lost():
                pass  # whether it took effect is for the journal to say

    def _invoked(self, line: Invoked) -> None:
        operation = Operation(
            self._clock, line.client, line.call, line.operation, "", line.key, line.body, line.at_ns
        )
        if (line.client, line.call) in self._calls:
            raise NotAHistory(f"{operation.told} was invoked twice")
        self._calls[line.client, line.call] = operation
        self._history.operations.append(operation)

    def done(self) -> History:
        for operation in self._history.operations:  # a client may ask before it is greeted
            operation.principal = self._principals.get(operation.client, "")
        return self._history


def _end(operation: Operation | None, line: Answered | Refused) -> None:
    if operation is None or operation.ended_ns is not None:
        raise NotAHistory(f"call {line.call} of {line.client} ends and is not under way")
    operation.ended_ns, operation.attempts = line.at_ns, line.attempts
    if isinstance(line, Refused):
        operation.problem = line.problem
    else:
        operation.reply = line.body


def read_lines(data: Iterable[bytes]) -> Iterator[AnyLine]:
    """The lines of a file. A last one that was cut off is left out. Raises `NotAHistory`."""
    decode = msgspec.json.Decoder(AnyLine).decode
    for number, line in enumerate(data, 1):
        if not line.endswith(b"\n"):
            return  # whoever recorded it was killed
        try:
            decoded: AnyLine = decode(line)
        except msgspec.DecodeError as error:
            raise NotAHistory(f"line {number}: {error}") from None
        if number == 1 and not isinstance(decoded, Begun):
            raise NotAHistory("the first line does not say which format it is")
        yield decoded


def position_of(operation: Operation) -> Position | None:
    """The place in a section's history that the call's end told, if it told one."""
    if operation.problem is not None:
        return operation.problem.pos
    reply = operation.reply
    told = reply.get("pos") if isinstance(reply, dict) else getattr(reply, "pos", None)
    return None if told is None else (told[0], told[1])

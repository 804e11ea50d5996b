"""Recorded histories: what clients asked, were told and saw, and when; for those who check them afterwards.

A file holds one JSON array a line, each a `Line` led by its tag; the first is `Begun`, and a file
may hold several recordings one after the other. Lines of one client stand in the order in which
they happened to it; those of different clients need not. Readers ignore elements that they do not
know at the end of a line; another meaning of a line is another `FORMAT`.

    ["b", "holdfast-history/1", "4f0c…"]                                     a recording begins
    ["j", "c1", "usr_ada"]                                                   client c1 is usr_ada
    ["i", 1001, "c1", 1, "hold.create", "k-1", {"event": …, "seats": […]}]   it asks
    ["a", 2002, "c1", 1, {"hold": …, "section": "S", "pos": ["9f3a…", 7]}]   it is told yes
    ["r", 2002, "c1", 1, {"code": "seat_taken", "pos": ["9f3a…", 7], …}]     or no
    ["u", 9009, "c1", 1, "DeadlineExceeded"]                                 or it gives up
    ["s", 1500, "c1", "evt_1/S", "9f3a…", 6, "AAAA", {}]                     a map, whole
    ["d", 2003, "c1", "evt_1/S", "9f3a…", 6, 7, [["S-A-1", "h"]]]            and what changed
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from protocol.errors import Problem

FORMAT: Final = "holdfast-history/1"


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="kind"):
    """Root of all lines. `at_ns` is on the clock that `Begun` names."""


class Begun(Line, frozen=True, array_like=True, gc=False, tag="b"):
    """What follows was recorded by `clock`: times of one clock can be compared, those of two cannot."""

    format: str
    clock: str


class Joined(Line, frozen=True, array_like=True, gc=False, tag="j"):
    """A client learned whose session it has: its keys are this principal's."""

    client: str
    principal: str | None


class Invoked(Line, frozen=True, array_like=True, tag="i"):
    """A call begins; once for each call, however often it is sent.

    `call` is unique within `client`, which is unique among all recordings that are checked
    together. `body` is the `d` of the request: plain data, or the struct itself in memory.
    """

    at_ns: int
    client: str
    call: int
    operation: str
    key: str | None
    body: Any = None


class Answered(Line, frozen=True, array_like=True, tag="a"):
    """A call went well; `body` is the `d` of the reply, if it is of a kind that tells a position."""

    at_ns: int
    client: str
    call: int
    body: Any = None
    attempts: int = 1


class Refused(Line, frozen=True, array_like=True, tag="r"):
    """A call was refused for good."""

    at_ns: int
    client: str
    call: int
    problem: Problem
    attempts: int = 1


class Lost(Line, frozen=True, array_like=True, gc=False, tag="u"):
    """A call was given up: whether it took effect is not known. No line at all says the same."""

    at_ns: int
    client: str
    call: int
    why: str
    attempts: int = 1


class MapSeen(Line, frozen=True, array_like=True, tag="s"):
    """A `seats.snapshot` arrived: 4 bits a seat, free places by area."""

    at_ns: int
    client: str
    channel: str
    ep: str
    seq: int
    status: bytes
    areas: dict[str, int]


class ChangeSeen(Line, frozen=True, array_like=True, tag="d"):
    """A `seats.delta` arrived, whether or not it was applied."""

    at_ns: int
    client: str
    channel: str
    ep: str
    from_seq: int
    seq: int
    u: tuple[tuple[str, str | int], ...]


class ResetSeen(Line, frozen=True, array_like=True, gc=False, tag="x"):
    """A `reset` arrived: what the client knew of the channel is void until the next map."""

    at_ns: int
    client: str
    channel: str


AnyLine = Begun | Joined | Invoked | Answered | Refused | Lost | MapSeen | ChangeSeen | ResetSeen

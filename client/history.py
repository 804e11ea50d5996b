"""A record of what a client asked and was told, for those who check histories afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from protocol.replies import HoldReply, OrderReply
from protocol.requests import Position

Phase = Literal["invoked", "answered", "refused", "unknown"]


class Observation(msgspec.Struct, frozen=True):
    """One end of one call, at `at_ns` of the monotonic clock of this process.

    Every call is `invoked` once, however often it is sent, and then either `answered`,
    `refused` (with `code`) or `unknown` (given up without an answer). `call` joins the two
    ends and is unique within `client`. `pos` is the journal position of a hold's reply.
    """

    phase: Phase
    at_ns: int
    client: str
    call: int
    operation: str
    key: str | None
    body: object = None
    code: str | None = None
    reply: HoldReply | OrderReply | None = None
    pos: Position | None = None
    attempts: int = 0


Recorder = Callable[[Observation], None]
"""Called in the event loop's thread, in the order of events; must not block or raise."""

"""The clock of a server in test mode; a server that is not has none of these calls."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from engine.views import rfc3339
from gateway.ports import AdvancingClock
from gateway.rest.call import Call
from gateway.rest.operation import Operation
from protocol.errors import ErrorCode, Problem, problem

STEP_MAX_MS: Final = 366 * 86_400_000


class AdvanceBody(msgspec.Struct, frozen=True):
    """How far to put the clock forward."""

    by_ms: Annotated[int, msgspec.Meta(ge=1, le=STEP_MAX_MS)]


class ClockReply(msgspec.Struct, frozen=True):
    """What time it is for this server, and how far that is ahead of the machine's."""

    now: str
    ahead_ms: int


async def read_test_clock(call: Call) -> ClockReply | Problem:
    """Tell the time of the test clock."""
    clock = call.parts.test_clock
    return problem(ErrorCode.NOT_FOUND) if clock is None else _told(clock)


async def advance_test_clock(call: Call) -> ClockReply | Problem:
    """Put the test clock forward: what is due by then happens at once."""
    clock = call.parts.test_clock
    if clock is None:
        return problem(ErrorCode.NOT_FOUND)
    body: AdvanceBody = call.body
    try:
        clock.advance(body.by_ms)
    except ValueError as error:
        return problem(ErrorCode.INVALID, str(error))
    return _told(clock)


def _told(clock: AdvancingClock) -> ClockReply:
    return ClockReply(rfc3339(clock.now_ms()), clock.ahead_ms)


OPERATIONS: Final = (
    Operation(
        "GET",
        "/test/clock",
        "Tell the time of the test clock",
        read_test_clock,
        None,
        ClockReply,
    ),
    Operation(
        "POST",
        "/test/clock/advance",
        "Put the test clock forward",
        advance_test_clock,
        AdvanceBody,
        ClockReply,
        errors=(ErrorCode.INVALID,),
    ),
)
"""Mounted by a server in test mode alone."""

"""Holds over REST."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.wire import Answer
from engine.ids import stream_of
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.sections import commands
from gateway.sections.answers import NO_EVENT
from protocol.errors import ErrorCode, Problem
from protocol.queue import PassToken
from protocol.replies import HoldReply
from protocol.requests import HoldCreateBody, HoldExtendBody, HoldReleaseBody, HoldSwapBody, Labels, Types

TAKING: Final = (
    ErrorCode.NOT_ADMITTED,
    ErrorCode.SEAT_TAKEN,
    ErrorCode.SEAT_NOT_FOR_SALE,
    ErrorCode.CHANNEL_DENIED,
    ErrorCode.BEST_AVAILABLE_NOT_FOUND,
    ErrorCode.HOLD_EXPIRED,
    ErrorCode.HOLD_MISMATCH,
    ErrorCode.INVALID,
    ErrorCode.LIMIT_EXCEEDED,
    ErrorCode.ORPHAN_RULE,
    ErrorCode.SALE_NOT_OPEN,
    ErrorCode.SALE_PAUSED,
    ErrorCode.SOLD_OUT,
)
ENDING: Final = (ErrorCode.HOLD_EXPIRED, ErrorCode.HOLD_MISMATCH)


class Swap(msgspec.Struct, frozen=True):
    """Which seats of the hold to give back and which to take."""

    release: Labels
    take: Labels
    types: Types = {}
    pass_: PassToken | None = msgspec.field(name="pass", default=None)


class PartToRelease(msgspec.Struct, frozen=True):
    """`seats` gives back these alone, as a comma-separated list; without it all are."""

    seats: str | None = None


async def create_hold(call: Call) -> Answer | Problem:
    """Hold seats, the best available, or places."""
    body: HoldCreateBody = call.body
    event = await call.office.directory.event(body.event)
    if event is None:
        return NO_EVENT
    _let_through(await call.office.door.take(event.id, call.caller, body.pass_, call.deadline_ms))
    return await call.command(commands.create_hold(event, body, call.caller, call.idem))


def _let_through(refusal: Problem | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


async def _event_of(call: Call) -> str | None:
    stream = stream_of(call.path("hold"), "hld")
    return None if stream is None else await call.office.directory.event_id_of(stream)


async def read_hold(call: Call) -> Answer | Problem:
    """Read a hold."""
    return await call.command(commands.read_hold(call.path("hold"), call.caller))


async def release_hold(call: Call) -> Answer | Problem:
    """Give back a hold, or some of its seats."""
    query: PartToRelease = call.query
    seats = None if query.seats is None else tuple(query.seats.split(","))
    body = HoldReleaseBody(call.path("hold"), seats)
    return await call.command(commands.release_hold(body, call.caller, call.idem))


async def extend_hold(call: Call) -> Answer | Problem:
    """Renew a hold's deadline."""
    body = HoldExtendBody(call.path("hold"))
    event = await _event_of(call)
    if event is not None:
        _let_through(await call.office.door.finish(event, call.caller, body.hold, call.deadline_ms))
    return await call.command(commands.extend_hold(body, call.caller, call.idem))


async def swap_hold(call: Call) -> Answer | Problem:
    """Give back some seats and take others, in one step."""
    swap: Swap = call.body
    body = HoldSwapBody(call.path("hold"), swap.release, swap.take, swap.types, swap.pass_)
    event = await _event_of(call)
    if event is not None:
        _let_through(await call.office.door.swap(event, call.caller, swap.pass_, call.deadline_ms))
    known = None if event is None else await call.office.directory.event(event)
    return await call.command(commands.swap_hold(known, body, call.caller, call.idem))


OPERATIONS: Final = (
    Operation(
        "POST",
        "/holds",
        "Hold seats, the best available, or places",
        create_hold,
        HoldCreateBody,
        HoldReply,
        status=201,
        keyed=True,
        errors=TAKING,
    ),
    Operation("GET", "/holds/{hold}", "Read a hold", read_hold, reply=HoldReply, errors=ENDING),
    Operation(
        "DELETE",
        "/holds/{hold}",
        "Give back a hold or some of it",
        release_hold,
        reply=HoldReply,
        query=PartToRelease,
        key_heeded=True,
        errors=ENDING,
    ),
    Operation(
        "POST",
        "/holds/{hold}/extend",
        "Renew a hold",
        extend_hold,
        reply=HoldReply,
        keyed=True,
        errors=(ErrorCode.NOT_ADMITTED, *ENDING, ErrorCode.LIMIT_EXCEEDED),
    ),
    Operation(
        "POST",
        "/holds/{hold}/swap",
        "Swap seats of a hold",
        swap_hold,
        Swap,
        HoldReply,
        keyed=True,
        errors=TAKING,
    ),
)

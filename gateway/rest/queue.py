"""The waiting room over REST: members by polling, organisers, and the draw for everybody."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from engine.queue.commands import (
    AdmitNext,
    AnyRoomCommand,
    EndRoom,
    GatherRoom,
    GetDraw,
    GetRoom,
    OpenRoom,
    PauseRoom,
    ResumeRoom,
    RevokePass,
    RoomRequest,
    SetTerms,
)
from engine.queue.views import DrawView, RoomView
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Handler, Operation
from gateway.rest.pausing import Pausing
from gateway.sections.answers import problem_of
from gateway.sections.commands import fingerprint
from gateway.waiting.settings import QueueSettings, settings_of, terms_of
from gateway.waiting.views import phase_of, since
from protocol.errors import ErrorCode, Problem
from protocol.queue import Phase, QueueBody, QueueChallengeReply, QueueJoinBody, QueueLeft, QueueReply
from protocol.requests import Label

PAGE_MAX: Final = 5_000
VOID_MS: Final = 86_400_000
"""No pass lasts longer."""


class Joining(msgspec.Struct, frozen=True):
    """The solved challenge, where one is asked for."""

    challenge: Annotated[str, msgspec.Meta(max_length=10_000)] | None = None


class Admitting(msgspec.Struct, frozen=True):
    """How many to let in now."""

    count: Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Revoking(msgspec.Struct, frozen=True):
    """Whose place or pass is to end."""

    ticket: Label


class RoomReply(msgspec.Struct, frozen=True):
    """How a waiting room stands. `pressure` is in thousandths; `free` and `held` null when not known.

    `since` is when it was paused, if it is, and `reason` what people are told of why.
    """

    event: str
    phase: Phase
    waiting: int
    active: int
    joined: int
    sold_out: bool
    admitted_per_minute: float
    pressure: int
    free: int | None
    held: int | None
    settings: QueueSettings
    since: str | None = None
    reason: str | None = None


class RoomStepReply(msgspec.Struct, frozen=True):
    """It was done; the room is in this phase."""

    event: str
    phase: Phase


class DrawReply(msgspec.Struct, frozen=True):
    """What is published of the draw: hashes before, the seed after, and a page of the list.

    `tickets` is `[ticket, position]` in the order of joining; positions are 0 before the draw.
    """

    event: str
    seed_hash: str
    list_hash: str
    size: int
    seed: str
    tickets: tuple[tuple[str, int], ...]
    next: int | None


class DrawPage(msgspec.Struct, frozen=True):
    """Which page of the list, and how long."""

    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 1_000


async def join_queue(call: Call) -> QueueReply | Problem:
    """Take a place in the waiting room, or get the one that one has."""
    body: Joining = call.body
    joining = QueueJoinBody(call.path("event"), body.challenge)
    return await call.office.hall.join(joining, call.caller, call.idem, call.deadline_ms)


async def read_place(call: Call) -> QueueReply | Problem:
    """Read one's place or pass; each call is a sign of life, which a place needs."""
    return await call.office.hall.status(QueueBody(call.path("event")), call.caller, call.deadline_ms)


async def leave_queue(call: Call) -> QueueLeft | Problem:
    """Give up one's place, or give back one's pass."""
    body = QueueBody(call.path("event"))
    return await call.office.hall.leave_room(body, call.caller, call.idem, call.deadline_ms)


async def read_challenge(call: Call) -> QueueChallengeReply | Problem:
    """Get the challenge that is to be solved before joining."""
    return await call.office.hall.challenge(QueueBody(call.path("event")), call.caller, call.deadline_ms)


async def _room(call: Call, command: AnyRoomCommand) -> msgspec.Raw:
    event = call.path("event")
    room = await call.office.hall.room(event, call.deadline_ms)
    if isinstance(room, Problem):
        raise Refused(room)
    digest = fingerprint(type(command).__name__.encode(), command)
    staff = call.is_staff
    principal = call.caller.id if staff else ""
    request = RoomRequest(
        principal, command, call.idem if staff else None, digest, "staff" if staff else "buyer"
    )
    answer = await room.command(request, call.deadline_ms)
    if answer.code is not None:
        raise Refused(problem_of(answer))
    return answer.body


async def read_draw(call: Call) -> DrawReply:
    """Read what is published of the draw, so that anybody can make it again."""
    page: DrawPage = call.query
    body = await _room(call, GetDraw(page.after, page.limit))
    view = msgspec.msgpack.decode(body, type=DrawView)
    event = call.path("event")
    hashes = view.seed_hash, view.list_hash
    return DrawReply(event, *hashes, view.size, view.seed, view.entries, view.next)


async def read_room(call: Call) -> RoomReply:
    """Read how the waiting room stands."""
    view = msgspec.msgpack.decode(await _room(call, GetRoom()), type=RoomView)
    free, held = view.stock or (None, None)
    return RoomReply(
        *(call.path("event"), phase_of(view.phase), view.waiting, view.active, view.joined, view.sold_out),
        *(round(view.tempo.per_second * 60, 3), view.pressure, free, held, settings_of(view.terms)),
        *(since(view.paused_ms), view.pause_reason or None),
    )


async def change_queue_settings(call: Call) -> RoomStepReply:
    """Change how people are let in, from here on."""
    return await _step(call, SetTerms(terms_of(call.body)))


async def pause_queue(call: Call) -> RoomStepReply:
    """Let nobody in for a while, and say why if that is to be known."""
    body: Pausing = call.body
    return await _step(call, PauseRoom(body.said))


async def admit_next(call: Call) -> RoomStepReply:
    """Let the next ones in now, whatever the rate."""
    body: Admitting = call.body
    return await _step(call, AdmitNext(body.count))


async def revoke_pass(call: Call) -> RoomStepReply:
    """End somebody's place or pass; they cannot come back."""
    body: Revoking = call.body
    done = await _step(call, RevokePass(body.ticket))
    room = await call.office.hall.room(call.path("event"), call.deadline_ms)
    if not isinstance(room, Problem):
        # The news of it are on their way; from here on it is not valid at this gateway already.
        room.mirror.void(body.ticket, call.parts.clock.now_ms() + VOID_MS)
    return done


async def _step(call: Call, command: AnyRoomCommand) -> RoomStepReply:
    body = await _room(call, command)
    return RoomStepReply(call.path("event"), msgspec.msgpack.decode(body, type=_Phase).phase)


class _Phase(msgspec.Struct, frozen=True):
    phase: Phase


def _step_operation(name: str, summary: str, command: AnyRoomCommand) -> Operation:
    async def take(call: Call) -> RoomStepReply:
        return await _step(call, command)

    take.__name__ = f"{name}_queue"
    return _staff(f"/events/{{event}}/queue/{name}", summary, take)


def _staff(
    path: str, summary: str, handler: Handler, body: type | None = None, *, bare: bool = False
) -> Operation:
    return Operation(
        "POST",
        path,
        summary,
        handler,
        body,
        RoomStepReply,
        key_heeded=True,
        bare=bare,
        errors=(ErrorCode.INVALID, ErrorCode.SECTION_RECOVERING),
    )


_ENDED: Final = (
    ErrorCode.NOT_ADMITTED,
    ErrorCode.QUEUE_TICKET_EXPIRED,
    ErrorCode.SALE_NOT_OPEN,
    ErrorCode.SOLD_OUT,
)
OPERATIONS: Final = (
    Operation(
        "POST",
        "/events/{event}/queue",
        "Join the waiting room",
        join_queue,
        Joining,
        QueueReply,
        key_heeded=True,
        errors=(ErrorCode.CHALLENGE_REQUIRED, ErrorCode.LIMIT_EXCEEDED, *_ENDED),
    ),
    Operation(
        "GET", "/events/{event}/queue", "Read one's place", read_place, reply=QueueReply, errors=_ENDED
    ),
    Operation(
        "DELETE",
        "/events/{event}/queue",
        "Leave the waiting room",
        leave_queue,
        reply=QueueLeft,
        key_heeded=True,
        errors=_ENDED,
    ),
    Operation(
        "GET",
        "/events/{event}/queue/challenge",
        "Get the challenge before joining",
        read_challenge,
        reply=QueueChallengeReply,
    ),
    Operation(
        "GET",
        "/events/{event}/queue/draw",
        "Read what is published of the draw",
        read_draw,
        reply=DrawReply,
        query=DrawPage,
    ),
    Operation(
        "GET",
        "/events/{event}/queue/room",
        "Read how the waiting room stands",
        read_room,
        reply=RoomReply,
    ),
    _step_operation("gather", "Let people gather before the opening", GatherRoom()),
    _step_operation("open", "Open the waiting room", OpenRoom()),
    _staff("/events/{event}/queue/pause", "Let nobody in for a while", pause_queue, Pausing, bare=True),
    _step_operation("resume", "Go on letting people in", ResumeRoom()),
    _step_operation("end", "Send home all who wait", EndRoom()),
    _staff(
        "/events/{event}/queue/settings", "Change how people are let in", change_queue_settings, QueueSettings
    ),
    _staff("/events/{event}/queue/admit", "Let the next ones in now", admit_next, Admitting),
    _staff("/events/{event}/queue/revoke", "End somebody's place or pass", revoke_pass, Revoking),
)

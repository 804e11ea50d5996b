"""The judge of a room: what becomes of an entry, given the state. Pure: it changes nothing.

Idempotency is the first guard, then the caller's rights, then the command itself.
"""

from __future__ import annotations

from typing import assert_never, get_args

from engine.queue.commands import (
    AnyRoomCommand,
    GetDraw,
    GetPlace,
    GetRoom,
    JoinRoom,
    LeaveRoom,
    RoomEntry,
    RoomRequest,
    StaffCommand,
    SystemCommand,
)
from engine.queue.decide_members import join, leave
from engine.queue.decide_staff import judge_staff
from engine.queue.decide_system import judge_system
from engine.queue.decisions import (
    RoomAccepted,
    RoomAnswered,
    RoomDecision,
    RoomRejected,
    RoomReplayed,
)
from engine.queue.events import AnyRoomEvent, RoomEvent, RoomRecord, RoomRefused
from engine.queue.state import RoomState
from engine.queue.views import RoomAnswer, draw_view, farewell, place_view, room_view
from engine.refusals import Code, Refusal

_STAFF = get_args(StaffCommand)
_SYSTEM = get_args(SystemCommand)
_PASSING = frozenset((Code.SCOPE_MISSING, Code.NOT_ADMITTED))
"""What a caller may do can change at any time: such refusals are not kept under their keys."""
PAGE_MAX = 5_000
Verdict = AnyRoomEvent | RoomAnswer | Refusal


def decide(state: RoomState, entry: RoomEntry) -> RoomDecision:
    """Judge one entry. `entry.at_ms` must not be before `state.at_ms`."""
    request = entry.request
    if request.idem is not None:
        outcome = state.outcomes.get((request.principal, request.idem))
        if outcome is not None:  # Q9: one key, one outcome
            if outcome.fingerprint == request.fingerprint:
                return RoomReplayed(outcome)
            return RoomRejected(None, Refusal(Code.IDEMPOTENCY_KEY_REUSED))
    verdict = _judge(state, entry)
    if isinstance(verdict, RoomEvent):
        return RoomAccepted(_record(entry, verdict))
    if not isinstance(verdict, Refusal):
        return RoomAnswered(verdict)
    if request.idem is None or verdict.code in _PASSING:
        return RoomRejected(None, verdict)
    return RoomRejected(_record(entry, RoomRefused(verdict)), verdict)


def _record(entry: RoomEntry, event: AnyRoomEvent) -> RoomRecord:
    request = entry.request
    return RoomRecord(entry.at_ms, request.principal, event, request.idem, request.fingerprint)


def _judge(state: RoomState, entry: RoomEntry) -> Verdict:
    request = entry.request
    command = request.command
    if not _may(request, command):
        return Refusal(Code.SCOPE_MISSING)
    match command:
        case JoinRoom():
            return join(state, entry)
        case LeaveRoom():
            return leave(state, request.principal)
        case GetPlace() | GetRoom() | GetDraw():
            return _read(state, entry, command)
        case command:
            return _judge_further(state, entry, command)


def _read(state: RoomState, entry: RoomEntry, command: GetPlace | GetRoom | GetDraw) -> RoomAnswer | Refusal:
    match command:
        case GetPlace():
            return _place(state, entry)
        case GetRoom():
            return room_view(state)
        case GetDraw(after=after, limit=limit):
            return draw_view(state, max(0, after), min(max(1, limit), PAGE_MAX))
        case _ as never:
            assert_never(never)


def _judge_further(state: RoomState, entry: RoomEntry, command: StaffCommand | SystemCommand) -> Verdict:
    if isinstance(command, StaffCommand):
        return judge_staff(state, entry, command)
    return judge_system(state, entry, command)


def _may(request: RoomRequest, command: AnyRoomCommand) -> bool:
    if isinstance(command, _SYSTEM):
        return request.role == "system"
    return request.role != "buyer" or not isinstance(command, _STAFF)


def _place(state: RoomState, entry: RoomEntry) -> RoomAnswer | Refusal:
    principal = entry.request.principal
    member = state.member_of(principal)
    if member is not None:
        return place_view(state, member, entry.at_ms)
    former = state.former.get(principal)
    return Refusal(Code.NOT_FOUND, "You have no place here.") if former is None else farewell(former)

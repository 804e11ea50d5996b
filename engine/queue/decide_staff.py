"""The organiser's commands: the life of the room, its terms, and single members."""

from __future__ import annotations

from typing import assert_never

from engine.queue.admission import BATCH_MAX
from engine.queue.commands import (
    AdmitNext,
    EndRoom,
    GatherRoom,
    OpenRoom,
    PauseRoom,
    ResumeRoom,
    RevokePass,
    RoomEntry,
    SetTerms,
    StaffCommand,
)
from engine.queue.events import (
    AnyRoomEvent,
    MembersAdmitted,
    PassRevoked,
    RoomEnded,
    RoomPaused,
    RoomResumed,
    TermsSet,
)
from engine.queue.phases import TRANSITIONS, RoomPhase, RoomStep
from engine.queue.schedule import admit, gathering, opening
from engine.queue.state import RoomState
from engine.queue.terms import QueueTerms, faults
from engine.refusals import Code, Refusal

_STEPS: dict[type, RoomStep] = {
    GatherRoom: RoomStep.GATHER,
    OpenRoom: RoomStep.OPEN,
    PauseRoom: RoomStep.PAUSE,
    ResumeRoom: RoomStep.RESUME,
    EndRoom: RoomStep.END,
}


def judge_staff(state: RoomState, entry: RoomEntry, command: StaffCommand) -> AnyRoomEvent | Refusal:
    """Judge a command of this family; the caller's rights were judged before."""
    match command:
        case SetTerms(terms=terms):
            return _set_terms(state, terms)
        case AdmitNext(count=count):
            return _admit_next(state, entry.at_ms, count)
        case RevokePass(ticket=ticket):
            return _revoke(state, ticket)
        case _:
            return _take(state, entry, command)


def _take(
    state: RoomState, entry: RoomEntry, command: GatherRoom | OpenRoom | PauseRoom | ResumeRoom | EndRoom
) -> AnyRoomEvent | Refusal:
    """A step in the life of the room, if its phase allows that."""
    if _STEPS[type(command)] not in TRANSITIONS[state.phase]:
        return Refusal(Code.INVALID, f"The waiting room is in the phase {state.phase.public_name}.")
    match command:
        case GatherRoom():
            return gathering(entry.seed)
        case OpenRoom():
            return opening(state, entry.at_ms)
        case PauseRoom(reason=reason):
            return RoomPaused(reason)
        case ResumeRoom():
            return RoomResumed()
        case EndRoom():
            return RoomEnded(sold_out=False)
        case _ as never:
            assert_never(never)


def _set_terms(state: RoomState, terms: QueueTerms) -> TermsSet | Refusal:
    for fault in faults(terms):
        return Refusal(Code.INVALID, fault)
    if state.phase in (RoomPhase.PRE, RoomPhase.DRAW) and terms.mode != state.terms.mode:
        return Refusal(Code.INVALID, "Between the first join and the opening the mode stays as it was told.")
    return TermsSet(terms)


def _admit_next(state: RoomState, at_ms: int, count: int) -> MembersAdmitted | Refusal:
    if not 1 <= count <= BATCH_MAX:
        return Refusal(Code.INVALID, f"count must be from 1 to {BATCH_MAX}")
    if state.phase not in (RoomPhase.OPEN, RoomPhase.PAUSED) or not state.waiting:
        return Refusal(Code.INVALID, "Nobody can be let in now.")
    return admit(state, at_ms, count, by_hand=True)


def _revoke(state: RoomState, ticket: str) -> PassRevoked | Refusal:
    number = state.number_of_ticket.get(ticket)
    if number is None:
        return Refusal(Code.NOT_FOUND, "There is no such member.", (ticket,))
    return PassRevoked(number, ticket)

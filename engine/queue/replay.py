"""A room's journal replayed with every step examined: the auditor's way to a state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.invariants import Breach
from engine.queue.admission import UNIT, accrued
from engine.queue.draw import list_hash
from engine.queue.events import (
    AnyRoomEvent,
    LineDrawn,
    ListFrozen,
    MemberJoined,
    MemberLeft,
    MembersAdmitted,
    PassesExpired,
    PassRevoked,
    PlacesLapsed,
    RoomCreated,
    RoomEnded,
    RoomGathered,
    RoomOpened,
    RoomPaused,
    RoomRecord,
    RoomResumed,
)
from engine.queue.evolve import evolve
from engine.queue.invariants import check_room
from engine.queue.phases import TRANSITIONS, RoomPhase, RoomStep
from engine.queue.schedule import waiting_tickets
from engine.queue.state import RoomState

Finding = tuple[str, str]
_STEPS: dict[type, RoomStep] = {
    RoomGathered: RoomStep.GATHER,
    ListFrozen: RoomStep.FREEZE,
    LineDrawn: RoomStep.DRAW,
    RoomOpened: RoomStep.OPEN,
    RoomPaused: RoomStep.PAUSE,
    RoomResumed: RoomStep.RESUME,
    RoomEnded: RoomStep.END,
}


def replay_room(
    records: Iterable[tuple[int, RoomRecord]], from_state: RoomState | None = None
) -> tuple[RoomState, list[Breach]]:
    """Apply numbered records to an empty room (or on to `from_state`, which it changes).

    Returns the state and all breaches. A record that breaks an invariant cannot be applied
    sensibly: the replay ends before it. At the end the whole state is checked.
    """
    state = from_state if from_state is not None else RoomState()
    for seq, record in records:
        breaches = [Breach(number, detail, seq) for number, detail in _step(state, seq, record)]
        if breaches:
            return state, breaches
        evolve(state, record)
    return state, check_room(state)


def _step(state: RoomState, seq: int, record: RoomRecord) -> Iterator[Finding]:
    event = record.event
    if seq != state.seq + 1:
        yield "Q5", f"record {seq} follows record {state.seq}"
    if record.at_ms < state.at_ms:
        yield "Q6", f"time goes back from {state.at_ms} to {record.at_ms}"
    if isinstance(event, RoomCreated) != (seq == 1):
        yield "Q5", "the first record, and only the first, creates the room"
    if record.idem is not None and _remembered(state, record):
        yield "Q9", f"a second outcome under {record.idem!r}"
    step = _STEPS.get(type(event))
    if step is not None and step not in TRANSITIONS[state.phase]:
        yield "Q12", f"a room that is {state.phase.public_name} cannot {step.name.lower()}"
    if isinstance(event, ListFrozen) and event.list_hash != list_hash(waiting_tickets(state)):
        yield "Q10", "the hash is not of those who wait"
    if isinstance(event, MembersAdmitted):
        yield from _admission(state, record.at_ms, event)
    else:
        yield from _membership(state, record, event)


def _remembered(state: RoomState, record: RoomRecord) -> bool:
    outcome = state.outcomes.get((record.principal, record.idem or ""))
    oldest_ms = record.at_ms - state.terms.idempotency_ttl_ms
    return outcome is not None and outcome.at_ms >= oldest_ms


def _admission(state: RoomState, at_ms: int, event: MembersAdmitted) -> Iterator[Finding]:
    count = len(event.numbers)
    first = [state.number_at[slot] for slot in state.line.first(count)]
    if list(event.numbers) != first or state.phase not in (RoomPhase.OPEN, RoomPhase.PAUSED):
        yield "Q4", "somebody is let in who is not first in line"
    credit = accrued(state, at_ms)
    spent = 0 if event.by_hand else count * UNIT
    if event.credit != max(0, credit - spent):
        yield "Q7", f"{event.credit} of credit is left of {credit} after {count}"
    if event.by_hand or state.terms.mode == "passthrough":
        return
    most = state.terms.active_max
    if spent > credit or (most is not None and state.active + count > most):
        yield "Q7", f"{count} are let in on a credit of {credit}, with {state.active} passes valid"


def _membership(state: RoomState, record: RoomRecord, event: AnyRoomEvent) -> Iterator[Finding]:
    match event:
        case MemberJoined(ticket=ticket, number=number):
            if state.member_of(record.principal) is not None or ticket in state.number_of_ticket:
                yield "Q1", f"{record.principal} has a place already"
            if number != state.joined + 1:
                yield "Q1", f"member {number} follows member {state.joined}"
        case MemberLeft(number=number) | PassRevoked(number=number):
            yield from _known(state, (number,))
        case PlacesLapsed(numbers=numbers):
            yield from _known(state, numbers)
            if any(number not in state.seen for number in numbers):
                yield "Q8", "a pass cannot lapse"
        case PassesExpired(numbers=numbers):
            yield from _known(state, numbers)
            if any(number in state.seen for number in numbers):
                yield "Q8", "a place cannot expire"
        case _:
            pass


def _known(state: RoomState, numbers: tuple[int, ...]) -> Iterator[Finding]:
    for number in numbers:
        if number not in state.members:
            yield "Q1", f"there is no member {number}"

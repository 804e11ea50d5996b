"""The only writer of a room's state. Judges nothing: a record, once written, is applied as it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from heapq import heappush
from typing import TypeVar, assert_never

from msgspec.structs import replace

from engine.queue.admission import accrued
from engine.queue.draw import drawn
from engine.queue.events import (
    LineDrawn,
    ListFrozen,
    MemberJoined,
    MemberLeft,
    MembersAdmitted,
    MembersSeen,
    PassesExpired,
    PassRevoked,
    PlacesLapsed,
    PressureSet,
    RoomCreated,
    RoomEnded,
    RoomGathered,
    RoomOpened,
    RoomPaused,
    RoomRecord,
    RoomRefused,
    RoomResumed,
    StockSet,
    TermsSet,
)
from engine.queue.members import Draw, Ending, Former, KeyOutcome, Member, Pace, Pressure
from engine.queue.news import NOTHING, Admission, Departure, News
from engine.queue.phases import RoomPhase
from engine.queue.schedule import waiting_tickets
from engine.queue.state import SOURCES_MAX, RoomState, line_up

RoomDeed = RoomGathered | RoomOpened | RoomPaused | RoomResumed | RoomEnded | ListFrozen | LineDrawn
Key = TypeVar("Key")
Kept = TypeVar("Kept")
Leaving = MemberLeft | PassRevoked | PlacesLapsed | PassesExpired
Setting = RoomCreated | TermsSet | PressureSet | StockSet


def evolve(state: RoomState, record: RoomRecord) -> News:
    """Apply one record: it becomes number `state.seq + 1`."""
    at_ms = record.at_ms
    state.seq += 1  # Q5: numbers have no gap because nothing else counts
    state.at_ms = at_ms
    _forget(state, at_ms)
    if record.idem is not None:
        key = (record.principal, record.idem)
        state.outcomes[key] = KeyOutcome(*key, record.fingerprint, at_ms, state.seq, record.event)
    return _apply(state, record)


def _apply(state: RoomState, record: RoomRecord) -> News:
    match record.event:
        case MemberJoined() as event:
            return _join(state, record, event)
        case MembersAdmitted() as event:
            return _admit(state, event)
        case MemberLeft() | PassRevoked() | PlacesLapsed() | PassesExpired() as event:
            return _depart(state, event)
        case MembersSeen() | RoomRefused() as event:
            return _see(state, event)
        case RoomCreated() | TermsSet() | PressureSet() | StockSet() as event:
            return _set(state, event)
        case event:
            return _step(state, event)


def _join(state: RoomState, record: RoomRecord, event: MemberJoined) -> News:
    number, expires_ms = event.number, event.pass_expires_ms
    waits_for_draw = state.phase is RoomPhase.PRE and not state.lined_up
    member = Member(number, event.ticket, record.principal, 0 if waits_for_draw else number, expires_ms)
    state.joined = number
    state.members[number] = member
    state.number_of_ticket[member.ticket] = state.number_of_principal[member.principal] = number
    state.former.pop(member.principal, None)  # Q1: one place an identity
    state.line.append(member.waits)
    if expires_ms:
        state.number_at.append(0)
        state.active += 1
        heappush(state.passes, (expires_ms, number))
        return News((False,), (Admission(number, member.ticket, member.principal, expires_ms),))
    state.number_at.append(number)
    if not state.seen:
        state.waiting_since_ms = record.at_ms
    state.seen[number] = record.at_ms
    return News((True,))


def _admit(state: RoomState, event: MembersAdmitted) -> News:
    admissions = []
    since_ms = max(state.admitted_ms, state.waiting_since_ms)
    state.paces.append(Pace(len(event.numbers), state.at_ms - since_ms))
    for number in event.numbers:
        member = state.members[number]
        state.members[number] = replace(member, pass_expires_ms=event.expires_ms)
        state.active += 1
        heappush(state.passes, (event.expires_ms, number))
        _leave_line(state, member)
        admissions.append(Admission(member.slot, member.ticket, member.principal, event.expires_ms))
    state.credit, state.credited_ms = event.credit, state.at_ms
    state.admitted_ms = state.at_ms
    state.since_stock += len(event.numbers)
    return News(admitted=tuple(admissions))


def _see(state: RoomState, event: MembersSeen | RoomRefused) -> News:
    if isinstance(event, MembersSeen):
        for number in event.numbers:
            state.seen[number] = state.at_ms
            state.seen.move_to_end(number)
    return NOTHING


def _depart(state: RoomState, event: Leaving) -> News:
    match event:
        case MemberLeft(number=number):
            return _part(state, (number,), Ending.LEFT)
        case PassRevoked(number=number):
            return _part(state, (number,), Ending.REVOKED)
        case PlacesLapsed(numbers=numbers):
            return _part(state, numbers, Ending.LAPSED)
        case PassesExpired(numbers=numbers):
            return _part(state, numbers, Ending.EXPIRED)
        case _ as never:
            assert_never(never)


def _part(state: RoomState, numbers: tuple[int, ...], ending: Ending) -> News:
    departures = []
    for number in numbers:
        member = state.members.pop(number)
        del state.number_of_ticket[member.ticket], state.number_of_principal[member.principal]
        if member.waits:
            _leave_line(state, member)
        else:
            state.active -= 1
        expires_ms = member.pass_expires_ms
        state.former[member.principal] = Former(member.principal, member.ticket, state.at_ms, ending)
        if expires_ms > state.at_ms:
            state.void[member.ticket] = expires_ms
        slot = member.slot if member.waits else 0
        departures.append(Departure(slot, member.ticket, member.principal, ending, expires_ms))
    return News(departed=tuple(departures))


def _leave_line(state: RoomState, member: Member) -> None:
    del state.seen[member.number]
    state.line.leave(member.slot)
    state.number_at[member.slot] = 0


def _step(state: RoomState, event: RoomDeed) -> News:
    _settle(state)
    state.paused_ms, state.pause_reason = 0, ""
    match event:
        case RoomGathered(seed=seed):
            state.seed, state.phase = seed, RoomPhase.PRE
        case ListFrozen():
            numbers = tuple(sorted(state.seen))
            state.draw = Draw(tuple(waiting_tickets(state)), numbers, event.list_hash, event.draws_ms)
            state.phase = RoomPhase.DRAW
        case LineDrawn():
            return _draw(state)
        case RoomPaused(reason=reason):
            state.phase, state.paused_ms, state.pause_reason = RoomPhase.PAUSED, state.at_ms, reason
        case RoomEnded(sold_out=sold_out):
            return _end(state, sold_out)
        case RoomOpened() | RoomResumed():
            _open(state)
        case _ as never:
            assert_never(never)
    return NOTHING


def _draw(state: RoomState) -> News:
    """Give the list its places; whoever joined after it was frozen stands behind by their number."""
    draw = state.draw
    place_of = {ticket: place for place, ticket in enumerate(drawn(state.seed, draw.tickets), 1)}
    places = tuple([place_of[ticket] for ticket in draw.tickets])
    state.draw = replace(draw, places=places, drawn_ms=state.at_ms)
    for number, place in zip(draw.numbers, places, strict=True):
        if number in state.seen:
            state.members[number] = replace(state.members[number], place=place)
    line_up(state)
    _open(state)
    return News(anew=True)


def _open(state: RoomState) -> None:
    state.phase, state.sold_out, state.stock, state.since_stock = RoomPhase.OPEN, False, None, 0
    state.credit, state.credited_ms, state.admitted_ms = 0, state.at_ms, state.at_ms
    state.paces.clear()


def _end(state: RoomState, sold_out: bool) -> News:
    ending = Ending.SOLD_OUT if sold_out else Ending.CLOSED
    _part(state, tuple(state.seen), ending)
    state.phase, state.sold_out = RoomPhase.OVER, sold_out
    return News(anew=True)


def _set(state: RoomState, event: Setting) -> News:
    _settle(state)
    match event:
        case RoomCreated():
            state.event_id, state.terms = event.event, event.terms
        case TermsSet(terms=terms):
            state.terms = terms
            state.paces.clear()
        case PressureSet(source=source, level=level):
            state.pressures.pop(source, None)
            if level:
                state.pressures[source] = Pressure(source, level, state.at_ms)
            if len(state.pressures) > SOURCES_MAX:
                del state.pressures[next(iter(state.pressures))]
        case StockSet(free=free, held=held):
            state.stock, state.since_stock = (free, held), 0
        case _ as never:
            assert_never(never)
    return NOTHING


def _settle(state: RoomState) -> None:
    """Count the credit up to now, before what it is counted by changes."""
    state.credit, state.credited_ms = accrued(state, state.at_ms), state.at_ms


def _forget(state: RoomState, at_ms: int) -> None:
    """Drop what is older than it must be remembered; by record time, so that replay agrees."""
    oldest_ms = at_ms - state.terms.idempotency_ttl_ms
    _drop_older(state.outcomes, lambda outcome: outcome.at_ms < oldest_ms)
    _drop_older(state.former, lambda former: former.at_ms < oldest_ms)
    _drop_older(state.void, lambda expires_ms: expires_ms <= at_ms)


def _drop_older(kept: OrderedDict[Key, Kept], old: Callable[[Kept], bool]) -> None:
    while kept and old(next(iter(kept.values()))):
        kept.popitem(last=False)

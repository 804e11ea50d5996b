"""What the events of the waitlist do to a section's state."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from engine.events import Record
from engine.evolve_holds import end, occupy
from engine.holds import Hold
from engine.state import SectionState
from engine.touched import NOTHING, Touched
from engine.transitions import Phase
from engine.waitlist.events import (
    EntryEnded,
    EntryJoined,
    EntryListed,
    EntryMoved,
    OfferAccepted,
    OfferClaimed,
    OfferConfirmed,
    OfferMade,
    OfferReturned,
    WaitlistEvent,
)
from engine.waitlist.party import Party, Reorder
from engine.waitlist.standing import Standing
from engine.waitlist.waitlist import RANK_STEP


def wait(state: SectionState, record: Record, event: WaitlistEvent) -> Touched:
    """Apply an event of this family."""
    waitlist = state.waitlist
    match event:
        case EntryJoined():
            _join(state, record, event)
        case EntryListed():
            _list(state, event)
        case EntryMoved(entry=entry, rank=rank, why=why):
            moved = Reorder(record.principal, record.at_ms, why)
            waitlist.put(replace(waitlist.parties[entry], rank=rank, moved=moved))
            waitlist.joined = max(waitlist.joined, rank // RANK_STEP)
        case EntryEnded(entry=entry, standing=standing):
            return _end(state, entry, standing)
        case OfferClaimed(entry=entry, stream=stream, hold=hold):
            claimed = replace(
                waitlist.parties[entry], standing=Standing.ELSEWHERE, elsewhere=stream, hold=hold
            )
            waitlist.put(claimed)
        case OfferReturned(entry=entry):
            waiting = replace(waitlist.parties[entry], standing=Standing.WAITING, elsewhere=0, hold=None)
            waitlist.put(waiting)
        case OfferConfirmed(entry=entry, hold=hold, expires_ms=expires_ms):
            waitlist.put(replace(waitlist.parties[entry], standing=Standing.OFFERED))
            _prolong(state, hold, expires_ms)
        case OfferAccepted():
            waitlist.end(event.entry, Standing.ACCEPTED, state.at_ms)
            _prolong(state, event.hold, event.expires_ms, event.renewals_left)
        case _ as never:
            assert_never(never)
    return NOTHING


def offer(state: SectionState, made: OfferMade) -> Touched:
    """What is offered is a live hold of whoever waited for it."""
    party = state.waitlist.offer(made.entry, made.hold, proposed=made.proposed)
    hold = Hold(made.hold, party.owner, state.at_ms, made.expires_ms, 0, made.seats, made.places)
    state.holds[hold.id] = hold
    state.set_deadline(hold)
    state.count_owner(hold.owner, 1, hold.quantity)
    return occupy(state, hold)


def _join(state: SectionState, record: Record, event: EntryJoined) -> None:
    waitlist = state.waitlist
    waitlist.joined = max(waitlist.joined, event.rank // RANK_STEP)
    waitlist.put(
        Party(
            event.entry,
            record.principal,
            event.joined_ms,
            event.rank,
            event.wish,
            event.streams,
            event.here,
        )
    )


def _list(state: SectionState, event: EntryListed) -> None:
    waitlist = state.waitlist
    known = waitlist.parties.get(event.entry)
    if known is None:
        waitlist.revive(event.entry)
        known = Party(event.entry, event.owner, event.joined_ms, event.rank, event.wish)
    waitlist.put(replace(known, rank=event.rank))


def _end(state: SectionState, entry: str, standing: Standing) -> Touched:
    party = state.waitlist.parties[entry]
    hold = None if party.hold is None else state.holds.get(party.hold)
    state.waitlist.end(entry, standing, state.at_ms)
    return NOTHING if hold is None else end(state, hold, Phase.RELEASED)


def _prolong(state: SectionState, hold_id: str, expires_ms: int, renewals_left: int = 0) -> None:
    hold = replace(state.holds[hold_id], expires_ms=expires_ms, renewals_left=renewals_left)
    state.holds[hold_id] = hold
    state.set_deadline(hold)

"""Whether an event of the waitlist, or an offer, may follow a state: the auditor's way."""

from __future__ import annotations

from collections.abc import Iterator

from engine.events import AnyEvent, Record
from engine.state import SectionState
from engine.waitlist.events import (
    EntryEnded,
    EntryJoined,
    EntryListed,
    EntryMoved,
    OfferAccepted,
    OfferClaimed,
    OfferConfirmed,
    OfferReturned,
)
from engine.waitlist.standing import Move, may

Finding = tuple[str, str]


def waitlist_step(state: SectionState, record: Record) -> Iterator[Finding]:
    """What is wrong with a record's event as far as it is of the waitlist, and with its offers."""
    yield from _offers(state, record)
    event = record.event
    match event:
        case EntryJoined(entry=entry):
            if entry in state.waitlist.parties or entry in state.waitlist.past:
                yield "W2", f"{entry} joined before"
            yield from _alone(state, record.principal, entry)
        case EntryListed(entry=entry, owner=owner):
            yield from _alone(state, owner, entry)
        case EntryMoved(entry=entry, why=why):
            if entry not in state.waitlist.parties or not why:
                yield "W3", f"{entry} is moved and does not wait, or nobody knows why"
        case EntryEnded(entry=entry):
            if entry not in state.waitlist.parties:
                yield "W1", f"{entry} ends and does not live"
        case _:
            yield from _offer_step(state, event)


def _offers(state: SectionState, record: Record) -> Iterator[Finding]:
    for made in record.offers:
        if made.hold in state.holds or made.hold in state.ended:
            yield "W1", f"{made.hold} was placed before it is offered to {made.entry}"
        if made.entry not in state.waitlist.parties and not isinstance(record.event, EntryListed):
            yield "W1", f"{made.entry} is offered {made.hold} and does not wait"


def _offer_step(state: SectionState, event: AnyEvent) -> Iterator[Finding]:
    match event:
        case OfferClaimed(entry=entry):
            yield from _may(state, entry, Move.CLAIM)
        case OfferReturned(entry=entry):
            yield from _may(state, entry, Move.RETURN)
        case OfferConfirmed(entry=entry, hold=hold):
            yield from _may(state, entry, Move.CONFIRM)
            yield from _has(state, entry, hold)
        case OfferAccepted(entry=entry, hold=hold):
            yield from _may(state, entry, Move.ACCEPT)
            yield from _has(state, entry, hold)
        case _:
            pass


def _alone(state: SectionState, owner: str, entry: str) -> Iterator[Finding]:
    if state.waitlist.by_owner.get(owner, entry) != entry:
        yield "W2", f"{owner} has an entry already"


def _may(state: SectionState, entry: str, move: Move) -> Iterator[Finding]:
    party = state.waitlist.parties.get(entry)
    if party is None or not may(party.standing, move):
        yield "W6", f"{entry} cannot take the step {move.name.lower()}"


def _has(state: SectionState, entry: str, hold: str) -> Iterator[Finding]:
    party = state.waitlist.parties.get(entry)
    if party is not None and (party.hold != hold or hold not in state.holds):
        yield "W1", f"{hold} is not what {entry} is offered"

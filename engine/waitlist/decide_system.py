"""What gateways ask of a waitlist, so that an entry in several sections has one offer at most.

Each of these may be asked twice, late, or by two gateways at once, and a section never gives more
away for it: only the register's own record makes an offer out of a proposal.
"""

from __future__ import annotations

from typing import assert_never

from engine.commands import Entry
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.waitlist.commands import ClaimOffer, ConfirmOffer, EndEntry, ListEntry, ReturnEntry
from engine.waitlist.events import EntryEnded, EntryListed, OfferClaimed, OfferConfirmed, OfferReturned
from engine.waitlist.standing import Move, Standing, may

SystemCommand = ListEntry | ClaimOffer | ConfirmOffer | ReturnEntry | EndEntry
_ENDING_MOVES = {
    Standing.ACCEPTED: Move.ACCEPT,
    Standing.DECLINED: Move.DECLINE,
    Standing.LAPSED: Move.LAPSE,
    Standing.LEFT: Move.LEAVE,
    Standing.REMOVED: Move.REMOVE,
    Standing.WITHDRAWN: Move.WITHDRAW,
}


def judge_system(
    state: SectionState, entry: Entry, command: SystemCommand
) -> EntryListed | OfferClaimed | OfferConfirmed | OfferReturned | EntryEnded | Refusal:
    """Judge a command of this family; nobody but a gateway itself may give any of them."""
    if entry.request.role != "system":
        return Refusal(Code.SCOPE_MISSING)
    match command:
        case ListEntry():
            return list_entry(state, command)
        case ClaimOffer():
            return claim(state, command)
        case ConfirmOffer():
            return confirm(state, entry, command)
        case ReturnEntry():
            return give_back(state, command)
        case EndEntry():
            return end(state, command)
        case _ as never:
            assert_never(never)


def list_entry(state: SectionState, command: ListEntry) -> EntryListed | Refusal:
    """Wait here too, unless it did and ended here by somebody's will."""
    waitlist = state.waitlist
    known, past = waitlist.parties.get(command.entry), waitlist.past.get(command.entry)
    if known is not None and (known.rank == command.rank or known.streams):
        return Refusal(Code.ALREADY_WAITING, objects=(command.entry,))
    if past is not None and past.standing is not Standing.WITHDRAWN:
        return Refusal(Code.OFFER_EXPIRED, "This entry has ended here.", (command.entry,))
    other = waitlist.by_owner.get(command.owner)
    if other not in (None, command.entry):  # W2: the one before is to end first
        return Refusal(Code.ALREADY_WAITING, objects=(other or "",))
    return EntryListed(command.entry, command.owner, command.joined_ms, command.wish, command.rank)


def claim(state: SectionState, command: ClaimOffer) -> OfferClaimed | Refusal:
    """The first claim wins (W6): whoever reads the entry afterwards sees whose it was."""
    party = state.waitlist.parties.get(command.entry)
    if party is None or command.stream not in party.streams:
        return Refusal(Code.NOT_FOUND, objects=(command.entry,))
    if not may(party.standing, Move.CLAIM):
        return Refusal(Code.HOLD_MISMATCH, "This entry has an offer.", (command.entry,))
    return OfferClaimed(command.entry, command.stream, command.hold)


def confirm(state: SectionState, entry: Entry, command: ConfirmOffer) -> OfferConfirmed | Refusal:
    """Offer what was proposed, with all the time that an offer has."""
    party = state.waitlist.parties.get(command.entry)
    if party is None or party.hold != command.hold or not may(party.standing, Move.CONFIRM):
        return Refusal(Code.HOLD_MISMATCH, objects=(command.entry,))
    hold, limits = state.holds[command.hold], state.terms.limits
    if entry.at_ms >= hold.deadline_ms:
        return Refusal(Code.OFFER_EXPIRED, objects=(command.entry,))
    last_ms = hold.placed_ms + limits.hold_life_max_ms
    expires_ms = min(entry.at_ms + limits.offer_ttl_ms, last_ms)
    return OfferConfirmed(command.entry, hold.id, expires_ms, hold.seats, hold.places)


def give_back(state: SectionState, command: ReturnEntry) -> OfferReturned | Refusal:
    """Wait again, in the old place: nobody was told of the offer that ended."""
    party = state.waitlist.parties.get(command.entry)
    if party is None or party.hold != command.hold or not may(party.standing, Move.RETURN):
        return Refusal(Code.HOLD_MISMATCH, objects=(command.entry,))
    return OfferReturned(command.entry)


def end(state: SectionState, command: EndEntry) -> EntryEnded | Refusal:
    """End here what ended, or has its offer, in another section."""
    party = state.waitlist.parties.get(command.entry)
    if party is None:
        return Refusal(Code.NOT_FOUND, objects=(command.entry,))
    move = _ENDING_MOVES.get(command.standing)
    if party.hold != command.hold or move is None or not may(party.standing, move):
        return Refusal(Code.HOLD_MISMATCH, objects=(command.entry,))
    return EntryEnded(party.entry, command.standing)

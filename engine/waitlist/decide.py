"""The waitlist's judge: what its own members and staff ask. Pure."""

from __future__ import annotations

from typing import assert_never

from engine.commands import Entry
from engine.guards import is_staff
from engine.holds import Hold
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.waitlist.commands import (
    AcceptOffer,
    ClaimOffer,
    ConfirmOffer,
    DeclineOffer,
    EndEntry,
    JoinWaitlist,
    LeaveWaitlist,
    ListEntry,
    MoveEntry,
    ReturnEntry,
    WaitlistCommand,
)
from engine.waitlist.decide_system import judge_system
from engine.waitlist.events import EntryEnded, EntryJoined, EntryMoved, OfferAccepted, WaitlistEvent
from engine.waitlist.finding import find_entry, find_fit, find_live
from engine.waitlist.party import Party
from engine.waitlist.standing import Move, Standing
from engine.waitlist.waitlist import RANK_STEP

OFFER_OVER = Refusal(Code.OFFER_EXPIRED)
_CODES = {code.value: code for code in Code}


def judge_waitlist(state: SectionState, entry: Entry, command: WaitlistCommand) -> WaitlistEvent | Refusal:
    """Judge a command of this family."""
    match command:
        case JoinWaitlist():
            return join(state, entry, command)
        case LeaveWaitlist():
            return leave(state, entry, command)
        case AcceptOffer():
            return accept(state, entry, command)
        case DeclineOffer():
            return decline(state, entry, command)
        case MoveEntry():
            return move(state, entry, command)
        case ListEntry() | ClaimOffer() | ConfirmOffer() | ReturnEntry() | EndEntry():
            return judge_system(state, entry, command)
        case _ as never:
            assert_never(never)


def join(state: SectionState, entry: Entry, command: JoinWaitlist) -> EntryJoined | Refusal:
    """A place behind all who wait, if nothing that fits can be bought."""
    waitlist, owner = state.waitlist, entry.request.principal
    known = waitlist.by_owner.get(owner)
    if known is not None:  # W2: one entry a person and event
        return Refusal(Code.ALREADY_WAITING, objects=(known,))
    refusal = find_fit(state, entry, command.wish, here=command.here)
    if refusal is None and command.barred:
        refusal = Refusal(_CODES[command.barred])
    if refusal is not None:
        return refusal
    if not command.streams:
        return Refusal(Code.INVALID, "No section could ever satisfy this.")
    if len(waitlist.parties) >= state.terms.limits.waitlist_max:
        return Refusal(Code.LIMIT_EXCEEDED, "The waitlist is full.")
    if not waitlist.takes(command.wish):
        return Refusal(Code.LIMIT_EXCEEDED, "So many different wishes wait already: ask for a usual one.")
    return EntryJoined(
        "wtl_" + entry.fresh_id,
        command.wish,
        (waitlist.joined + 1) * RANK_STEP,
        len(waitlist.in_line),
        command.streams,
        command.here,
        entry.at_ms,
    )


def leave(state: SectionState, entry: Entry, command: LeaveWaitlist) -> EntryEnded | Refusal:
    """Wait no longer; what is offered goes to the next in line, in the same record."""
    staff = is_staff(entry.request)
    party = find_live(state, entry, command.entry, Move.REMOVE if staff else Move.LEAVE)
    if isinstance(party, Refusal):
        return party
    return EntryEnded(party.entry, Standing.REMOVED if staff else Standing.LEFT)


def accept(state: SectionState, entry: Entry, command: AcceptOffer) -> OfferAccepted | Refusal:
    """The offer becomes a hold like any other, with as long to pay as one."""
    found = _offered(state, entry, command.entry, Move.ACCEPT)
    if isinstance(found, Refusal):
        return found
    party, hold = found
    limits = state.terms.limits
    last_ms = hold.placed_ms + limits.hold_life_max_ms
    ends_ms = max(hold.expires_ms, min(entry.at_ms + limits.hold_ttl_ms, last_ms))
    return OfferAccepted(party.entry, hold.id, hold.seats, hold.places, ends_ms, limits.renewals)


def decline(state: SectionState, entry: Entry, command: DeclineOffer) -> EntryEnded | Refusal:
    """The offer goes to the next in line, in the same record."""
    found = _offered(state, entry, command.entry, Move.DECLINE)
    return found if isinstance(found, Refusal) else EntryEnded(found[0].entry, Standing.DECLINED)


def _offered(state: SectionState, entry: Entry, name: str, step: Move) -> tuple[Party, Hold] | Refusal:
    """An entry of the caller's whose offer is open here, and the hold that it is."""
    found = find_entry(state, entry, name)
    if isinstance(found, Refusal):
        return found
    if not isinstance(found, Party):
        return OFFER_OVER
    if found.standing is not Standing.OFFERED or found.hold is None:
        return Refusal(Code.HOLD_MISMATCH, f"No offer is open to {step.name.lower()} here.", (name,))
    hold = state.holds[found.hold]
    # Its end may not be written yet: until it is nobody else gets the seats, but it has ended.
    return (found, hold) if entry.at_ms < hold.deadline_ms else OFFER_OVER


def move(state: SectionState, entry: Entry, command: MoveEntry) -> EntryMoved | Refusal:
    """Another place in line, for a reason that is kept with who gave it."""
    if not is_staff(entry.request):
        return Refusal(Code.SCOPE_MISSING)
    party = find_waiting(state, command.entry)
    before = None if command.before is None else find_waiting(state, command.before)
    if isinstance(party, Refusal):
        return party
    if isinstance(before, Refusal):
        return before
    if not command.why.strip():
        return Refusal(Code.INVALID, "A reason is needed, and is kept.")
    return _moved(state, party, before, command.why)


def _moved(state: SectionState, party: Party, before: Party | None, why: str) -> EntryMoved | Refusal:
    waitlist = state.waitlist
    if before is None:
        return EntryMoved(party.entry, (waitlist.joined + 1) * RANK_STEP, len(waitlist.in_line) - 1, why)
    if before.entry == party.entry:
        return Refusal(Code.INVALID, "An entry cannot be put before itself.", (party.entry,))
    rank = (waitlist.rank_before(before) + before.rank) // 2
    if rank == waitlist.rank_before(before):
        return Refusal(Code.LIMIT_EXCEEDED, "Nobody more fits in just here: move the other one.")
    ahead = waitlist.ahead(before) or 0
    return EntryMoved(party.entry, rank, ahead - (party.rank < before.rank), why)


def find_waiting(state: SectionState, name: str) -> Party | Refusal:
    """An entry of the register that waits."""
    party = state.waitlist.parties.get(name)
    if party is None or not party.streams:
        return Refusal(Code.NOT_FOUND, objects=(name,))
    if party.standing is not Standing.WAITING:
        return Refusal(Code.HOLD_MISMATCH, "This entry has an offer.", (name,))
    return party

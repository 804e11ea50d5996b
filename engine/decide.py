"""The judge: what becomes of an entry, given the state. Pure: it changes nothing.

Idempotency is the first guard, then the caller's rights, then the command's own family:
`decide_takes`, `decide_holds`, `decide_orders`, `decide_parts`, `decide_staff`, `waitlist.decide`.
When several reasons to refuse apply the first in the order of `engine.refusals.Code` is given.
"""

from __future__ import annotations

from typing import Final

from engine.commands import (
    AnyCommand,
    BlockSeats,
    BookHold,
    BookOrder,
    CancelOrder,
    CloseKey,
    Entry,
    ExpireHolds,
    ExtendHold,
    GatherHold,
    GetFigures,
    GetGathering,
    GetHold,
    GetOrder,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReduceOrder,
    ReleaseHold,
    Request,
    SetChannel,
    SetForSale,
    SetPrice,
    SetSale,
    SettlePart,
    SwapHold,
    TakePart,
    UnblockSeats,
    UnpinHold,
    WithParts,
)
from engine.decide_holds import judge_hold
from engine.decide_orders import judge_order
from engine.decide_parts import PartCommand, judge_part
from engine.decide_staff import StaffCommand, judge_staff
from engine.decide_takes import judge_take
from engine.decisions import Accepted, Decision, Read, Rejected, Replayed
from engine.events import AnyEvent, PartTaken, Record, Refused
from engine.figures import Figures, figures_of
from engine.guards import SPANS, find_gathered, find_hold_to_read, find_order, is_staff
from engine.holds import Gathered, Hold, Order, Outcome
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.waitlist.answering import answer
from engine.waitlist.commands import (
    GetEntries,
    GetEntry,
    GetFit,
    GetWaitlist,
    WaitlistCommand,
    WaitlistQuestion,
)
from engine.waitlist.decide import judge_waitlist
from engine.waitlist.party import Found

NOTHING_FITS: Final = frozenset((Code.BEST_AVAILABLE_NOT_FOUND, Code.SOLD_OUT))
"""After these a search goes on in the next section."""
READS = GetHold | GetOrder | GetGathering | GetFigures | GetFit | GetEntry | GetEntries | GetWaitlist


def decide(state: SectionState, entry: Entry) -> Decision:
    """Judge one entry. `entry.at_ms` must not be before `state.at_ms`."""
    request = entry.request
    if request.idem is not None:
        outcome = state.outcomes.get((request.principal, request.idem))
        if outcome is not None:  # I9: one key, one outcome
            return _known(outcome, request)
    verdict = _judge(state, entry, request.command)
    # Asked by `type`, because `isinstance` takes ten times as long to say no of a struct.
    if type(verdict) is Read:
        return verdict
    if type(verdict) is not Refusal:
        return Accepted(_record(entry, verdict))
    if request.idem is None or _passing(request.command, verdict):
        return Rejected(None, verdict)
    return Rejected(_record(entry, Refused(verdict, _final(request.command, verdict))), verdict)


def _known(outcome: Outcome, request: Request) -> Decision:
    """What a key that was used before comes to."""
    if outcome.fingerprint != request.fingerprint:
        return Rejected(None, Refusal(Code.IDEMPOTENCY_KEY_REUSED))
    event, command = outcome.event, request.command
    if type(event) is PartTaken and type(command) is SwapHold:
        # The swap of a hold with parts went by way of a gathering, which lent something here under the key.
        return Rejected(None, Refusal(Code.HOLD_MISMATCH, SPANS, (command.hold, event.gathering)))
    return Replayed(outcome)


def _final(command: AnyCommand, refusal: Refusal) -> bool:
    """Whether a refusal is the answer to whoever asked."""
    if isinstance(command, CloseKey):
        return command.final
    walks = isinstance(command, HoldBest) and (command.walking or command.tentative)
    return not (walks and refusal.code in NOTHING_FITS)


def _passing(command: AnyCommand, refusal: Refusal) -> bool:
    """Whether a refusal is not remembered under its key."""
    if isinstance(command, READS):
        return True
    if isinstance(command, HoldBest) and command.tentative:
        return refusal.code is Code.BEST_AVAILABLE_NOT_FOUND
    if refusal.code is Code.HOLD_MISMATCH and refusal.detail == SPANS:
        return True  # who knows of parts asks again, under the same key
    # What a caller may do can change at any time.
    return refusal.code is Code.SCOPE_MISSING


def _record(entry: Entry, event: AnyEvent) -> Record:
    request = entry.request
    return Record(entry.at_ms, request.principal, event, request.idem, request.fingerprint)


def _judge(state: SectionState, entry: Entry, command: AnyCommand) -> AnyEvent | Read | Refusal:
    # In order of how often they come.
    match command:
        case HoldSeats():
            return judge_take(state, entry, command)
        case BookHold():
            return judge_order(state, entry, command)
        case HoldBest() | HoldPlaces():
            return judge_take(state, entry, command)
        case PinHold() | BookOrder() | UnpinHold() | CancelOrder() | ReduceOrder():
            return judge_order(state, entry, command)
        case ReleaseHold() | ExtendHold() | SwapHold() | ExpireHolds():
            return judge_hold(state, entry, command)
        case _:
            return _judge_rarer(state, entry, command)


def _judge_rarer(
    state: SectionState,
    entry: Entry,
    command: READS | CloseKey | PartCommand | StaffCommand | WaitlistCommand,
) -> AnyEvent | Read | Refusal:
    match command:
        case BlockSeats() | UnblockSeats() | SetForSale() | SetChannel() | SetPrice() | SetSale():
            return judge_staff(state, entry, command)
        case GetHold() | GetOrder() | GetGathering() | GetFigures() | CloseKey():
            return _read(state, entry, command)
        case GetFit() | GetEntry() | GetEntries() | GetWaitlist():
            return _read(state, entry, command)
        case TakePart() | GatherHold() | WithParts() | SettlePart():
            return judge_part(state, entry, command)
        case _:
            return judge_waitlist(state, entry, command)


def _read(
    state: SectionState,
    entry: Entry,
    command: GetHold | GetOrder | GetGathering | GetFigures | WaitlistQuestion | CloseKey,
) -> Read | Refusal:
    found: Hold | Order | Gathered | Figures | Found | Refusal
    match command:
        case CloseKey(note=note):  # of its outcome; that there is none becomes one
            found = Refusal(Code.BEST_AVAILABLE_NOT_FOUND, note)
        case GetHold(hold=hold):
            found = find_hold_to_read(state, entry, hold)
        case GetOrder(order=order):
            found = find_order(state, entry, order)
        case GetGathering(gathering=gathering):
            found = find_gathered(state, entry, gathering)
        case GetFigures():
            found = figures_of(state) if is_staff(entry.request) else Refusal(Code.SCOPE_MISSING)
        case _:
            found = answer(state, entry, command)
    return found if isinstance(found, Refusal) else Read(found)

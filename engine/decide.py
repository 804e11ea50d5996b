"""The judge: what becomes of an entry, given the state. Pure: it changes nothing.

Idempotency is the first guard, then the caller's rights, then the command's own family:
`decide_takes`, `decide_holds`, `decide_orders`, `decide_staff`. When several reasons to
refuse apply the first in the order of `engine.refusals.Code` is given.
"""

from __future__ import annotations

from typing import assert_never

from engine.commands import (
    BlockSeats,
    BookOrder,
    CancelOrder,
    Entry,
    ExpireHolds,
    ExtendHold,
    GetHold,
    GetOrder,
    HoldBest,
    HoldPlaces,
    HoldSeats,
    PinHold,
    ReleaseHold,
    SetChannel,
    SetForSale,
    SetPrice,
    SetSale,
    SwapHold,
    UnblockSeats,
    UnpinHold,
)
from engine.decide_holds import expire_holds, extend_hold, release_hold, swap_hold
from engine.decide_orders import book_order, cancel_order, pin_hold, unpin_hold
from engine.decide_staff import block_seats, set_channel, set_for_sale, set_price, unblock_seats
from engine.decide_takes import hold_best, hold_places, hold_seats
from engine.decisions import Accepted, Decision, Read, Rejected, Replayed
from engine.events import AnyEvent, Record, Refused, SaleSet
from engine.guards import find_hold_to_read, find_order, is_staff
from engine.refusals import Code, Refusal
from engine.state import SectionState

BuyerCommand = (
    HoldSeats
    | HoldBest
    | HoldPlaces
    | ReleaseHold
    | ExtendHold
    | SwapHold
    | PinHold
    | UnpinHold
    | BookOrder
    | CancelOrder
)
StaffCommand = BlockSeats | UnblockSeats | SetForSale | SetChannel | SetPrice | SetSale
EffectCommand = BuyerCommand | StaffCommand | ExpireHolds


def decide(state: SectionState, entry: Entry) -> Decision:
    """Judge one entry. `entry.at_ms` must not be before `state.at_ms`."""
    request = entry.request
    if request.idem is not None:
        outcome = state.outcomes.get((request.principal, request.idem))
        if outcome is not None:  # I9: one key, one outcome
            if outcome.fingerprint == request.fingerprint:
                return Replayed(outcome)
            return Rejected(None, Refusal(Code.IDEMPOTENCY_KEY_REUSED))
    command = request.command
    if isinstance(command, GetHold | GetOrder):
        return _read(state, entry, command)
    verdict = _judge(state, entry, command)
    if not isinstance(verdict, Refusal):
        return Accepted(_record(entry, verdict))
    # What a caller may do can change at any time, so it is not remembered under a key.
    if request.idem is None or verdict.code is Code.SCOPE_MISSING:
        return Rejected(None, verdict)
    return Rejected(_record(entry, Refused(verdict)), verdict)


def _record(entry: Entry, event: AnyEvent) -> Record:
    request = entry.request
    return Record(entry.at_ms, request.principal, event, request.idem, request.fingerprint)


def _read(state: SectionState, entry: Entry, command: GetHold | GetOrder) -> Decision:
    found = (
        find_hold_to_read(state, entry, command.hold)
        if isinstance(command, GetHold)
        else find_order(state, entry, command.order)
    )
    return Rejected(None, found) if isinstance(found, Refusal) else Read(found)


def _judge(state: SectionState, entry: Entry, command: EffectCommand) -> AnyEvent | Refusal:
    # In order of how often they come.
    match command:
        case HoldSeats():
            return hold_seats(state, entry, command)
        case HoldBest():
            return hold_best(state, entry, command)
        case PinHold():
            return pin_hold(state, entry, command)
        case BookOrder():
            return book_order(state, entry, command)
        case HoldPlaces():
            return hold_places(state, entry, command)
        case ReleaseHold():
            return release_hold(state, entry, command)
        case ExtendHold():
            return extend_hold(state, entry, command)
        case SwapHold():
            return swap_hold(state, entry, command)
        case UnpinHold():
            return unpin_hold(state, entry, command)
        case CancelOrder():
            return cancel_order(state, entry, command)
        case ExpireHolds():
            return expire_holds(state, entry)
        case _:
            return _judge_staff(state, entry, command)


def _judge_staff(state: SectionState, entry: Entry, command: StaffCommand) -> AnyEvent | Refusal:
    if not is_staff(entry.request):
        return Refusal(Code.SCOPE_MISSING)
    match command:
        case BlockSeats():
            return block_seats(state, command)
        case UnblockSeats():
            return unblock_seats(state, command)
        case SetForSale():
            return set_for_sale(state, command)
        case SetChannel():
            return set_channel(state, command)
        case SetPrice():
            return set_price(state, command)
        case SetSale(sale=sale):
            return SaleSet(sale)
        case _ as never:
            assert_never(never)

"""Checks that several commands share: whose it is, which limits apply, whether the sale is open."""

from __future__ import annotations

from typing import overload

from engine.commands import Entry, Request
from engine.holds import Hold, Order
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.transitions import Phase, Step, refusal_for
from engine.waitlist.standing import Standing

GIVEN_BACK = "The hold was given back."
"""What `hold_expired` says of a hold that did not end by its time."""
OFFER_STEPS = frozenset((Step.RELEASE, Step.PIN, Step.SELL))
"""What an offer can be taken or left by; whoever wants to change it accepts it first."""
_PRECEDENCE = {code: position for position, code in enumerate(Code)}


@overload
def earliest(one: Refusal, other: Refusal | None) -> Refusal: ...
@overload
def earliest(one: Refusal | None, other: Refusal) -> Refusal: ...
@overload
def earliest(one: Refusal | None, other: Refusal | None) -> Refusal | None: ...
def earliest(one: Refusal | None, other: Refusal | None) -> Refusal | None:
    """The refusal that comes first in the order of precedence, if there is any."""
    if one is None or other is None:
        return one or other
    return one if _PRECEDENCE[one.code] <= _PRECEDENCE[other.code] else other


def is_staff(request: Request) -> bool:
    """Whether the caller may act on anybody's holds and use the organiser's commands."""
    return request.role != "buyer"


def find_hold(state: SectionState, entry: Entry, hold_id: str, step: Step) -> Hold | Refusal:
    """A live hold of the caller's that may take `step`, or why not."""
    hold = find_hold_to_read(state, entry, hold_id)
    if isinstance(hold, Refusal):
        return hold
    code = refusal_for(hold.phase, step)
    if code is not None:
        return Refusal(code, objects=(hold_id,))
    return _offer_bars(state, hold_id, step) or hold


def _offer_bars(state: SectionState, hold_id: str, step: Step) -> Refusal | None:
    """Why a hold that is offered to somebody who waited cannot take a step before they accept it."""
    entry = state.waitlist.by_hold.get(hold_id)
    if entry is None:
        return None
    if state.waitlist.parties[entry].standing is Standing.OFFERED and step in OFFER_STEPS:
        return None
    return Refusal(Code.HOLD_MISMATCH, "This is an offer that is not accepted.", (hold_id,))


def find_hold_to_read(state: SectionState, entry: Entry, hold_id: str) -> Hold | Refusal:
    """A live hold of the caller's; other people's holds do not exist."""
    hold = state.holds.get(hold_id)
    found = hold or state.ended.get(hold_id)
    if found is None or not (found.owner == entry.request.principal or is_staff(entry.request)):
        return Refusal(Code.NOT_FOUND, objects=(hold_id,))
    if hold is None:
        if found.phase is Phase.BOOKED:
            return Refusal(Code.ALREADY_BOOKED, objects=(hold_id,))
        # Whoever tells owners that their time ran out must be able to tell this end from that.
        detail = GIVEN_BACK if found.phase is Phase.RELEASED else ""
        return Refusal(Code.HOLD_EXPIRED, detail, (hold_id,))
    # Its expiry may not be written yet: until it is nobody else gets the seats, but it has ended.
    return hold if entry.at_ms < hold.deadline_ms else Refusal(Code.HOLD_EXPIRED, objects=(hold_id,))


def find_target(state: SectionState, entry: Entry, hold_id: str | None) -> tuple[Hold | None, Refusal | None]:
    """The hold that is to be added to (none: a new one), or why it cannot be."""
    if hold_id is None:
        return None, None
    found = find_hold(state, entry, hold_id, Step.CHANGE)
    return (None, found) if isinstance(found, Refusal) else (found, None)


def find_order(state: SectionState, entry: Entry, order_id: str) -> Order | Refusal:
    """An order of the caller's; other people's orders do not exist."""
    order = state.orders.get(order_id)
    request = entry.request
    if order is None or not (order.owner == request.principal or is_staff(request)):
        return Refusal(Code.NOT_FOUND, objects=(order_id,))
    return order


def order_for(state: SectionState, entry: Entry, order_id: str, step: Step) -> Order | Refusal:
    """An order of the caller's that may take `step`, or why not."""
    order = find_order(state, entry, order_id)
    if isinstance(order, Refusal):
        return order
    lapsed = order.phase is Phase.PINNED and entry.at_ms >= order.pay_by_ms
    code = refusal_for(Phase.EXPIRED if lapsed else order.phase, step)
    return order if code is None else Refusal(code, objects=(order_id,))


def check_limits(state: SectionState, request: Request, hold: Hold | None, added: int) -> Refusal | None:
    """Whether a buyer may have `added` more in `hold` (None: in a new one). Staff are not limited."""
    if is_staff(request):
        return None
    limits = state.terms.limits
    if added + (hold.quantity if hold else 0) > limits.seats_per_hold:
        return Refusal(Code.LIMIT_EXCEEDED, f"A hold has at most {limits.seats_per_hold} seats.")
    owner = request.principal
    if hold is None and state.live_holds_of.get(owner, 0) >= limits.holds_per_buyer:
        return Refusal(Code.LIMIT_EXCEEDED, f"You may have at most {limits.holds_per_buyer} holds.")
    if state.quantity_of.get(owner, 0) + added > limits.seats_per_buyer:
        return Refusal(Code.LIMIT_EXCEEDED, f"You may have at most {limits.seats_per_buyer} seats.")
    return None


def check_sale(state: SectionState, request: Request) -> Refusal | None:
    """Whether a buyer may take seats now; staff may at any time."""
    sale = state.terms.sale
    if sale == "open" or is_staff(request):
        return None
    return Refusal(Code.SALE_PAUSED if sale == "paused" else Code.SALE_NOT_OPEN)

"""Checks that several commands share: whose it is, which limits apply, whether the sale is open."""

from __future__ import annotations

from typing import overload

from engine.commands import Entry, Request, WithParts
from engine.events import Part
from engine.holds import Gathered, Hold, Order
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.terms import Limits
from engine.transitions import Phase, Step, refusal_for
from engine.waitlist.standing import Standing

GIVEN_BACK = "The hold was given back."
"""What `hold_expired` says of a hold that did not end by its time."""
OFFER_STEPS = frozenset((Step.RELEASE, Step.PIN, Step.SELL))
"""What an offer can be taken or left by; whoever wants to change it accepts it first."""
SPANS = "It has parts in other sections, which are to be settled too."
"""What `hold_mismatch` says to who does not see to the parts of a hold; never told to a buyer."""
_SETTLED_AFTER = frozenset((Step.RELEASE, Step.SELL, Step.BOOK, Step.CANCEL, Step.REDUCE))
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
    if type(hold) is not Hold:
        return hold
    code = refusal_for(hold.phase, step)
    if code is not None:
        return Refusal(code, objects=(hold_id,))
    if hold.parts and _unsettled(entry, step):
        return left_to_gateways(hold_id, hold.parts)
    return _offer_bars(state, hold_id, step) or hold


def _offer_bars(state: SectionState, hold_id: str, step: Step) -> Refusal | None:
    """Why a hold that is offered to somebody who waited cannot take a step before they accept it."""
    entry = state.waitlist.by_hold.get(hold_id)
    if entry is None:
        return None
    if state.waitlist.parties[entry].standing is Standing.OFFERED and step in OFFER_STEPS:
        return None
    return Refusal(Code.HOLD_MISMATCH, "This is an offer that is not accepted.", (hold_id,))


def _unsettled(entry: Entry, step: Step) -> bool:
    """Whether a step changes what parts are, and who asks does not know that it does."""
    return step in _SETTLED_AFTER and not isinstance(entry.request.command, WithParts)


def left_to_gateways(name: str, parts: tuple[Part, ...]) -> Refusal:
    """The refusal to whoever would leave the parts of a hold or an order in other sections as they are."""
    return Refusal(Code.HOLD_MISMATCH, SPANS, (name, *[part.gathering for part in parts]))


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


def find_gathered(state: SectionState, entry: Entry, name: str) -> Gathered | Refusal:
    """What became of a gathering, or all parts of a live hold; gateways ask, never buyers."""
    holder = state.gathered.get(name, name)
    hold = state.holds.get(holder)
    order = state.orders.get(holder)
    if (hold is None and order is None) or not is_staff(entry.request):
        return Refusal(Code.NOT_FOUND, objects=(name,))
    parts = hold.parts if hold is not None else order.parts if order is not None else ()
    mine = tuple([part for part in parts if name in (part.gathering, holder)])
    return Gathered(name, holder, 0 if hold is None else hold.deadline_ms, hold is None, mine)


def order_for(state: SectionState, entry: Entry, order_id: str, step: Step) -> Order | Refusal:
    """An order of the caller's that may take `step`, or why not."""
    order = find_order(state, entry, order_id)
    if isinstance(order, Refusal):
        return order
    lapsed = order.phase is Phase.PINNED and entry.at_ms >= order.pay_by_ms
    code = refusal_for(Phase.EXPIRED if lapsed else order.phase, step)
    if code is not None:
        return Refusal(code, objects=(order_id,))
    return left_to_gateways(order_id, order.parts) if order.parts and _unsettled(entry, step) else order


def check_limits(state: SectionState, request: Request, hold: Hold | None, added: int) -> Refusal | None:
    """Whether a buyer may have `added` more in `hold` (None: in a new one). Staff are not limited."""
    if is_staff(request):
        return None
    limits = state.terms.limits
    if added + (hold.size if hold else 0) > limits.seats_per_hold:
        return too_large(limits)
    if hold is None and (refusal := check_holds(state, request)) is not None:
        return refusal
    if state.quantity_of.get(request.principal, 0) + added > limits.seats_per_buyer:
        return Refusal(Code.LIMIT_EXCEEDED, f"You may have at most {limits.seats_per_buyer} seats.")
    return None


def check_holds(state: SectionState, request: Request) -> Refusal | None:
    """Whether a buyer may have one more hold."""
    holds_max = state.terms.limits.holds_per_buyer
    if state.live_holds_of.get(request.principal, 0) < holds_max or is_staff(request):
        return None
    return Refusal(Code.LIMIT_EXCEEDED, f"You may have at most {holds_max} holds.")


def too_large(limits: Limits) -> Refusal:
    """A hold would have more seats than a hold may have."""
    return Refusal(Code.LIMIT_EXCEEDED, f"A hold has at most {limits.seats_per_hold} seats.")


def check_sale(state: SectionState, request: Request) -> Refusal | None:
    """Whether a buyer may take seats now; staff may at any time."""
    sale = state.terms.sale
    if sale == "open" or is_staff(request):
        return None
    return Refusal(Code.SALE_PAUSED if sale == "paused" else Code.SALE_NOT_OPEN)

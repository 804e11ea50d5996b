"""Commands of checkout: pin, give up, book, book at once, cancel."""

from __future__ import annotations

from typing import assert_never

from engine.commands import BookHold, BookOrder, CancelOrder, Entry, PinHold, ReduceOrder, UnpinHold
from engine.events import HoldPinned, HoldUnpinned, OrderBooked, OrderCancelled, OrderReduced
from engine.fees import amount_of
from engine.guards import SPANS, earliest, find_hold, order_for
from engine.holds import Hold
from engine.objects import check_in_hold, resolve_objects
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.transitions import Step

UNPIN_GRACE_MS = 60_000
OrderCommand = PinHold | UnpinHold | BookOrder | BookHold | CancelOrder | ReduceOrder


def judge_order(
    state: SectionState, entry: Entry, command: OrderCommand
) -> HoldPinned | HoldUnpinned | OrderBooked | OrderCancelled | OrderReduced | Refusal:
    """Judge a command of this family."""
    match command:
        case BookHold():
            return book_hold(state, entry, command)
        case PinHold():
            return pin_hold(state, entry, command)
        case BookOrder():
            return book_order(state, entry, command)
        case UnpinHold():
            return unpin_hold(state, entry, command)
        case CancelOrder():
            return cancel_order(state, entry, command)
        case ReduceOrder():
            return reduce_order(state, entry, command)
        case _ as never:
            assert_never(never)


def pin_hold(state: SectionState, entry: Entry, command: PinHold) -> HoldPinned | Refusal:
    """Begin checkout. A paused or closed sale does not stop those who hold seats from paying."""
    hold = find_hold(state, entry, command.hold, Step.PIN)
    if isinstance(hold, Refusal):
        return hold
    pay_by_ms = entry.at_ms + state.terms.limits.pay_ttl_ms
    amount = amount_of(state.terms.fees, hold.seats, hold.places, hold.parts)
    return HoldPinned(hold.id, "ord_" + entry.fresh_id, amount, pay_by_ms)


def unpin_hold(state: SectionState, entry: Entry, command: UnpinHold) -> HoldUnpinned | Refusal:
    """Give up checkout: the hold goes on until its own deadline.

    Where that is near or past, a declined card leaves a minute to try another way, but
    never beyond the order's pay-by time nor the longest life of a hold: going round through
    checkout wins no time.
    """
    order = order_for(state, entry, command.order, Step.UNPIN)
    if isinstance(order, Refusal):
        return order
    hold = state.holds[order.hold]
    last_ms = min(order.pay_by_ms, hold.placed_ms + state.terms.limits.hold_life_max_ms)
    expires_ms = max(hold.expires_ms, min(entry.at_ms + UNPIN_GRACE_MS, last_ms))
    return HoldUnpinned(hold.id, order.id, expires_ms, order.amount)


def book_order(state: SectionState, entry: Entry, command: BookOrder) -> OrderBooked | Refusal:
    """Sell what an order has pinned. That payment stands is for the caller to know."""
    order = order_for(state, entry, command.order, Step.BOOK)
    if isinstance(order, Refusal):
        return order
    return OrderBooked(order.hold, order.id, order.seats, order.places, order.amount, order.parts)


def book_hold(state: SectionState, entry: Entry, command: BookHold) -> OrderBooked | Refusal:
    """Sell a hold that is not pinned: between payment and sale there was no time for it to end."""
    hold = find_hold(state, entry, command.hold, Step.SELL)
    if type(hold) is not Hold:
        return hold
    amount = amount_of(state.terms.fees, hold.seats, hold.places, hold.parts)
    order = "ord_" + entry.fresh_id
    return OrderBooked(hold.id, order, hold.seats, hold.places, amount, hold.parts, command.known_as)


def cancel_order(state: SectionState, entry: Entry, command: CancelOrder) -> OrderCancelled | Refusal:
    """Cancel a booking; an order that is not booked is given up instead (`unpin_hold`)."""
    order = order_for(state, entry, command.order, Step.CANCEL)
    if isinstance(order, Refusal):
        return order
    return OrderCancelled(order.id, order.seats, order.places, order.amount, order.parts, order.known_as)


def reduce_order(state: SectionState, entry: Entry, command: ReduceOrder) -> OrderReduced | Refusal:
    """Take some of a booking back; to take back all of it is to cancel it."""
    order = order_for(state, entry, command.order, Step.REDUCE)
    named = resolve_objects(state.layout, command.objects)
    if isinstance(order, Refusal):
        elsewhere = order.detail == SPANS  # then not all names are of this section
        return earliest(order, named if isinstance(named, Refusal) and not elsewhere else None)
    if isinstance(named, Refusal):
        return named
    seats, areas = named
    refusal = check_in_hold(state.layout, order, seats, areas)
    if refusal is not None:
        return refusal
    kept = tuple([item for item in order.seats if item.seat not in seats])
    places = tuple([place for place in order.places if place.area not in areas])
    if not kept and not places:
        return Refusal(Code.INVALID, "That is the whole order: cancel it.", (order.id,))
    return OrderReduced(
        order.id,
        tuple([item for item in order.seats if item.seat in seats]),
        tuple([place for place in order.places if place.area in areas]),
        amount_of(state.terms.fees, kept, places),
        known_as=order.known_as,
    )

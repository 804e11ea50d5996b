"""What the events of checkout do to a section's state."""

from __future__ import annotations

from msgspec.structs import replace

from engine.events import HoldPinned, HoldUnpinned, OrderBooked, OrderCancelled, OrderReduced
from engine.evolve_holds import gather, lapse, remember
from engine.holds import Ended, Hold, Order, quantity_of
from engine.items import fewer
from engine.state import FREE, SOLD, SectionState
from engine.touched import NOTHING, Touched
from engine.transitions import Phase
from engine.waitlist.standing import Standing


def pin(state: SectionState, event: HoldPinned) -> Touched:
    """A hold becomes an order's; nothing changes for the public."""
    hold = replace(state.holds[event.hold], order=event.order, pay_by_ms=event.pay_by_ms)
    _accept(state, hold)
    state.holds[hold.id] = hold
    state.set_deadline(hold)
    state.orders[event.order] = Order(
        event.order,
        hold.id,
        hold.owner,
        hold.seats,
        hold.places,
        event.amount,
        Phase.PINNED,
        event.pay_by_ms,
        hold.parts,
    )
    return NOTHING


def unpin(state: SectionState, event: HoldUnpinned) -> Touched:
    """An order ends and its hold lives on."""
    hold = replace(state.holds[event.hold], order=None, pay_by_ms=0, expires_ms=event.expires_ms)
    state.holds[hold.id] = hold
    state.set_deadline(hold)
    lapse(state, event.order, Phase.RELEASED)
    return NOTHING


def book(state: SectionState, event: OrderBooked) -> Touched:
    """What a hold held is sold, to the order it was pinned for or to one that begins here."""
    hold = state.holds.pop(event.hold)  # I4: what is sold leaves a hold in the same step
    remember(state, Ended(hold.id, hold.owner, state.at_ms, Phase.BOOKED))
    _accept(state, hold)
    state.orders[event.order] = Order(
        event.order,
        hold.id,
        hold.owner,
        event.seats,
        event.places,
        event.amount,
        Phase.BOOKED,
        hold.deadline_ms,
        event.parts,
        event.known_as,
    )
    if event.parts:
        gather(state, event.order, hold.parts, event.parts)
    state.count_owner(hold.owner, -1, 0)
    for item in event.seats:
        state.set_status(item.seat, SOLD)
    for place in event.places:
        state.area_held[place.area] -= place.qty
        state.area_sold[place.area] += place.qty
    return Touched(tuple([item.seat for item in event.seats]))


def give_back(state: SectionState, event: OrderCancelled | OrderReduced) -> Touched:
    """What was sold is free, all of it or a part."""
    order = state.orders[event.order]
    left = fewer(order.parts, event.parts)
    if order.parts:
        gather(state, order.id, order.parts, left)
    if isinstance(event, OrderCancelled):
        state.orders[order.id] = replace(order, phase=Phase.CANCELLED)
    else:
        state.orders[order.id] = replace(
            order,
            seats=tuple([item for item in order.seats if item not in event.seats]),
            places=tuple([place for place in order.places if place not in event.places]),
            amount=event.amount,
            parts=left,
        )
    state.count_owner(order.owner, 0, -quantity_of(event.seats, event.places))
    for place in event.places:
        state.area_sold[place.area] -= place.qty
    return Touched(
        tuple([item.seat for item in event.seats if state.set_status(item.seat, FREE)]),
        tuple([place.area for place in event.places]),
    )


def _accept(state: SectionState, hold: Hold) -> None:
    """Whoever pays for what they were offered says yes to it."""
    if state.waitlist.by_hold:
        state.waitlist.hold_ended(hold.id, Standing.ACCEPTED, state.at_ms)

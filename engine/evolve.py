"""The only writer of a section's state: one record in, what changed for the public out.

`evolve` judges nothing. Whatever `decide` accepted, or a journal holds, is applied as it is,
and the same records give the same state wherever and whenever they are applied.
"""

from __future__ import annotations

from typing import assert_never

import msgspec
from msgspec.structs import replace

from engine.events import (
    ChannelSet,
    ForSaleSet,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    PriceSet,
    Record,
    Refused,
    SaleSet,
    SeatsBlocked,
    SeatsUnblocked,
    SectionCreated,
)
from engine.holds import Ended, Hold, Order, Outcome
from engine.state import BLOCKED, FREE, HELD, SOLD, SectionState, channels_in
from engine.transitions import Phase

ENDED_MAX = 16_384


class Touched(msgspec.Struct, frozen=True):
    """Ordinals of seats and indices of areas whose public status changed; may repeat."""

    seats: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()


_NOTHING = Touched()


def evolve(state: SectionState, record: Record) -> Touched:
    """Apply one record: it becomes number `state.seq + 1`."""
    at_ms = record.at_ms
    state.seq += 1  # I5: numbers have no gap because nothing else counts
    state.at_ms = at_ms
    _forget(state, at_ms)
    if record.idem is not None:
        key = (record.principal, record.idem)
        state.outcomes[key] = Outcome(
            record.principal, record.idem, record.fingerprint, at_ms, state.seq, record.event
        )
        state.outcome_order.append(key)
    return _apply(state, record)


def _apply(state: SectionState, record: Record) -> Touched:
    match record.event:
        case HoldPlaced() as event:
            return _place(state, record, event)
        case Refused():
            return _NOTHING
        case HoldPinned() as event:
            return _pin(state, record, event)
        case OrderBooked() as event:
            return _book(state, event)
        case HoldChanged() as event:
            return _change(state, event)
        case HoldReleased(hold=hold):
            return _end(state, state.holds[hold], Phase.RELEASED)
        case HoldsExpired(holds=holds):
            return _merge([_end(state, state.holds[each], Phase.EXPIRED) for each in holds])
        case HoldUnpinned() as event:
            return _unpin(state, event)
        case OrderCancelled() as event:
            return _cancel(state, event)
        case (
            SeatsBlocked() | SeatsUnblocked() | ForSaleSet() | ChannelSet() | PriceSet() | SaleSet()
        ) as event:
            return _arrange(state, event)
        case SectionCreated() as event:
            state.event_id, state.terms = event.event, event.terms
            state.plan_digest = event.plan_digest
            return _NOTHING
        case _ as never:
            assert_never(never)


def _arrange(
    state: SectionState,
    event: SeatsBlocked | SeatsUnblocked | ForSaleSet | ChannelSet | PriceSet | SaleSet,
) -> Touched:
    """What staff change about seats, prices and the sale."""
    match event:
        case SeatsBlocked(seats=seats):
            return Touched(tuple(seat for seat in seats if state.set_status(seat, BLOCKED)))
        case SeatsUnblocked(seats=seats):
            return Touched(tuple(seat for seat in seats if state.set_status(seat, FREE)))
        case ForSaleSet(seats=seats, areas=areas, for_sale=for_sale):
            for seat in seats:
                state.seat_off_sale[seat] = not for_sale
            for area in areas:
                state.area_off_sale[area] = not for_sale
            return Touched(tuple(seat for seat in seats if state.refresh(seat)), areas)
        case ChannelSet(seats=seats, areas=areas, channel=channel):
            for seat in seats:
                state.seat_channel[seat] = channel
                state.refresh(seat)
            for area in areas:
                state.area_channel[area] = channel
            state.channels_used = channels_in(state)
            return _NOTHING
        case PriceSet(category=category, type=ticket_type, amount=amount):
            prices = dict(state.terms.prices)
            prices[category] = {**prices.get(category, {}), ticket_type: amount}
            state.terms = replace(state.terms, prices=prices)
            return _NOTHING
        case SaleSet(sale=sale):
            state.terms = replace(state.terms, sale=sale)
            return _NOTHING
        case _ as never:
            assert_never(never)


def _place(state: SectionState, record: Record, event: HoldPlaced) -> Touched:
    hold = Hold(
        event.hold,
        record.principal,
        record.at_ms,
        event.expires_ms,
        event.renewals_left,
        event.seats,
        event.places,
    )
    state.holds[hold.id] = hold
    state.set_deadline(hold)
    state.count_owner(hold.owner, 1, hold.quantity)
    return _occupy(state, hold)


def _change(state: SectionState, event: HoldChanged) -> Touched:
    before = state.holds[event.hold]
    after = replace(
        before,
        seats=event.seats,
        places=event.places,
        expires_ms=event.expires_ms,
        renewals_left=event.renewals_left,
    )
    state.holds[after.id] = after
    if after.expires_ms != before.expires_ms:
        state.set_deadline(after)
    if after.seats == before.seats and after.places == before.places:
        return _NOTHING
    state.count_owner(after.owner, 0, after.quantity - before.quantity)
    kept = {item.seat for item in after.seats}
    had = {item.seat for item in before.seats}
    freed = [seat.seat for seat in before.seats if seat.seat not in kept]
    taken = [seat.seat for seat in after.seats if seat.seat not in had]
    touched = [seat for seat in freed if state.set_status(seat, FREE)]
    touched += [seat for seat in taken if state.set_status(seat, HELD)]
    for place in before.places:
        state.area_held[place.area] -= place.qty
    for place in after.places:
        state.area_held[place.area] += place.qty
    areas = {place.area for place in (*before.places, *after.places)}
    return Touched(tuple(touched), tuple(sorted(areas)))


def _pin(state: SectionState, record: Record, event: HoldPinned) -> Touched:
    hold = replace(state.holds[event.hold], order=event.order, pay_by_ms=event.pay_by_ms)
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
    )
    return _NOTHING


def _unpin(state: SectionState, event: HoldUnpinned) -> Touched:
    hold = replace(state.holds[event.hold], order=None, pay_by_ms=0, expires_ms=event.expires_ms)
    state.holds[hold.id] = hold
    state.set_deadline(hold)
    state.orders[event.order] = replace(state.orders[event.order], phase=Phase.RELEASED)
    return _NOTHING


def _book(state: SectionState, event: OrderBooked) -> Touched:
    hold = state.holds.pop(event.hold)  # I4: what is sold leaves a hold in the same step
    _remember(state, Ended(hold.id, hold.owner, state.at_ms, Phase.BOOKED))
    state.orders[event.order] = replace(state.orders[event.order], phase=Phase.BOOKED)
    state.count_owner(hold.owner, -1, 0)
    for item in event.seats:
        state.set_status(item.seat, SOLD)
    for place in event.places:
        state.area_held[place.area] -= place.qty
        state.area_sold[place.area] += place.qty
    return Touched(tuple([item.seat for item in event.seats]))


def _cancel(state: SectionState, event: OrderCancelled) -> Touched:
    order = state.orders[event.order]
    state.orders[order.id] = replace(order, phase=Phase.CANCELLED)
    state.count_owner(order.owner, 0, -order.quantity)
    for place in event.places:
        state.area_sold[place.area] -= place.qty
    return Touched(
        tuple([item.seat for item in event.seats if state.set_status(item.seat, FREE)]),
        tuple([place.area for place in event.places]),
    )


def _end(state: SectionState, hold: Hold, phase: Phase) -> Touched:
    """A hold is gone and what it held is free; a pinned one takes its order along."""
    del state.holds[hold.id]
    _remember(state, Ended(hold.id, hold.owner, state.at_ms, phase))
    state.count_owner(hold.owner, -1, -hold.quantity)
    if hold.order is not None:
        state.orders[hold.order] = replace(state.orders[hold.order], phase=phase)
    for place in hold.places:
        state.area_held[place.area] -= place.qty
    return Touched(
        tuple([item.seat for item in hold.seats if state.set_status(item.seat, FREE)]),
        tuple([place.area for place in hold.places]),
    )


def _occupy(state: SectionState, hold: Hold) -> Touched:
    for item in hold.seats:
        state.set_status(item.seat, HELD)
    for place in hold.places:
        state.area_held[place.area] += place.qty
    return Touched(
        tuple([item.seat for item in hold.seats]), tuple([place.area for place in hold.places])
    )


def _merge(parts: list[Touched]) -> Touched:
    return Touched(
        tuple(seat for part in parts for seat in part.seats),
        tuple(area for part in parts for area in part.areas),
    )


def _remember(state: SectionState, ended: Ended) -> None:
    state.ended[ended.id] = ended
    state.ended_order.append(ended.id)
    if len(state.ended_order) > ENDED_MAX:
        del state.ended[state.ended_order.popleft()]


def _forget(state: SectionState, at_ms: int) -> None:
    """Drop outcomes and endings older than the idempotency time; by record time, so replay agrees."""
    oldest_ms = at_ms - state.terms.limits.idempotency_ttl_ms
    order, outcomes = state.outcome_order, state.outcomes
    while order and outcomes[order[0]].at_ms < oldest_ms:
        del outcomes[order.popleft()]
    while state.ended_order and state.ended[state.ended_order[0]].at_ms < oldest_ms:
        del state.ended[state.ended_order.popleft()]

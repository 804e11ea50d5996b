"""What staff's events do to a section's state."""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from engine.events import ChannelSet, ForSaleSet, PriceSet, SaleSet, SeatsBlocked, SeatsUnblocked
from engine.state import BLOCKED, FREE, SectionState, channels_in
from engine.touched import NOTHING, Touched

Arrangement = SeatsBlocked | SeatsUnblocked | ForSaleSet | ChannelSet | PriceSet | SaleSet


def arrange(state: SectionState, event: Arrangement) -> Touched:
    """What staff change about seats, prices and the sale."""
    match event:
        case SeatsBlocked(seats=seats):
            return Touched(tuple(seat for seat in seats if state.set_status(seat, BLOCKED)))
        case SeatsUnblocked(seats=seats):
            return Touched(tuple(seat for seat in seats if state.set_status(seat, FREE)))
        case ForSaleSet():
            return _set_for_sale(state, event)
        case ChannelSet():
            _set_channel(state, event)
        case PriceSet(category=category, type=ticket_type, amount=amount):
            prices = dict(state.terms.prices)
            prices[category] = {**prices.get(category, {}), ticket_type: amount}
            state.terms = replace(state.terms, prices=prices)
        case SaleSet(sale=sale):
            state.terms = replace(state.terms, sale=sale)
        case _ as never:
            assert_never(never)
    return NOTHING


def _set_for_sale(state: SectionState, event: ForSaleSet) -> Touched:
    for seat in event.seats:
        state.seat_off_sale[seat] = not event.for_sale
    for area in event.areas:
        state.area_off_sale[area] = not event.for_sale
    return Touched(tuple([seat for seat in event.seats if state.refresh(seat)]), event.areas)


def _set_channel(state: SectionState, event: ChannelSet) -> None:
    """A channel is not public: nobody is told that a seat is reserved for one."""
    for seat in event.seats:
        state.seat_channel[seat] = event.channel
        state.refresh(seat)
    for area in event.areas:
        state.area_channel[area] = event.channel
    state.channels_used = channels_in(state)

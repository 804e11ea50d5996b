"""The organiser's commands: blocking, what is for sale, channels, prices, the sale itself."""

from __future__ import annotations

from engine.commands import BlockSeats, SetChannel, SetForSale, SetPrice, UnblockSeats
from engine.events import ChannelSet, ForSaleSet, PriceSet, SeatsBlocked, SeatsUnblocked
from engine.objects import resolve_objects, resolve_seats
from engine.refusals import Code, Refusal
from engine.state import BLOCKED, HELD, SOLD, SectionState


def block_seats(state: SectionState, command: BlockSeats) -> SeatsBlocked | Refusal:
    """Take free seats off the map; held and sold ones must be freed first."""
    seats = _named_seats(state, command.seats)
    if isinstance(seats, Refusal):
        return seats
    taken = [seat for seat in seats if state.status[seat] in (HELD, SOLD)]
    if taken:
        labels = tuple([state.layout.labels[seat] for seat in taken])
        return Refusal(Code.SEAT_TAKEN, objects=labels)
    return SeatsBlocked(seats)


def unblock_seats(state: SectionState, command: UnblockSeats) -> SeatsUnblocked | Refusal:
    """Put blocked seats back."""
    seats = _named_seats(state, command.seats)
    if isinstance(seats, Refusal):
        return seats
    open_ones = [seat for seat in seats if state.status[seat] != BLOCKED]
    if open_ones:
        labels = tuple([state.layout.labels[seat] for seat in open_ones])
        return Refusal(Code.INVALID, "Not blocked.", labels)
    return SeatsUnblocked(seats)


def set_for_sale(state: SectionState, command: SetForSale) -> ForSaleSet | Refusal:
    """Mark seats and areas as for sale or not."""
    named = resolve_objects(state.layout, command.objects)
    if isinstance(named, Refusal):
        return named
    seats, areas = named
    return ForSaleSet(tuple(seats), tuple(areas), command.for_sale)


def set_channel(state: SectionState, command: SetChannel) -> ChannelSet | Refusal:
    """Reserve seats and areas for a channel, or free them for all."""
    named = resolve_objects(state.layout, command.objects)
    if isinstance(named, Refusal):
        return named
    seats, areas = named
    return ChannelSet(tuple(seats), tuple(areas), command.channel)


def set_price(state: SectionState, command: SetPrice) -> PriceSet | Refusal:
    """Change a price from here on; holds keep the price they were quoted."""
    if command.category not in state.layout.categories:
        return Refusal(Code.NOT_FOUND, "No such category.", (command.category,))
    if command.amount < 0 or not command.type:
        return Refusal(Code.INVALID, "A price has a ticket type and is not negative.")
    return PriceSet(command.category, command.type, command.amount)


def _named_seats(state: SectionState, labels: tuple[str, ...]) -> tuple[int, ...] | Refusal:
    seats = resolve_seats(state.layout, labels)
    if isinstance(seats, Refusal):
        return seats
    return tuple(sorted(set(seats))) or Refusal(Code.INVALID, "No seat is named.")

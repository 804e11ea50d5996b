"""The organiser's commands: blocking, what is for sale, channels, prices, the sale itself."""

from __future__ import annotations

from typing import assert_never

from engine.commands import BlockSeats, Entry, SetChannel, SetForSale, SetPrice, SetSale, UnblockSeats
from engine.events import ChannelSet, ForSaleSet, PriceSet, SaleSet, SeatsBlocked, SeatsUnblocked
from engine.guards import is_staff
from engine.objects import resolve_objects, resolve_seats
from engine.refusals import Code, Refusal
from engine.state import BLOCKED, HELD, SOLD, SectionState

StaffCommand = BlockSeats | UnblockSeats | SetForSale | SetChannel | SetPrice | SetSale


def judge_staff(
    state: SectionState, entry: Entry, command: StaffCommand
) -> SeatsBlocked | SeatsUnblocked | ForSaleSet | ChannelSet | PriceSet | SaleSet | Refusal:
    """Judge a command of this family; buyers may not give any of them."""
    if not is_staff(entry.request):
        return Refusal(Code.SCOPE_MISSING)
    match command:
        case BlockSeats():
            return block_seats(state, command)
        case UnblockSeats():
            return unblock_seats(state, command)
        case SetForSale() | SetChannel():
            return set_objects(state, command)
        case SetPrice():
            return set_price(state, command)
        case SetSale():
            return set_sale(state, command)
        case _ as never:
            assert_never(never)


def set_sale(state: SectionState, command: SetSale) -> SaleSet | Refusal:
    """Move the sale, unless somebody has moved it from where the caller takes it to stand."""
    stands = state.terms.sale
    if command.only_from not in (None, stands):
        return Refusal(Code.INVALID, f"The sale stands at {stands}.")
    return SaleSet(command.sale)


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


def set_objects(state: SectionState, command: SetForSale | SetChannel) -> ForSaleSet | ChannelSet | Refusal:
    """Say of seats and areas whether they are for sale, or which channel may sell them."""
    named = resolve_objects(state.layout, command.objects)
    if isinstance(named, Refusal):
        return named
    seats, areas = tuple(named[0]), tuple(named[1])
    if isinstance(command, SetForSale):
        return ForSaleSet(seats, areas, command.for_sale)
    return ChannelSet(seats, areas, command.channel)


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

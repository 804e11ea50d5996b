"""What a section has sold and what is left, by category and sales channel: read from its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from engine.fees import amount_of
from engine.items import PlacesItem, SeatItem
from engine.state import BLOCKED, FREE, HELD, SOLD, SectionState
from engine.transitions import Phase

Key = tuple[str, str | None]
"""A category, and the channel that its seats are reserved for."""


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """Seats and places of one category that are reserved for one channel, or for none.

    What is not for sale counts as blocked, as on the map; `value` is what the sold ones cost in minor
    units, without fees on top.
    """

    category: str
    channel: str | None
    free: int
    held: int
    sold: int
    blocked: int
    value: int


class Figures(msgspec.Struct, frozen=True, array_like=True):
    """A section's cells, and the orders that stand booked in it: how many, at which amount together.

    An order over several sections is booked in one of them, at the whole amount; its seats count
    where they are. `fees` is what of the amount are fees on top of the tickets.
    """

    cells: tuple[Cell, ...]
    orders: int
    booked: int
    fees: int


def figures_of(state: SectionState) -> Figures:
    """The figures as the state is."""
    tallies = _tallies(state)
    values: Counter[Key] = Counter()
    for seats, places in _sold(state):
        for item in seats:
            values[_key_of_seat(state, item.seat)] += item.price
        for place in places:
            values[_key_of_area(state, place.area)] += place.price * place.qty
    booked = [order for order in state.orders.values() if order.phase is Phase.BOOKED]
    tickets = sum(amount_of((), order.seats, order.places, order.parts) for order in booked)
    amount = sum(order.amount for order in booked)
    keys = sorted({key for key, _ in tallies}, key=lambda key: (key[0], key[1] or ""))
    cells = [_cell(key, tallies, values[key]) for key in keys]
    return Figures(tuple(cells), len(booked), amount, amount - tickets)


def _cell(key: Key, tallies: Counter[tuple[Key, int]], value: int) -> Cell:
    free, held, sold, blocked = (tallies[key, status] for status in (FREE, HELD, SOLD, BLOCKED))
    return Cell(*key, free, held, sold, blocked, value)


def _tallies(state: SectionState) -> Counter[tuple[Key, int]]:
    """How many there are of each key and public status."""
    layout = state.layout
    keys: Iterator[Key] = zip(layout.category_of, state.seat_channel, strict=True)
    tallies = Counter(zip(keys, state.public, strict=True))
    for area in range(len(layout.area_names)):
        key, free = _key_of_area(state, area), state.free_places(area)
        tallies[key, BLOCKED if state.area_off_sale[area] else FREE] += free
        tallies[key, HELD] += state.area_held[area]
        tallies[key, SOLD] += state.area_sold[area]
    return tallies


def _sold(state: SectionState) -> Iterator[tuple[tuple[SeatItem, ...], tuple[PlacesItem, ...]]]:
    """What is sold of this section, to orders of its own and of others."""
    for order in state.orders.values():
        if order.phase is Phase.BOOKED:
            yield order.seats, order.places
    for lent in state.lent.values():
        if lent.sold:
            yield lent.seats, lent.places


def _key_of_seat(state: SectionState, seat: int) -> Key:
    return state.layout.category_of[seat], state.seat_channel[seat]


def _key_of_area(state: SectionState, area: int) -> Key:
    return state.layout.area_category[area], state.area_channel[area]

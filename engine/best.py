"""Best available: adjacent first, then nearest the focal point, leaving nobody's neighbour alone.

The choice is exact: of all windows that fit, the first in the order of `engine.windows` that
leaves no single seat alone, else the first that fits at all. Apart from each other (when the
caller allows it) a party gets the fewest pieces possible, the largest first.
"""

from __future__ import annotations

from engine.availability import Availability, Channels
from engine.commands import HoldBest, Request
from engine.layout import SectionLayout
from engine.state import SectionState
from engine.terms import DEFAULT_TYPE
from engine.windows import Filter

_CANDIDATES_MAX = 8


def best_available(state: SectionState, request: Request, command: HoldBest) -> list[int] | None:
    """Ordinals of the best seats that fit, or None when nothing does.

    Adjacent seats are required unless `adjacent` is False, and preferred even then. A table
    that sells only whole goes to a party of exactly its size, never as a part of a choice.
    """
    qty = command.qty
    categories = _categories(state, command)
    channels = state.channels_used & frozenset(request.channels) if request.channels else _NOBODY
    wanted = Filter(qty, categories, command.accessible)
    together = _one_window(state, wanted, channels)
    if together is not None:
        return _seats(state.availability, together, qty)
    if command.adjacent:
        return None
    return _scattered(state, wanted, channels)


_NOBODY: Channels = frozenset()


def _categories(state: SectionState, command: HoldBest) -> frozenset[int]:
    """Indices of the categories asked for whose price is not above what the caller would pay."""
    keys = state.layout.categories
    index = state.availability.windows.category_index
    wanted = command.categories or keys
    chosen: set[int] = set()
    for key in wanted:
        price = state.price_of(key, command.types.get(key, DEFAULT_TYPE))
        if key in command.types and price is None:
            # A type that is not sold is refused by name later, not hidden behind "nothing fits".
            chosen.add(index[key])
        elif price is not None and (command.max_price is None or price <= command.max_price):
            chosen.add(index[key])
    return frozenset(chosen)


def _one_window(state: SectionState, wanted: Filter, channels: Channels) -> int | None:
    availability = state.availability
    if state.terms.orphan_rule != "off":
        start = availability.best(wanted, channels, calm=True)
        if start is not None:
            return start
    return availability.best(wanted, channels, calm=False)


def _scattered(state: SectionState, wanted: Filter, channels: Channels) -> list[int] | None:
    """The fewest pieces that make up the party, the largest first, each as near as can be.

    No window of the whole party's size is free, so the longest free stretch is taken whole,
    then the longest of the rest, until what is missing fits: no choice has fewer pieces.
    """
    availability = state.availability
    chosen: list[int] = []
    size = wanted.qty - 1
    while len(chosen) < wanted.qty and size > 0:
        size = min(size, wanted.qty - len(chosen))
        piece = Filter(size, wanted.categories, wanted.accessible, False)
        start = _nearest_piece(state.layout, availability, piece, channels, chosen)
        if start is None:
            size -= 1
        else:
            chosen += _seats(availability, start, size)
    return chosen if len(chosen) == wanted.qty else None


def _nearest_piece(
    layout: SectionLayout,
    availability: Availability,
    piece: Filter,
    channels: Channels,
    chosen: list[int],
) -> int | None:
    """Of the best free windows that miss `chosen`, the one nearest to the first piece."""
    seat_of, qty = availability.windows.seat_of, piece.qty
    # A chosen seat is in at most `qty` windows: beyond those, what is found is free of it.
    count = 1 if not chosen else _CANDIDATES_MAX + len(chosen) * qty
    taken = set(chosen)
    found = [
        start
        for start in availability.several(piece, channels, count)
        if taken.isdisjoint(range(seat_of[start], seat_of[start] + qty))
    ]
    if not found or not chosen:
        return found[0] if found else None
    x, y = layout.x[chosen[0]], layout.y[chosen[0]]
    return min(
        found,
        key=lambda start: (layout.x[seat_of[start]] - x) ** 2 + (layout.y[seat_of[start]] - y) ** 2,
    )


def _seats(availability: Availability, start: int, qty: int) -> list[int]:
    first = availability.windows.seat_of[start]
    return list(range(first, first + qty))

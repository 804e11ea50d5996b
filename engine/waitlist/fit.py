"""Whether there is something free, now and at today's prices, for somebody who waits."""

from __future__ import annotations

from engine.best import best_available
from engine.commands import HoldBest, Request
from engine.events import PlacesItem, SeatItem
from engine.quotes import quote_by_category
from engine.refusals import Refusal
from engine.state import FREE, SectionState
from engine.terms import DEFAULT_TYPE
from engine.waitlist.wish import Wish

Demand = tuple[int, int, bool, bool | None]
"""What of a wish decides whether something fits: size, categories as bits, together, accessible."""
Fit = tuple[tuple[SeatItem, ...], tuple[PlacesItem, ...]]


class Demands:
    """What wishes come to at today's prices: whoever would pay enough for the same wants the same."""

    def __init__(self, state: SectionState) -> None:
        keys = dict.fromkeys((*state.layout.categories, *state.layout.area_category))
        priced = [(key, state.price_of(key, DEFAULT_TYPE)) for key in keys]
        self._sold = [(1 << bit, key, price) for bit, (key, price) in enumerate(priced) if price is not None]

    def of(self, wish: Wish) -> Demand:
        """The demand behind a wish."""
        kinds = 0
        for bit, key, price in self._sold:
            affordable = wish.max_price is None or price <= wish.max_price
            if affordable and (not wish.categories or key in wish.categories):
                kinds |= bit
        return wish.qty, kinds, wish.together, wish.accessible


def anything_free(state: SectionState) -> bool:
    """Whether there is a free seat or place, whomever it may fit."""
    return state.shown[FREE] > 0 or any(map(state.free_places, range(len(state.layout.area_names))))


def fit(state: SectionState, wish: Wish) -> Fit | None:
    """The best seats for a whole party, else places of the first area that has enough; None: nothing.

    Only what anybody may buy counts: seats and areas of a channel are sold there.
    """
    seats = _seats(state, wish)
    if seats:
        return seats, ()
    place = _places(state, wish)
    return None if place is None else ((), (place,))


def _seats(state: SectionState, wish: Wish) -> tuple[SeatItem, ...]:
    if state.shown[FREE] < wish.qty:
        return ()
    best = HoldBest(wish.qty, wish.categories, wish.together, wish.accessible, wish.max_price)
    found = best_available(state, _ANYBODY, best)
    items = None if found is None else quote_by_category(state, found, {})
    return () if items is None or isinstance(items, Refusal) else items


def _places(state: SectionState, wish: Wish) -> PlacesItem | None:
    if wish.accessible:
        return None
    for area, category in enumerate(state.layout.area_category):
        price = state.price_of(category, DEFAULT_TYPE)
        if (
            price is not None
            and (wish.max_price is None or price <= wish.max_price)
            and (not wish.categories or category in wish.categories)
            and not state.area_off_sale[area]
            and state.area_channel[area] is None
            and state.free_places(area) >= wish.qty
        ):
            return PlacesItem(area, DEFAULT_TYPE, price, wish.qty)
    return None


_ANYBODY = Request("", HoldBest(1))

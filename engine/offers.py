"""What is left of a section, by category: free places, and the longest row of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from engine.listings import Offer, Survey
from engine.outline import Outline, Stretch
from engine.plan import Plan
from engine.terms import Terms
from engine.views import money

FREE: Final = 0
_LOW: Final = bytes(each & 15 for each in range(256))
_HIGH: Final = bytes(each >> 4 for each in range(256))
_TAKEN: Final = b"\x01"
_ONLY_TAKEN: Final = bytes([FREE]) + _TAKEN * 255
"""Turns every status but FREE into the same one."""


def unpacked(packed: bytes, seats: int) -> bytes:
    """Statuses by ordinal from four bits a seat, the first in the low nibble."""
    statuses = bytearray(2 * len(packed))
    statuses[::2] = packed.translate(_LOW)
    statuses[1::2] = packed.translate(_HIGH)
    return bytes(statuses[:seats])


def offers(outline: Outline, statuses: bytes, areas: Mapping[int, int], terms: Terms) -> tuple[Offer, ...]:
    """What is left where seats have these `statuses` and areas so many free places, by area index.

    Side by side are neighbours of one row and one category; in an area everybody is. A table
    that sells only whole counts when all of it is free.
    """
    taken = statuses.translate(_ONLY_TAKEN)
    free = dict.fromkeys(outline.categories, 0)
    longest = dict.fromkeys(outline.categories, 0)
    for stretch in outline.stretches:
        seats, run = _left(stretch, taken)
        free[stretch.category] += seats
        longest[stretch.category] = max(longest[stretch.category], run)
    for index, left in areas.items():
        category = outline.area_category[index]
        free[category] += left
        longest[category] = max(longest[category], left)
    return tuple(
        Offer(category, lowest_price(terms, category), free[category], longest[category])
        for category in outline.categories
    )


def _left(stretch: Stretch, taken: bytes) -> tuple[int, int]:
    """How many seats of a stretch are free, and the most of them side by side."""
    if stretch.whole is not None and _TAKEN in taken[slice(*stretch.whole)]:
        return 0, 0
    seats = taken[stretch.first : stretch.stop]
    free = len(seats) - seats.count(_TAKEN)
    return free, free if free in (0, len(seats)) else max(map(len, seats.split(_TAKEN)))


def first_offers(plan: Plan, section: str, terms: Terms) -> tuple[Offer, ...]:
    """What there is of a section before anybody has taken anything."""
    outline = Outline(plan, section)
    return offers(outline, bytes(outline.seat_count), outline.areas, terms)


def at_prices(survey: Survey, terms: Terms) -> Survey:
    """What was found in a section at the prices of these terms."""
    found = tuple(replace(each, price=lowest_price(terms, each.category)) for each in survey.offers)
    return replace(survey, offers=found)


def lowest_price(terms: Terms, category: str) -> float:
    """The lowest price of a category, in units of the currency; free of charge where none is set."""
    prices = terms.prices.get(category)
    return float(money(min(prices.values()), terms.currency).amount) if prices else 0.0

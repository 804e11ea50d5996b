"""What is left of a section, by category: free places, and the longest row of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from engine.layout import SectionLayout
from engine.listings import Offer, Survey
from engine.plan import Plan
from engine.terms import Terms
from engine.views import money

FREE = 0


def unpacked(packed: bytes, seats: int) -> list[int]:
    """Statuses by ordinal from four bits a seat, the first in the low nibble."""
    return [packed[seat >> 1] >> 4 if seat & 1 else packed[seat >> 1] & 15 for seat in range(seats)]


def offers(
    layout: SectionLayout, statuses: Sequence[int], areas: Mapping[int, int], terms: Terms
) -> tuple[Offer, ...]:
    """What is left where seats have these `statuses` and areas so many free places, by area index.

    Side by side are neighbours of one row and one category; in an area everybody is. A table
    that sells only whole counts when all of it is free.
    """
    free: dict[str, int] = {}
    longest: dict[str, int] = {}
    for run in layout.runs:
        ordinals = range(run.first, run.stop)
        if run.whole is not None and any(statuses[each] != FREE for each in ordinals):
            continue
        length, before = 0, None
        for ordinal in ordinals:
            category = layout.category_of[ordinal]
            if statuses[ordinal] != FREE:
                length = 0
                continue
            length = length + 1 if category == before else 1
            before = category
            free[category] = free.get(category, 0) + 1
            longest[category] = max(longest.get(category, 0), length)
    for index, left in areas.items():
        category = layout.area_category[index]
        free[category] = free.get(category, 0) + left
        longest[category] = max(longest.get(category, 0), left)
    known = sorted({*layout.category_of, *layout.area_category})
    return tuple(
        Offer(category, lowest_price(terms, category), free.get(category, 0), longest.get(category, 0))
        for category in known
    )


def first_offers(plan: Plan, section: str, terms: Terms) -> tuple[Offer, ...]:
    """What there is of a section before anybody has taken anything."""
    layout = SectionLayout(plan, section)
    return offers(layout, [FREE] * layout.seat_count, dict(enumerate(layout.capacities)), terms)


def at_prices(survey: Survey, terms: Terms) -> Survey:
    """What was found in a section at the prices of these terms."""
    found = tuple(replace(each, price=lowest_price(terms, each.category)) for each in survey.offers)
    return replace(survey, offers=found)


def lowest_price(terms: Terms, category: str) -> float:
    """The lowest price of a category, in units of the currency; free of charge where none is set."""
    prices = terms.prices.get(category)
    return float(money(min(prices.values()), terms.currency).amount) if prices else 0.0

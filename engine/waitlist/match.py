"""Offers what a record set free to those who wait, in that same record.

In order of rank the first party of whom all can be seated, and who stays within the limits of
the sale, is offered the best seats for them; then the next one, until nobody fits. A party that
does not fit keeps its place and is passed over; nothing is held back for it, and what fits
nobody is free for all. Nothing is offered while the sale is not open.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec.structs import replace

from engine.events import (
    ChannelSet,
    ForSaleSet,
    HoldChanged,
    HoldReleased,
    HoldsExpired,
    OrderCancelled,
    OrderReduced,
    PartSettled,
    PriceSet,
    Record,
    SaleSet,
    SeatsUnblocked,
)
from engine.evolve import evolve
from engine.ids import derived_body
from engine.state import SectionState
from engine.touched import Touched
from engine.waitlist.events import EntryEnded, EntryListed, OfferMade, OfferReturned
from engine.waitlist.evolve import offer
from engine.waitlist.fit import Demand, Demands, anything_free, fit
from engine.waitlist.party import Party
from engine.waitlist.waitlist import Ranked
from engine.waitlist.wish import Wish

FREEING: Final = (
    HoldReleased,
    HoldsExpired,
    HoldChanged,
    OrderCancelled,
    OrderReduced,
    PartSettled,
    SeatsUnblocked,
    ForSaleSet,
    ChannelSet,
    PriceSet,
    SaleSet,
    EntryEnded,
    EntryListed,
    OfferReturned,
)
"""After these something may fit somebody for whom nothing was free before."""
Head = tuple[Ranked, Wish]
"""The first of those who wish for the same and were not looked at yet."""


def take_effect(state: SectionState, record: Record, fresh_id: str) -> tuple[Record, Touched]:
    """Apply a record and offer what it set free; the record as it is to be written.

    Seats that are offered are never seen free. The ids of holds follow from `fresh_id`.
    """
    touched = evolve(state, record)
    if not state.waitlist.lines or not isinstance(record.event, FREEING):
        return record, touched
    offers: list[OfferMade] = []
    for made in offers_for(state, fresh_id):
        part = offer(state, made)
        touched = Touched(touched.seats + part.seats, touched.areas + part.areas)
        offers.append(made)
    return (replace(record, offers=tuple(offers)) if offers else record), touched


def offers_for(state: SectionState, fresh_id: str) -> Iterator[OfferMade]:
    """What is to be offered, first in line first; each is to be applied before the next is asked for.

    What does not fit now does not fit when there is less, and wishes of which the same would do
    fit alike. So each kind of demand is looked for in vain once at most, however many wait.
    """
    if state.terms.sale != "open" or not anything_free(state):
        return
    vain: set[Demand] = set()
    demands, lines = Demands(state), state.waitlist.lines
    heads = [(line[0], wish) for wish, line in lines.items()]
    heapify(heads)
    made = 0
    while heads:
        ranked, wish = heappop(heads)
        demand = demands.of(wish)
        if demand in vain:
            continue
        party = state.waitlist.parties[ranked[1]]
        if within_limits(state, party.owner, wish):
            found = fit(state, wish)
            if found is None:
                vain.add(demand)
                continue
            hold, ends_ms = "hld_" + derived_body(fresh_id, made), offer_ends_ms(state, state.at_ms)
            yield OfferMade(party.entry, hold, *found, ends_ms, not keeps_register(party))
            made += 1
        _go_on(heads, lines, ranked, wish)


def _go_on(heads: list[Head], lines: dict[Wish, list[Ranked]], ranked: Ranked, wish: Wish) -> None:
    """Put the next of a line, from which somebody may have gone, among the heads of all."""
    line = lines.get(wish, [])
    place = bisect_right(line, ranked)
    if place < len(line):
        heappush(heads, (line[place], wish))


def keeps_register(party: Party) -> bool:
    """Whether an entry is as the event's register has it: there its offers need no confirmation."""
    return bool(party.streams)


def within_limits(state: SectionState, owner: str, wish: Wish) -> bool:
    """Whether a buyer may have so many more seats."""
    return state.quantity_of.get(owner, 0) + wish.qty <= state.terms.limits.seats_per_buyer


def offer_ends_ms(state: SectionState, at_ms: int) -> int:
    """When an offer that is made at `at_ms` ends."""
    limits = state.terms.limits
    return at_ms + min(limits.offer_ttl_ms, limits.hold_life_max_ms)

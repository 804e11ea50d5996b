"""Offers what a record set free to those who wait, in that same record.

In order of rank the first party of whom all can be seated, and who stays within the limits of
the sale, is offered the best seats for them; then the next one, until nobody fits. A party that
does not fit keeps its place and is passed over; nothing is held back for it, and what fits
nobody is free for all. Nothing is offered while the sale is not open.
"""

from __future__ import annotations

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
from engine.waitlist.fit import fit
from engine.waitlist.party import Party
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


def take_effect(state: SectionState, record: Record, fresh_id: str) -> tuple[Record, Touched]:
    """Apply a record and offer what it set free; the record as it is to be written.

    Seats that are offered are never seen free. The ids of holds follow from `fresh_id`.
    """
    touched = evolve(state, record)
    if not state.waitlist.lines or not isinstance(record.event, FREEING):
        return record, touched
    offers: list[OfferMade] = []
    while (made := next_offer(state, fresh_id, len(offers))) is not None:
        part = offer(state, made)
        touched = Touched(touched.seats + part.seats, touched.areas + part.areas)
        offers.append(made)
    return (replace(record, offers=tuple(offers)) if offers else record), touched


def next_offer(state: SectionState, fresh_id: str, number: int) -> OfferMade | None:
    """What the first in line whom something fits is to be offered, as offer `number` of a record."""
    if state.terms.sale != "open":
        return None
    lines = state.waitlist.lines
    heads = [(line[0], 0, wish) for wish, line in lines.items()]
    heapify(heads)
    while heads:
        (_, entry), index, wish = heappop(heads)
        party = state.waitlist.parties[entry]
        if within_limits(state, party.owner, wish):
            found = fit(state, wish)
            if found is not None:
                hold = "hld_" + derived_body(fresh_id, number)
                ends_ms = offer_ends_ms(state, state.at_ms)
                return OfferMade(entry, hold, *found, ends_ms, not keeps_register(party))
        elif index + 1 < len(lines[wish]):
            heappush(heads, (lines[wish][index + 1], index + 1, wish))
    return None


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

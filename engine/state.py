"""A section's state: what `evolve` writes and `decide` reads.

The truth is `terms`, holds, orders, what is lent, blocked seats, flags, channels, endings, outcomes and
the waitlist; all
else (status arrays, counts, deadlines, availability) is derived from it and never stored.
"""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush

from engine.availability import CHANNEL_ONLY, CLOSED, OPEN, Availability
from engine.events import PlacesItem, SeatItem
from engine.holds import Ended, Hold, Lent, Order, Outcome
from engine.layout import SectionLayout
from engine.terms import DEFAULT_TYPE, Terms
from engine.transitions import Phase
from engine.waitlist.waitlist import Waitlist

FREE = 0
HELD = 1
SOLD = 2
BLOCKED = 3


class SectionState:
    """One section. Empty before its first record; written by `engine.evolve` alone.

    By seat ordinal: `status` (FREE, HELD, SOLD, BLOCKED), `public` (the same as seen from
    outside: a free seat that is not for sale is BLOCKED), `seat_off_sale` (flags) and
    `seat_channel`.
    `shown` counts the seats of each public status.
    `lent` has by gathering what holds of other sections have here, `gathered` the hold or order of
    this section that has parts from a gathering.
    By area index: `area_held`, `area_sold`, `area_off_sale`, `area_channel`.
    `seq` is the position of the last record, `at_ms` its time.
    """

    def __init__(self, layout: SectionLayout) -> None:
        self.layout = layout
        self.seq = 0
        self.at_ms = 0
        self.event_id = ""
        self.plan_digest = ""
        self.terms = Terms()
        self.holds: dict[str, Hold] = {}
        self.orders: dict[str, Order] = {}
        self.ended: dict[str, Ended] = {}
        self.lent: dict[str, Lent] = {}
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        self.waitlist = Waitlist()
        self.seat_off_sale = bytearray(layout.seat_count)
        self.seat_channel: list[str | None] = [None] * layout.seat_count
        self.area_off_sale = bytearray(len(layout.area_names))
        self.area_channel: list[str | None] = [None] * len(layout.area_names)
        self.status = bytearray(layout.seat_count)
        self.public = bytearray(layout.seat_count)
        self.shown = [layout.seat_count, 0, 0, 0]
        self.area_held = [0] * len(layout.area_names)
        self.area_sold = [0] * len(layout.area_names)
        self.live_holds_of: dict[str, int] = {}
        self.quantity_of: dict[str, int] = {}
        self.gathered: dict[str, str] = {}
        self.channels_used: frozenset[str] = frozenset()
        self.deadlines: list[tuple[int, str]] = []
        self.outcome_order: deque[tuple[str, str]] = deque()
        self.ended_order: deque[str] = deque()
        self.lapsed_order: deque[str] = deque()
        self.availability = Availability(layout, self.seat_channel.__getitem__)

    def set_status(self, seat: int, status: int) -> bool:
        """Write a seat's status and all that follows from it; True if the public one changed."""
        self.status[seat] = status
        return self.refresh(seat)

    def refresh(self, seat: int) -> bool:
        """Derive a seat's public status and availability anew; True if the public one changed."""
        status = self.status[seat]
        if status != FREE:
            open_to = CLOSED
        elif self.seat_off_sale[seat]:
            status, open_to = BLOCKED, CLOSED
        else:
            open_to = OPEN if self.seat_channel[seat] is None else CHANNEL_ONLY
        self.availability.put(seat, open_to)
        before = self.public[seat]
        if before == status:
            return False
        self.public[seat] = status
        self.shown[before] -= 1
        self.shown[status] += 1
        return True

    def set_deadline(self, hold: Hold) -> None:
        """Remember when a hold ends; earlier deadlines of the same hold go stale by themselves."""
        heappush(self.deadlines, (hold.deadline_ms, hold.id))
        # Renewals leave stale entries behind: rebuild before they outnumber the live ones.
        if len(self.deadlines) > 64 + 4 * len(self.holds):
            self.deadlines = [(each.deadline_ms, each.id) for each in self.holds.values()]
            heapify(self.deadlines)

    def is_deadline(self, deadline_ms: int, hold_id: str) -> bool:
        """Whether an entry of the deadline heap still speaks of a live hold's deadline."""
        hold = self.holds.get(hold_id)
        return hold is not None and hold.deadline_ms == deadline_ms

    def public_statuses(self) -> bytes:
        """What the world sees of all seats, one byte each."""
        return bytes(self.public)

    def count_owner(self, owner: str, holds: int, quantity: int) -> None:
        """Add to what an owner has: live holds, and seats and places held and booked together."""
        _add(self.live_holds_of, owner, holds)
        _add(self.quantity_of, owner, quantity)

    def free_places(self, area: int) -> int:
        """Places of an area that are neither held nor sold."""
        return self.layout.capacities[area] - self.area_held[area] - self.area_sold[area]

    def price_of(self, category: str, ticket_type: str) -> int | None:
        """Today's price in minor units, or None when the category does not sell that type."""
        prices = self.terms.prices.get(category)
        if prices is None:
            return 0 if ticket_type == DEFAULT_TYPE else None
        return prices.get(ticket_type)


def next_deadline(state: SectionState) -> int | None:
    """When the next hold ends, in Unix milliseconds; None without live holds."""
    deadlines = state.deadlines
    while deadlines:
        deadline_ms, hold_id = deadlines[0]
        if state.is_deadline(deadline_ms, hold_id):
            return deadline_ms
        heappop(deadlines)
    return None


def due_holds(state: SectionState, at_ms: int) -> list[str]:
    """Ids of all holds whose deadline is at or before `at_ms`, earliest first; changes nothing."""
    deadlines = state.deadlines
    due: set[tuple[int, str]] = set()
    # Below an entry of a heap nothing is earlier: only due branches are walked.
    branches = [0]
    while branches:
        index = branches.pop()
        if index < len(deadlines) and deadlines[index][0] <= at_ms:
            if state.is_deadline(*deadlines[index]):
                due.add(deadlines[index])
            branches += (2 * index + 1, 2 * index + 2)
    return [hold_id for _, hold_id in sorted(due)]


def derive(state: SectionState) -> None:
    """Fill everything derived from the truth in a state that was just loaded."""
    for hold in state.holds.values():
        _occupy(state, hold.seats, hold.places, HELD)
        state.count_owner(hold.owner, 1, hold.quantity)
    for order in state.orders.values():
        if order.phase is Phase.BOOKED:
            _occupy(state, order.seats, order.places, SOLD)
            state.count_owner(order.owner, 0, order.quantity)
    for lent in state.lent.values():
        _occupy(state, lent.seats, lent.places, SOLD if lent.sold else HELD)
        state.count_owner(lent.owner, 0, lent.quantity)
    state.gathered = gathered_in(state)
    for seat in range(state.layout.seat_count):
        state.refresh(seat)
    state.deadlines = [(hold.deadline_ms, hold.id) for hold in state.holds.values()]
    heapify(state.deadlines)
    state.outcome_order = deque(state.outcomes)
    state.ended_order = deque(state.ended)
    lapsed = (Phase.RELEASED, Phase.EXPIRED)
    state.lapsed_order = deque(order.id for order in state.orders.values() if order.phase in lapsed)
    state.channels_used = channels_in(state)


def gathered_in(state: SectionState) -> dict[str, str]:
    """Which live hold or booked order has parts from which gathering."""
    holders = [(hold.id, hold.parts) for hold in state.holds.values()]
    holders += [(order.id, order.parts) for order in state.orders.values() if order.phase is Phase.BOOKED]
    return {part.gathering: holder for holder, parts in holders for part in parts}


def channels_in(state: SectionState) -> frozenset[str]:
    """The channels that some seat or area is reserved for."""
    return frozenset(each for each in {*state.seat_channel, *state.area_channel} if each is not None)


def _occupy(
    state: SectionState, seats: tuple[SeatItem, ...], places: tuple[PlacesItem, ...], status: int
) -> None:
    for item in seats:
        state.status[item.seat] = status
    counts = state.area_held if status == HELD else state.area_sold
    for place in places:
        counts[place.area] += place.qty


def _add(counts: dict[str, int], key: str, change: int) -> None:
    count = counts.get(key, 0) + change
    if count:
        counts[key] = count
    else:
        counts.pop(key, None)

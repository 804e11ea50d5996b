"""What must hold in every section at every time, by number, and a check that trusts nothing derived.

    I1  a seat has at most one owner: one live hold, one booking or one part of another section's
    I2  the status of every seat is what holds, bookings, parts and blocks say
    I3  an area's held and sold places are what holds, bookings and parts say, and fit its capacity
    I4  what is booked was in a live hold in the step before; a pending order has its hold
    I5  records are numbered without a gap
    I6  time never goes back
    I7  deadlines and renewals stay within the terms
    I8  every live hold is found by its deadline
    I9  a key has one outcome, and outcomes are remembered in the order they came
    I10 what buyers are counted to have is what they have
    I11 what the world sees and what can be taken follow from status, sale flags and channels
    I12 the parts of a gathering belong to one hold or order, which is found by it

I4 in part, I5 and I6 are about steps and are checked by `engine.replay`. The waitlist has its own,
W1 and on, in `engine.waitlist.invariants`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from engine.availability import CHANNEL_ONLY, CLOSED, OPEN
from engine.holds import Hold, Lent, Order
from engine.state import BLOCKED, FREE, HELD, SOLD, SectionState, gathered_in
from engine.transitions import Phase
from engine.waitlist.invariants import check_waitlist


class Breach(msgspec.Struct, frozen=True):
    """A broken invariant: its number, what is wrong, and where in the journal it showed."""

    invariant: str
    detail: str
    seq: int

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.invariant} at {self.seq}: {self.detail}"


def check(state: SectionState) -> list[Breach]:
    """All breaches in a state; empty when it is sound. Takes time in proportion to its size."""
    checks = (_seats, _areas, _orders, _deadlines, _outcomes, _owners, _derived, _gathered, check_waitlist)
    return [Breach(number, detail, state.seq) for each in checks for number, detail in each(state)]


Finding = tuple[str, str]


def _seats(state: SectionState) -> Iterator[Finding]:
    owners: dict[int, str] = {}
    expected = bytearray(BLOCKED if each == BLOCKED else FREE for each in state.status)
    holdings = [(hold.id, hold.seats, HELD) for hold in state.holds.values()]
    holdings += [
        (order.id, order.seats, SOLD) for order in state.orders.values() if order.phase is Phase.BOOKED
    ]
    holdings += [(lent.gathering, lent.seats, SOLD if lent.sold else HELD) for lent in state.lent.values()]
    for owner, items, status in holdings:
        for item in items:
            if item.seat in owners:
                label = state.layout.labels[item.seat]
                yield "I1", f"{label} belongs to {owners[item.seat]} and to {owner}"
            owners[item.seat] = owner
            expected[item.seat] = status
    for seat, (is_now, should_be) in enumerate(zip(state.status, expected, strict=True)):
        if is_now != should_be:
            yield "I2", f"{state.layout.labels[seat]} is {is_now}, its owners say {should_be}"


def _areas(state: SectionState) -> Iterator[Finding]:
    held, sold = _places(state)
    for area, name in enumerate(state.layout.area_names):
        if (state.area_held[area], state.area_sold[area]) != (held[area], sold[area]):
            yield "I3", f"{name} counts are not what its holds and bookings say"
        if held[area] + sold[area] > state.layout.capacities[area]:
            yield "I3", f"{name} has more held and sold than its capacity"


def _places(state: SectionState) -> tuple[Counter[int], Counter[int]]:
    """Held and sold places by area, as their owners have them."""
    held: Counter[int] = Counter()
    sold: Counter[int] = Counter()
    owners: list[tuple[Counter[int], Hold | Order | Lent]] = [(held, hold) for hold in state.holds.values()]
    owners += [(sold, order) for order in state.orders.values() if order.phase is Phase.BOOKED]
    owners += [(sold if lent.sold else held, lent) for lent in state.lent.values()]
    for counted, owner in owners:
        for place in owner.places:
            counted[place.area] += place.qty
    return held, sold


def _orders(state: SectionState) -> Iterator[Finding]:
    for order in state.orders.values():
        hold = state.holds.get(order.hold)
        if order.phase is Phase.PINNED and (hold is None or hold.order != order.id):
            yield "I4", f"{order.id} is pending without its hold"
        if order.phase is Phase.BOOKED and hold is not None:
            yield "I4", f"{order.id} is booked and its hold lives on"
    for hold in state.holds.values():
        if hold.order is not None:
            pinned = state.orders.get(hold.order)
            if pinned is None or pinned.phase is not Phase.PINNED:
                yield "I4", f"{hold.id} is pinned without a pending order"


def _deadlines(state: SectionState) -> Iterator[Finding]:
    limits = state.terms.limits
    known = set(state.deadlines)
    for hold in state.holds.values():
        if (hold.deadline_ms, hold.id) not in known:
            yield "I8", f"{hold.id} has no deadline"
        if not 0 <= hold.renewals_left <= limits.renewals:
            yield "I7", f"{hold.id} has {hold.renewals_left} renewals left"
        if hold.expires_ms > hold.placed_ms + limits.hold_life_max_ms:
            yield "I7", f"{hold.id} outlives the longest life of a hold"


def _outcomes(state: SectionState) -> Iterator[Finding]:
    if list(state.outcomes) != list(state.outcome_order):
        yield "I9", "outcomes are not remembered in the order they came"
    last_seq = 0
    for key, outcome in state.outcomes.items():
        if key != (outcome.principal, outcome.idem) or not last_seq < outcome.seq <= state.seq:
            yield "I9", f"the outcome under {outcome.idem!r} is out of order"
        last_seq = outcome.seq
    if list(state.ended) != list(state.ended_order):
        yield "I9", "ended holds are not remembered in the order they came"


def _owners(state: SectionState) -> Iterator[Finding]:
    holds: Counter[str] = Counter()
    quantity: Counter[str] = Counter()
    for hold in state.holds.values():
        holds[hold.owner] += 1
        quantity[hold.owner] += hold.quantity
    for order in state.orders.values():
        if order.phase is Phase.BOOKED:
            quantity[order.owner] += order.quantity
    for lent in state.lent.values():
        quantity[lent.owner] += lent.quantity
    if dict(holds) != state.live_holds_of:
        yield "I10", "live holds are miscounted"
    if dict(+quantity) != state.quantity_of:  # a hold may have nothing in its own section
        yield "I10", "seats and places of buyers are miscounted"


def _derived(state: SectionState) -> Iterator[Finding]:
    slots, slot_of = state.availability.slots, state.availability.windows.slot_of
    for seat, status in enumerate(state.status):
        shown, open_to = status, CLOSED
        if status == FREE and state.seat_off_sale[seat]:
            shown = BLOCKED
        elif status == FREE:
            open_to = OPEN if state.seat_channel[seat] is None else CHANNEL_ONLY
        if (state.public[seat], slots[slot_of[seat]]) != (shown, open_to):
            yield "I11", f"{state.layout.labels[seat]} is not shown as it is"
    if state.shown != [state.public.count(status) for status in (FREE, HELD, SOLD, BLOCKED)]:
        yield "I11", f"the public statuses do not count {state.shown}"


def _gathered(state: SectionState) -> Iterator[Finding]:
    if state.gathered != gathered_in(state):
        yield "I12", "gatherings are not found where their parts are"
    holders = [(hold.id, hold.parts) for hold in state.holds.values()]
    holders += [(order.id, order.parts) for order in state.orders.values() if order.phase is Phase.BOOKED]
    of: dict[str, str] = {}
    for holder, parts in holders:
        for part in parts:
            if of.setdefault(part.gathering, holder) != holder:
                yield "I12", f"{part.gathering} is {of[part.gathering]}'s and {holder}'s"

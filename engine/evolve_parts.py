"""What the events of parts do to the state of the section that lends them."""

from __future__ import annotations

from msgspec.structs import replace

from engine.events import PartSettled, PartTaken, PlacesItem, Record, SeatItem
from engine.holds import Lent
from engine.state import FREE, HELD, SOLD, SectionState
from engine.touched import Touched


def lend_or_settle(state: SectionState, record: Record, event: PartTaken | PartSettled) -> Touched:
    """Let an event of this family take effect."""
    return lend(state, record, event) if isinstance(event, PartTaken) else settle(state, event)


def lend(state: SectionState, record: Record, event: PartTaken) -> Touched:
    """Seats and places are held for a gathering. To the public they look like any others that are."""
    lent = Lent(event.gathering, record.principal, event.home, event.seats, event.places)
    state.lent[lent.gathering] = lent
    state.count_owner(lent.owner, 0, lent.quantity)
    for item in lent.seats:
        state.set_status(item.seat, HELD)
    for place in lent.places:
        state.area_held[place.area] += place.qty
    return _touched(lent.seats, lent.places)


def settle(state: SectionState, event: PartSettled) -> Touched:
    """What is lent is less from now on, or sold, or nothing any more."""
    before = state.lent.pop(event.gathering)
    _give_back(state, before)
    if not event.seats and not event.places:
        return _touched(before.seats, before.places)
    after = replace(before, seats=event.seats, places=event.places, sold=event.sold)
    state.lent[after.gathering] = after
    state.count_owner(after.owner, 0, after.quantity)
    for item in after.seats:
        state.set_status(item.seat, SOLD if after.sold else HELD)
    counts = state.area_sold if after.sold else state.area_held
    for place in after.places:
        counts[place.area] += place.qty
    return _touched(before.seats, before.places)


def _give_back(state: SectionState, lent: Lent) -> None:
    state.count_owner(lent.owner, 0, -lent.quantity)
    for item in lent.seats:
        state.set_status(item.seat, FREE)
    counts = state.area_sold if lent.sold else state.area_held
    for place in lent.places:
        counts[place.area] -= place.qty


def _touched(seats: tuple[SeatItem, ...], places: tuple[PlacesItem, ...]) -> Touched:
    return Touched(tuple([item.seat for item in seats]), tuple([place.area for place in places]))

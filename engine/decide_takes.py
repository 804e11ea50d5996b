"""Commands that take seats or places: named seats, the best available, places of an area.

Each gathers its refusals in the order of precedence: what is named (not found, taken, not for
sale, channel), the hold's own state, the sense of the request, limits, orphans, the sale.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import assert_never

from engine.best import best_available
from engine.commands import Entry, HoldBest, HoldPlaces, HoldSeats
from engine.events import HoldChanged, HoldPlaced, Part, PlacesItem, SeatItem
from engine.guards import check_limits, check_sale, earliest, find_target
from engine.holds import Hold
from engine.objects import check_area, check_seats, resolve_seats
from engine.orphans import check_orphans
from engine.quotes import quote_by_category, quote_named, quote_places
from engine.refusals import Code, Refusal
from engine.state import SectionState

Taken = HoldPlaced | HoldChanged
Take = HoldSeats | HoldBest | HoldPlaces


def judge_take(state: SectionState, entry: Entry, command: Take) -> Taken | Refusal:
    """Judge a command of this family."""
    match command:
        case HoldSeats():
            return hold_seats(state, entry, command)
        case HoldBest():
            return hold_best(state, entry, command)
        case HoldPlaces():
            return hold_places(state, entry, command)
        case _ as never:
            assert_never(never)


def hold_seats(state: SectionState, entry: Entry, command: HoldSeats) -> Taken | Refusal:
    """Take all of the named seats or none."""
    request = entry.request
    hold, trouble = find_target(state, entry, command.hold)
    seats = resolve_seats(state.layout, command.seats)
    if not isinstance(seats, list):
        return earliest(trouble, seats)
    own = () if hold is None else {item.seat for item in hold.seats}
    refusal = earliest(trouble, check_seats(state, request, seats, own))
    if refusal is not None:
        return refusal
    refusal = _each_once(seats, own)
    if refusal is not None:
        return refusal
    items = quote_named(state, seats, command.types)
    if not isinstance(items, tuple):
        return items
    refusal = (
        check_limits(state, request, hold, len(seats))
        or check_orphans(state, request, seats)
        or check_sale(state, request)
    )
    return _taken(state, entry, hold, seats=items) if refusal is None else refusal


def hold_best(state: SectionState, entry: Entry, command: HoldBest) -> Taken | Refusal:
    """Choose and take in one step, so that no two callers are ever offered the same seats.

    A request that is larger than any hold may be is refused without a search.
    """
    request, qty = entry.request, command.qty
    hold, trouble = find_target(state, entry, command.hold)
    nonsense = _nonsense(state, command)
    if nonsense is not None:
        return earliest(trouble, nonsense)
    limit = check_limits(state, request, hold, qty)
    if limit is not None and qty > state.terms.limits.seats_per_hold:
        return earliest(trouble, limit)
    seats = best_available(state, request, command)
    if seats is None:
        return earliest(trouble, Refusal(Code.BEST_AVAILABLE_NOT_FOUND))
    if trouble is not None:
        return trouble
    items = quote_by_category(state, seats, command.types)
    if isinstance(items, Refusal):
        return items
    refusal = limit or check_sale(state, request)
    return _taken(state, entry, hold, seats=items) if refusal is None else refusal


def hold_places(state: SectionState, entry: Entry, command: HoldPlaces) -> Taken | Refusal:
    """Take places of a general-admission area."""
    request = entry.request
    hold, trouble = find_target(state, entry, command.hold)
    area = state.layout.area_of.get(command.area)
    if area is None:
        return earliest(trouble, Refusal(Code.NOT_FOUND, objects=(command.area,)))
    refusal = earliest(trouble, check_area(state, request, area))
    if refusal is not None:
        return refusal
    if command.qty < 1:
        return Refusal(Code.INVALID, "At least one place must be asked for.")
    item = quote_places(state, area, command.qty, command.type)
    if isinstance(item, Refusal):
        return item
    refusal = (
        check_limits(state, request, hold, command.qty)
        or check_sale(state, request)
        or _check_room(state, area, command.qty)
    )
    return _taken(state, entry, hold, places=(item,)) if refusal is None else refusal


def _each_once(seats: Sequence[int], own: Collection[int]) -> Refusal | None:
    if not seats:
        return Refusal(Code.INVALID, "No seat is named.")
    if len(seats) > 1 and len(set(seats)) < len(seats):
        return Refusal(Code.INVALID, "A seat is named twice.")
    if own and any(seat in own for seat in seats):
        return Refusal(Code.INVALID, "A seat is in this hold already.")
    return None


def _nonsense(state: SectionState, command: HoldBest) -> Refusal | None:
    unknown = tuple(key for key in command.categories if key not in state.layout.categories)
    if unknown:
        return Refusal(Code.NOT_FOUND, "No such category.", unknown)
    if command.qty < 1:
        return Refusal(Code.INVALID, "At least one seat must be asked for.")
    return None


def _check_room(state: SectionState, area: int, qty: int) -> Refusal | None:
    free = state.free_places(area)
    if qty <= free:  # I3: an area never has more held and sold than its capacity
        return None
    name = state.layout.area_names[area]
    return Refusal(Code.SOLD_OUT, f"{free} places are left in {name}.", (name,))


def _taken(
    state: SectionState,
    entry: Entry,
    hold: Hold | None,
    *,
    seats: tuple[SeatItem, ...] = (),
    places: tuple[PlacesItem, ...] = (),
) -> Taken:
    """A new hold, or more in an old one, which keeps its deadline."""
    if hold is None:
        return new_hold(state, entry, seats, places)
    return HoldChanged(
        hold.id,
        hold.seats + seats,
        _merged(hold.places + places),
        hold.expires_ms,
        hold.renewals_left,
        hold.parts,
    )


def new_hold(
    state: SectionState,
    entry: Entry,
    seats: tuple[SeatItem, ...],
    places: tuple[PlacesItem, ...],
    parts: tuple[Part, ...] = (),
) -> HoldPlaced:
    """A hold that begins now, on the terms of the sale."""
    limits = state.terms.limits
    expires_ms = entry.at_ms + min(limits.hold_ttl_ms, limits.hold_life_max_ms)
    return HoldPlaced("hld_" + entry.fresh_id, seats, places, expires_ms, limits.renewals, parts)


def _merged(places: tuple[PlacesItem, ...]) -> tuple[PlacesItem, ...]:
    """Places of the same area, type and price as one item."""
    merged: dict[tuple[int, str, int], int] = {}
    for item in places:
        kind = (item.area, item.type, item.price)
        merged[kind] = merged.get(kind, 0) + item.qty
    return tuple(
        PlacesItem(area, ticket_type, price, qty) for (area, ticket_type, price), qty in merged.items()
    )

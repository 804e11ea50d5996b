"""From public labels to ordinals, and whether what they name can be taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.alternatives import alternatives_to
from engine.availability import OPEN
from engine.commands import Request
from engine.holds import Hold, Order
from engine.layout import SectionLayout
from engine.refusals import Code, Refusal
from engine.state import BLOCKED, FREE, SectionState


def resolve_seats(layout: SectionLayout, labels: Sequence[str]) -> list[int] | Refusal:
    """Ordinals of seats and whole tables in the order named, repeats included."""
    ordinals: list[int] = []
    unknown: list[str] = []
    for label in labels:
        ordinal = layout.ordinal_of.get(label)
        if ordinal is not None:
            ordinals.append(ordinal)
        elif label in layout.tables:
            ordinals.extend(layout.tables[label])
        else:
            unknown.append(label)
    return Refusal(Code.NOT_FOUND, objects=tuple(unknown)) if unknown else ordinals


def resolve_objects(layout: SectionLayout, labels: Sequence[str]) -> tuple[list[int], list[int]] | Refusal:
    """Ordinals of seats (tables included) and indices of areas, each once, ascending."""
    areas = {layout.area_of[label] for label in labels if label in layout.area_of}
    seats = resolve_seats(layout, [label for label in labels if label not in layout.area_of])
    if isinstance(seats, Refusal):
        return seats
    if not labels:
        return Refusal(Code.INVALID, "Nothing is named.")
    return sorted(set(seats)), sorted(areas)


def check_seats(
    state: SectionState, request: Request, seats: Sequence[int], own: Collection[int] = ()
) -> Refusal | None:
    """Why not all of `seats` can be taken; seats in `own` count as free."""
    slots, slot_of = state.availability.slots, state.availability.windows.slot_of
    whole_of = state.layout.whole_of
    for seat in seats:
        if slots[slot_of[seat]] != OPEN or whole_of[seat] is not None:
            return _examine(state, request, seats, own)
    return None


def _examine(
    state: SectionState, request: Request, seats: Sequence[int], own: Collection[int]
) -> Refusal | None:
    status, labels = state.status, state.layout.labels
    taken = [seat for seat in seats if status[seat] not in (FREE, BLOCKED) and seat not in own]
    if taken:
        # I1: a seat that is held or sold is never given to anybody else.
        return Refusal(
            Code.SEAT_TAKEN,
            objects=tuple([labels[seat] for seat in taken]),
            alternatives=alternatives_to(state, request, seats),
        )
    named = set(seats)
    shut = [
        seat
        for seat in seats
        if status[seat] == BLOCKED or state.seat_off_sale[seat] or _torn(state.layout, seat, named)
    ]
    if shut:
        return Refusal(Code.SEAT_NOT_FOR_SALE, objects=tuple([labels[seat] for seat in shut]))
    denied = [seat for seat in seats if not _allowed(state.seat_channel[seat], request)]
    if denied:
        return Refusal(Code.CHANNEL_DENIED, objects=tuple([labels[seat] for seat in denied]))
    return None


def check_area(state: SectionState, request: Request, area: int) -> Refusal | None:
    """Why places of an area cannot be taken by this caller, however many are left."""
    name = state.layout.area_names[area]
    if state.area_off_sale[area]:
        return Refusal(Code.SEAT_NOT_FOR_SALE, objects=(name,))
    if not _allowed(state.area_channel[area], request):
        return Refusal(Code.CHANNEL_DENIED, objects=(name,))
    return None


def check_in_hold(
    layout: SectionLayout, hold: Hold | Order, seats: Sequence[int], areas: Collection[int]
) -> Refusal | None:
    """Why seats and areas cannot be given back: not in the hold or order, or a part of a whole table."""
    own_seats = {item.seat for item in hold.seats}
    own_areas = {item.area for item in hold.places}
    strangers = [layout.labels[seat] for seat in seats if seat not in own_seats]
    strangers += [layout.area_names[area] for area in areas if area not in own_areas]
    if strangers:
        return Refusal(Code.INVALID, f"Not in this {_noun(hold)}.", tuple(strangers))
    torn = _torn_tables(layout, set(seats))
    return Refusal(Code.INVALID, "A table is given back whole.", tuple(torn)) if torn else None


def _noun(hold: Hold | Order) -> str:
    return "hold" if isinstance(hold, Hold) else "order"


def _torn_tables(layout: SectionLayout, seats: Collection[int]) -> list[str]:
    touched = dict.fromkeys(layout.whole_of[seat] for seat in seats)
    return [
        label
        for label in touched
        if label is not None and not all(seat in seats for seat in layout.tables[label])
    ]


def _torn(layout: SectionLayout, seat: int, named: set[int]) -> bool:
    whole = layout.whole_of[seat]
    return whole is not None and not all(each in named for each in layout.tables[whole])


def _allowed(channel: str | None, request: Request) -> bool:
    return channel is None or channel in request.channels

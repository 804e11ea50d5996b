"""What a choice costs today: each seat or place at the price of its category and ticket type."""

from __future__ import annotations

from collections.abc import Sequence

from engine.events import PlacesItem, SeatItem
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.terms import DEFAULT_TYPE


def quote_named(
    state: SectionState, seats: Sequence[int], types: dict[str, str]
) -> tuple[SeatItem, ...] | Refusal:
    """Quote seats whose ticket types are given by seat or whole-table label."""
    if not types:
        return _quote(state, seats, [DEFAULT_TYPE] * len(seats))
    labels, whole_of = state.layout.labels, state.layout.whole_of
    known = {name for seat in seats for name in (labels[seat], whole_of[seat])}
    strangers = tuple(label for label in types if label not in known)
    if strangers:
        return Refusal(Code.INVALID, f"{strangers[0]} has a ticket type but is not asked for.", strangers)
    chosen = [types.get(labels[seat]) or types.get(whole_of[seat] or "", DEFAULT_TYPE) for seat in seats]
    return _quote(state, seats, chosen)


def quote_by_category(
    state: SectionState, seats: Sequence[int], types: dict[str, str]
) -> tuple[SeatItem, ...] | Refusal:
    """Quote seats whose ticket types are given by category key."""
    for category, ticket_type in types.items():
        if category not in state.layout.categories or state.price_of(category, ticket_type) is None:
            return _unsold(category, ticket_type)
    category_of = state.layout.category_of
    return _quote(state, seats, [types.get(category_of[seat], DEFAULT_TYPE) for seat in seats])


def quote_places(state: SectionState, area: int, qty: int, ticket_type: str | None) -> PlacesItem | Refusal:
    """Quote places of an area."""
    category = state.layout.area_category[area]
    chosen = ticket_type or DEFAULT_TYPE
    price = state.price_of(category, chosen)
    return _unsold(category, chosen) if price is None else PlacesItem(area, chosen, price, qty)


def _quote(state: SectionState, seats: Sequence[int], types: Sequence[str]) -> tuple[SeatItem, ...] | Refusal:
    items: list[SeatItem] = []
    category_of = state.layout.category_of
    for seat, ticket_type in zip(seats, types, strict=True):
        price = state.price_of(category_of[seat], ticket_type)
        if price is None:
            return _unsold(category_of[seat], ticket_type)
        items.append(SeatItem(seat, ticket_type, price))
    return tuple(items)


def _unsold(category: str, ticket_type: str) -> Refusal:
    return Refusal(Code.INVALID, f"{category} has no ticket type {ticket_type!r}.", (ticket_type,))

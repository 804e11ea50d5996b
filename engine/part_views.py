"""What gateways are told of parts and gatherings; buyers never are."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.events import Part, PartItem, PartTaken
from engine.holds import Gathered
from engine.layout import SectionLayout
from engine.views import Position


class PartView(msgspec.Struct, frozen=True):
    """What a section has lent to a gathering."""

    gathering: str
    items: tuple[PartItem, ...]
    pos: Position
    section: str


class GatheredView(msgspec.Struct, frozen=True):
    """The hold or order that has parts of a gathering, as it is at `pos`."""

    holder: str
    ends_ms: int
    sold: bool
    parts: tuple[Part, ...]
    pos: Position
    section: str


def render_part(layout: SectionLayout, event: PartTaken, seq: int, history: str) -> PartView:
    """The reply to whoever had something lent."""
    return PartView(event.gathering, tuple(_part_items(layout, event)), (history, seq), layout.name)


def render_gathered(layout: SectionLayout, found: Gathered, seq: int, history: str) -> GatheredView:
    """What became of a gathering, as it is at `seq`."""
    pos = (history, seq)
    return GatheredView(found.name, found.ends_ms, found.sold, found.parts, pos, layout.name)


def _part_items(layout: SectionLayout, event: PartTaken) -> Iterator[PartItem]:
    for seat in event.seats:
        label, category = layout.labels[seat.seat], layout.category_of[seat.seat]
        yield PartItem(label, category, seat.type, seat.price, whole=layout.whole_of[seat.seat] or "")
    for place in event.places:
        name, category = layout.area_names[place.area], layout.area_category[place.area]
        yield PartItem(name, category, place.type, place.price, place.qty, area=True)

"""Where everything is: which section's stream a label, an area, a hold or an order belongs to."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from math import hypot
from typing import Final

import msgspec

from engine.catalogue import EventInfo, SectionInfo
from engine.layout import SectionLayout
from engine.outline import Outline
from engine.plan import Plan, Point, Seat, Section
from gateway.ports import Catalogue

EVENTS_KNOWN_MAX: Final = 50_000
"""Of so many events it is remembered which streams they have; a word for each, beside the maps."""


class Capacity(msgspec.Struct, frozen=True):
    """What a section could ever offer to a best-available search: seats by category."""

    section: SectionInfo
    seats_by_category: dict[str, int]
    seats: int

    def could_fit(self, qty: int, categories: tuple[str, ...]) -> bool:
        """Whether `qty` seats of these categories (any, if none is named) exist at all."""
        if not categories:
            return self.seats >= qty
        return sum(self.seats_by_category.get(category, 0) for category in categories) >= qty


class EventMeter:
    """How often the places of an event are asked for here; while `barred_ms` is not zero nobody may."""

    __slots__ = ("asked", "barred_ms")

    def __init__(self) -> None:
        self.asked = 0
        self.barred_ms = 0

    def take_asked(self) -> int:
        """How often since this was last asked."""
        asked, self.asked = self.asked, 0
        return asked


class EventMap:
    """The parts of an event that never change once it exists, arranged for look-ups.

    `by_closeness` has the sections in the order in which best-available asks them.
    """

    def __init__(self, info: EventInfo, plan: Plan) -> None:
        self.id = info.id
        self.currency = info.terms.currency
        self.info = info
        self.plan = plan
        self.sections = {section.name: section for section in info.sections}
        self.by_stream = {section.stream: section for section in info.sections}
        self.areas = {area: section for section in info.sections for area in section.areas}
        self.tables = {
            f"{part.name}-{table.label}": self.sections[part.name]
            for part in plan.sections
            for table in part.tables
            if table.sell == "whole"
        }
        self.by_closeness = _by_closeness(plan, self.sections)
        self.meter = EventMeter()
        self._layouts: dict[str, SectionLayout] = {}
        self._outlines: dict[str, Outline] = {}

    def section_of(self, label: str) -> SectionInfo | None:
        """The section of a seat's, a whole table's or an area's public name."""
        if self.tables:
            table = self.tables.get(label)
            if table is not None:
                return table
        return self.sections.get(label.rsplit("-", 2)[0]) or self.areas.get(label)

    def layout(self, section: str) -> SectionLayout:
        """The labels of a section by ordinal."""
        layout = self._layouts.get(section)
        if layout is None:
            layout = self._layouts[section] = SectionLayout(self.plan, section)
        return layout

    def outline(self, section: str) -> Outline:
        """What to count of a section."""
        outline = self._outlines.get(section)
        if outline is None:
            outline = self._outlines[section] = Outline(self.plan, section)
        return outline


def _by_closeness(plan: Plan, sections: dict[str, SectionInfo]) -> tuple[Capacity, ...]:
    middles = {part.name: _middle(part) for part in plan.sections}
    focal = plan.focal or Point(0.0, 0.0)
    order = sorted(
        (part for part in plan.sections if part.rows or part.tables),
        key=lambda part: (
            hypot(middles[part.name].x - focal.x, middles[part.name].y - focal.y),
            sections[part.name].ordinal,
        ),
    )
    return tuple(_capacity(part, sections[part.name]) for part in order)


def _middle(section: Section) -> Point:
    seats = _seats(section)
    if not seats:
        return Point(0.0, 0.0)
    return Point(sum(seat.x for seat in seats) / len(seats), sum(seat.y for seat in seats) / len(seats))


def _seats(section: Section) -> list[Seat]:
    by_row = [seat for row in section.rows for seat in row.seats]
    return by_row + [seat for table in section.tables for seat in table.seats]


def _capacity(part: Section, section: SectionInfo) -> Capacity:
    seats_by_category: dict[str, int] = {}
    for seat in _seats(part):
        seats_by_category[seat.category] = seats_by_category.get(seat.category, 0) + 1
    return Capacity(section, seats_by_category, sum(seats_by_category.values()))


class Directory:
    """Event maps, loaded once from the catalogue and kept: those of the `events_max` used last.

    Whose a stream is, is kept for the `known_max` events that were looked up last.
    """

    def __init__(
        self, catalogue: Catalogue, events_max: int = 256, known_max: int = EVENTS_KNOWN_MAX
    ) -> None:
        self._catalogue = catalogue
        self._events_max = events_max
        # More than there are maps, so that what was just looked up is never what is forgotten.
        self._known_max = max(known_max, events_max + 1)
        self._maps: OrderedDict[str, EventMap] = OrderedDict()
        self._streams_of: dict[str, frozenset[int]] = {}
        self._event_of_stream: dict[int, str] = {}
        self._queued: set[str] = set()
        self._loading: dict[str, asyncio.Task[EventMap | None]] = {}

    def maps(self) -> list[EventMap]:
        """Those that are kept at present."""
        return list(self._maps.values())

    def known(self, event_id: str) -> EventMap | None:
        """The event's map if it is loaded already."""
        known = self._maps.get(event_id)
        if known is not None:
            # The ones in use stay, however many others are looked at.
            self._maps.move_to_end(event_id)
        return known

    async def event(self, event_id: str) -> EventMap | None:
        """The event's map, or None when there is no such event. May raise `StorageUnavailable`."""
        known = self.known(event_id)
        if known is not None:
            return known
        # A crowd arrives at a new event in the same instant: one of them reads, all of them wait.
        task = self._loading.get(event_id)
        if task is None:
            task = self._loading[event_id] = asyncio.ensure_future(self._load(event_id))
            task.add_done_callback(lambda _done: self._loading.pop(event_id, None))
        return await asyncio.shield(task)

    async def _load(self, event_id: str) -> EventMap | None:
        info = await self._catalogue.event(event_id)
        plan = None if info is None else await self._catalogue.plan(info.plan)
        if info is None or plan is None:
            return None
        event = self._maps[event_id] = EventMap(info, plan)
        self._note(info)
        if len(self._maps) > self._events_max:
            self._maps.popitem(last=False)
        return event

    def known_event_of(self, stream: int) -> str | None:
        """The id of the event that a stream belongs to, if it was looked up before."""
        return self._event_of_stream.get(stream)

    async def event_id_of(self, stream: int) -> str | None:
        """The id of the event that a stream belongs to. May raise `StorageUnavailable`."""
        event_id = self._event_of_stream.get(stream)
        if event_id is None:
            info = await self._catalogue.event_of_stream(stream)
            if info is None:
                return None
            event_id = info.id
            self._note(info, stream)
        return event_id

    async def event_of(self, stream: int) -> EventMap | None:
        """The map of the event that a stream belongs to. May raise `StorageUnavailable`."""
        event_id = await self.event_id_of(stream)
        return None if event_id is None else await self.event(event_id)

    def _note(self, info: EventInfo, *more: int) -> None:
        known = self._streams_of.pop(info.id, frozenset())
        streams = self._streams_of[info.id] = known.union((part.stream for part in info.sections), more)
        self._event_of_stream.update(dict.fromkeys(streams, info.id))
        if info.queue is not None:
            self._queued.add(info.id)
        if len(self._streams_of) > self._known_max:
            self._forget_one()

    def _forget_one(self) -> None:
        """All of it: where an event or a stream of it is known, so is whether it has a waiting room."""
        event_id = next((each for each in self._streams_of if each not in self._maps), None)
        if event_id is None:
            return
        for stream in self._streams_of.pop(event_id):
            del self._event_of_stream[stream]
        self._queued.discard(event_id)

    def is_queued(self, event_id: str) -> bool:
        """Whether an event that was looked up before has a waiting room."""
        return event_id in self._queued

"""A seat's public name taken apart as people read it: section, row or table, chair, entrance."""

from __future__ import annotations

import msgspec

from gateway.sections.directory import EventMap


class SeatName(msgspec.Struct, frozen=True):
    """Where a seat is. General admission has neither row nor table nor place."""

    section: str
    row: str | None = None
    table: str | None = None
    place: str | None = None
    entrance: str | None = None


def seat_of(event: EventMap, label: str) -> SeatName:
    """The parts of a label of this event, as its plan has them: names may have hyphens of their own."""
    section = event.section_of(label)
    if section is None:
        return SeatName(label)
    part = next(each for each in event.plan.sections if each.name == section.name)
    if label in event.areas:
        return SeatName(section.name, entrance=part.entrance)
    line, _, chair = label.removeprefix(f"{section.name}-").rpartition("-")
    if any(table.label == line for table in part.tables):
        return SeatName(section.name, table=line, place=chair, entrance=part.entrance)
    if line == "":
        return SeatName(section.name, table=chair, entrance=part.entrance)
    return SeatName(section.name, row=line, place=chair, entrance=part.entrance)

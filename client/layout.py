"""The labels of a house by section, in plan order: what packed statuses and deltas are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec


class _Seat(msgspec.Struct, frozen=True):
    label: str


class _Line(msgspec.Struct, frozen=True):
    label: str
    seats: tuple[_Seat, ...] = ()


class _Area(msgspec.Struct, frozen=True):
    name: str
    capacity: int


class _Section(msgspec.Struct, frozen=True):
    name: str
    rows: tuple[_Line, ...] = ()
    tables: tuple[_Line, ...] = ()
    areas: tuple[_Area, ...] = ()


class _Plan(msgspec.Struct, frozen=True):
    sections: tuple[_Section, ...]


class SectionLayout:
    """A section's seat labels in plan order (rows, then tables) and its areas with their capacities."""

    __slots__ = ("areas", "labels", "name", "ordinal_of")

    def __init__(self, name: str, labels: Sequence[str], areas: Mapping[str, int]) -> None:
        self.name: Final = name
        self.labels: Final = tuple(labels)
        self.areas: Final = dict(areas)
        self.ordinal_of: Final = {label: ordinal for ordinal, label in enumerate(self.labels)}


class Layout:
    """All sections of a house by name; immutable, to be shared by any number of clients."""

    def __init__(self, sections: Sequence[SectionLayout]) -> None:
        self.sections: Final = {section.name: section for section in sections}

    @classmethod
    def of_plan(cls, document: bytes) -> Layout:
        """From a plan's JSON, as `GET /v1/events/{id}/plan?layout=objects` gives it.

        Raises `msgspec.ValidationError`.
        """
        plan = msgspec.json.decode(document, type=_Plan)
        return cls([_section(section) for section in plan.sections])


def _section(section: _Section) -> SectionLayout:
    labels = [
        f"{section.name}-{line.label}-{seat.label}"
        for line in (*section.rows, *section.tables)
        for seat in line.seats
    ]
    return SectionLayout(section.name, labels, {area.name: area.capacity for area in section.areas})

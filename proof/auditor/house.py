"""A section of a plan as an audit needs it: what there is, by ordinal, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec


class _Seat(msgspec.Struct, frozen=True):
    label: str
    category: str
    attributes: tuple[str, ...] = ()
    gap_after: bool = False


class _Row(msgspec.Struct, frozen=True):
    label: str
    seats: tuple[_Seat, ...]


class _Table(msgspec.Struct, frozen=True):
    label: str
    seats: tuple[_Seat, ...]
    sell: str = "seat"


class _Area(msgspec.Struct, frozen=True):
    name: str
    capacity: int
    category: str


class _Section(msgspec.Struct, frozen=True):
    name: str
    rows: tuple[_Row, ...] = ()
    tables: tuple[_Table, ...] = ()
    areas: tuple[_Area, ...] = ()


class _Category(msgspec.Struct, frozen=True):
    key: str
    accessible: bool = False


class _Plan(msgspec.Struct, frozen=True):
    categories: tuple[_Category, ...]
    sections: tuple[_Section, ...]


class House:
    """One section. Ordinals count the rows' seats in the plan's order, then the tables'.

    By ordinal: `labels`, `categories`, `accessible` and `whole_table` (the label of the table
    that is sold as one piece, or None). `stretches` are runs of neighbours as `(first, stop)`.
    `tables` gives the ordinals of the tables that are sold whole. By area: `areas`,
    `capacities`, `area_categories`. Raises `LookupError` when the plan has no such section.
    """

    def __init__(self, plan: bytes, section: str) -> None:
        read = _read(plan)
        found = [each for each in read.sections if each.name == section]
        if not found:
            raise LookupError(f"the plan has no section {section!r}")
        part = found[0]
        self.section: Final = section
        self.known_categories: Final = tuple(each.key for each in read.categories)
        wheelchair = {each.key for each in read.categories if each.accessible}
        lines: list[_Row | _Table] = [*part.rows, *part.tables]
        seats = [seat for line in lines for seat in line.seats]
        self.labels: Final = tuple(
            f"{section}-{line.label}-{seat.label}" for line in lines for seat in line.seats
        )
        self.ordinals: Final = {label: ordinal for ordinal, label in enumerate(self.labels)}
        self.categories: Final = tuple(seat.category for seat in seats)
        self.accessible: Final = tuple(
            "wheelchair" in seat.attributes or seat.category in wheelchair for seat in seats
        )
        self.areas: Final = tuple(area.name for area in part.areas)
        self.capacities: Final = tuple(area.capacity for area in part.areas)
        self.area_categories: Final = tuple(area.category for area in part.areas)
        self.stretches: Final = tuple(_stretches(part))
        self.tables: Final = dict(_whole_tables(part))
        whole: list[str | None] = [None] * len(seats)
        for label, ordinals in self.tables.items():
            for ordinal in ordinals:
                whole[ordinal] = label
        self.whole_table: Final = tuple(whole)


@lru_cache(8)
def _read(plan: bytes) -> _Plan:
    """Sections of one event share their plan, which may be long."""
    return msgspec.json.decode(plan, type=_Plan)


def _stretches(section: _Section) -> Iterator[tuple[int, int]]:
    ordinal = 0
    for row in section.rows:
        first = ordinal
        for seat in row.seats:
            ordinal += 1
            if seat.gap_after:
                yield first, ordinal
                first = ordinal
        if first < ordinal:
            yield first, ordinal
    for table in section.tables:
        if table.seats:
            yield ordinal, ordinal + len(table.seats)
        ordinal += len(table.seats)


def _whole_tables(section: _Section) -> Iterator[tuple[str, tuple[int, ...]]]:
    ordinal = sum(len(row.seats) for row in section.rows)
    for table in section.tables:
        if table.sell == "whole":
            yield f"{section.name}-{table.label}", tuple(range(ordinal, ordinal + len(table.seats)))
        ordinal += len(table.seats)

"""A section as far as it matters for what is left of it: which seats lie side by side, by category.

A whole `SectionLayout` takes five times as long to make, which those who only count need not wait for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from engine.plan import Plan, Seat, Section


class Stretch(msgspec.Struct, frozen=True):
    """Neighbours of one category by ordinal, `first` up to, not including, `stop`.

    `whole` are the ordinals of the table that they belong to, where it sells as one piece.
    """

    first: int
    stop: int
    category: str
    whole: tuple[int, int] | None = None


class Outline:
    """What never changes about a section while it sells. Raises `LookupError` for an unknown section.

    `area_category` is by area index; `categories` are sorted.
    """

    def __init__(self, plan: Plan, section: str) -> None:
        part = next((each for each in plan.sections if each.name == section), None)
        if part is None:
            raise LookupError(f"the plan has no section {section!r}")
        self.stretches = tuple(_stretches(part))
        self.area_category = tuple(area.category for area in part.areas)
        self.areas = {index: area.capacity for index, area in enumerate(part.areas)}
        self.categories = tuple(sorted({each.category for each in self.stretches} | {*self.area_category}))
        self.seat_count = self.stretches[-1].stop if self.stretches else 0


def _stretches(section: Section) -> Iterator[Stretch]:
    """In the order of ordinals, which `engine.layout` defines."""
    first = 0
    for row in section.rows:
        for piece in _between_gaps(row.seats):
            yield from _by_category(piece, first)
            first += len(piece)
    for table in section.tables:
        stop = first + len(table.seats)
        yield from _by_category(table.seats, first, (first, stop) if table.sell == "whole" else None)
        first = stop


def _between_gaps(seats: Iterable[Seat]) -> Iterator[list[Seat]]:
    piece: list[Seat] = []
    for seat in seats:
        piece.append(seat)
        if seat.gap_after:
            yield piece
            piece = []
    yield piece


def _by_category(
    seats: Iterable[Seat], first: int, whole: tuple[int, int] | None = None
) -> Iterator[Stretch]:
    for category, alike in groupby(seats, key=lambda seat: seat.category):
        stop = first + sum(1 for _ in alike)
        yield Stretch(first, stop, category, whole)
        first = stop

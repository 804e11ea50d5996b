"""A section as far as it matters for what is left of it: which seats lie side by side, by category.

A whole `SectionLayout` takes five times as long to make, which those who only count need not wait for.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import msgspec

from engine.neighbours import neighbours, section_of
from engine.plan import Plan, Section


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
        part = section_of(plan, section)
        self.stretches = tuple(_stretches(part))
        self.area_category = tuple(area.category for area in part.areas)
        self.areas = {index: area.capacity for index, area in enumerate(part.areas)}
        self.categories = tuple(sorted({each.category for each in self.stretches} | {*self.area_category}))
        self.seat_count = self.stretches[-1].stop if self.stretches else 0


def _stretches(section: Section) -> Iterator[Stretch]:
    for part in neighbours(section):
        first = part.first
        for category, alike in groupby(part.seats, key=lambda seat: seat.category):
            stop = first + sum(1 for _ in alike)
            yield Stretch(first, stop, category, (part.first, part.stop) if part.whole else None)
            first = stop

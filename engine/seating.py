"""What the objects of a section are called and which category they are of: enough to tell or to count them.

A whole `SectionLayout` takes ten times as long to make.
"""

from __future__ import annotations

from engine.neighbours import neighbours, section_of
from engine.plan import Plan


class Seating:
    """Sequences by seat ordinal: `labels`, `category_of`; by area index: `area_names`, `area_category`.

    Raises `LookupError` for an unknown section.
    """

    def __init__(self, plan: Plan, section: str) -> None:
        """Take a section apart."""
        part = section_of(plan, section)
        lines = [(f"{section}-{each.line}-", each.seats) for each in neighbours(part)]
        self.labels = tuple([line + seat.label for line, seats in lines for seat in seats])
        self.category_of = tuple([seat.category for _, seats in lines for seat in seats])
        self.area_names = tuple([area.name for area in part.areas])
        self.area_category = tuple([area.category for area in part.areas])

"""The seats of a section in the order of their ordinals, as far as they are neighbours.

Ordinals count the rows' seats in plan order, then the tables' seats. A row is cut after each
`gap_after`, and every table is on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from engine.plan import Plan, Seat, Section


class Neighbours(msgspec.Struct, frozen=True):
    """Some seats side by side, one at least; `first` is the ordinal of the first of them.

    `line` is the label of their row or table, and `whole` says that the table sells as one piece.
    """

    line: str
    first: int
    seats: Sequence[Seat]
    whole: bool = False

    @property
    def stop(self) -> int:
        """The ordinal after the last one."""
        return self.first + len(self.seats)


def section_of(plan: Plan, name: str) -> Section:
    """The section of that name. Raises `LookupError` for an unknown one."""
    section = next((each for each in plan.sections if each.name == name), None)
    if section is None:
        raise LookupError(f"the plan has no section {name!r}")
    return section


def neighbours(section: Section) -> Iterator[Neighbours]:
    """All seats of a section, by ordinal."""
    first = 0
    for row in section.rows:
        for seats in _between_gaps(row.seats):
            yield Neighbours(row.label, first, seats)
            first += len(seats)
    for table in section.tables:
        if table.seats:
            yield Neighbours(table.label, first, table.seats, table.sell == "whole")
            first += len(table.seats)


def _between_gaps(seats: Sequence[Seat]) -> Iterator[Sequence[Seat]]:
    start = 0
    for stop, seat in enumerate(seats, 1):
        if seat.gap_after or stop == len(seats):
            yield seats[start:stop]
            start = stop

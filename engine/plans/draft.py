"""A plan while it is being read: every part remembers where in the document it stands.

Checks speak of places in our own format; `Draft.finish` translates them back, so that
an error names the line or the path that its author knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from engine.plans.adjacency import walking_order, with_gaps
from engine.plans.checking import check_plan
from engine.plans.findings import Findings, ImportResult, PlanInvalid
from engine.plans.limits import SEATS_MAX, SECTIONS_MAX

_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")


class Source(Protocol):
    """Where in the document something was read."""

    def at(self, field: str) -> str:
        """The place of the source's field `field`; of the source itself when that is empty."""


@dataclass
class DraftRow:
    """A row, or with `sell` a table: its seats and their sources, side by side."""

    label: str
    source: Source
    sell: str = "row"
    seats: list[Seat] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def add(self, seat: Seat, source: Source) -> None:
        """Append a seat as the document has it."""
        self.seats.append(seat)
        self.sources.append(source)

    def order(self) -> bool:
        """Put the seats in walking order; says whether that changed anything."""
        order = walking_order(self.seats)
        self.seats = [self.seats[index] for index in order]
        self.sources = [self.sources[index] for index in order]
        return order != sorted(order)


@dataclass
class DraftSection:
    """A section and its parts in the order of the document."""

    name: str
    source: Source
    zone: str | None = None
    floor: str | None = None
    entrance: str | None = None
    focal: Point | None = None
    outline: tuple[Point, ...] = ()
    rows: list[DraftRow] = field(default_factory=list)
    tables: list[DraftRow] = field(default_factory=list)
    areas: list[tuple[Area, Source]] = field(default_factory=list)

    def is_empty(self) -> bool:
        """Whether there is nothing to sell."""
        return not (self.rows or self.tables or self.areas)

    def freeze(self) -> Section:
        """The section with its gaps."""
        rows = with_gaps([row.seats for row in self.rows])
        return Section(
            name=self.name,
            rows=tuple(Row(label=row.label, seats=seats) for row, seats in zip(self.rows, rows, strict=True)),
            tables=tuple(
                Table(
                    label=table.label,
                    seats=tuple(table.seats),
                    sell="whole" if table.sell == "whole" else "seat",
                )
                for table in self.tables
            ),
            areas=tuple(area for area, _ in self.areas),
            zone=self.zone,
            floor=self.floor,
            entrance=self.entrance,
            focal=self.focal,
            outline=self.outline,
        )


@dataclass
class Draft:
    """A whole plan while it is being read.

    `fields` maps `kind.field` of our format (`seat.category`) to the document's word.
    """

    root: Source
    findings: Findings
    fields: Mapping[str, str]
    name: str = ""
    focal: Point | None = None
    categories: list[tuple[Category, Source]] = field(default_factory=list)
    sections: list[DraftSection] = field(default_factory=list)
    seat_count: int = 0

    def count_seats(self, count: int) -> None:
        """Count seats before they are read, and stop at once when there are too many.

        Raises `PlanInvalid`.
        """
        self.seat_count += count
        if self.seat_count > SEATS_MAX:
            self._stop(f"there are more than the {SEATS_MAX} seats that a plan may have")

    def add_section(self, section: DraftSection) -> None:
        """Append a section, and stop at once when there are too many. Raises `PlanInvalid`."""
        self.sections.append(section)
        if len(self.sections) > SECTIONS_MAX:
            self._stop(f"there are more than the {SECTIONS_MAX} sections that a plan may have")

    def free_name(self, wanted: str) -> str:
        """`wanted`, or the first of `wanted 2`, `wanted 3`, … that no section has."""
        taken = {section.name for section in self.sections}
        number, name = 1, wanted
        while name in taken:
            number += 1
            name = f"{wanted} {number}"
        return name

    def finish(self) -> ImportResult:
        """The plan, once everything was read. Raises `PlanInvalid` with all problems."""
        self._leave_out_empty()
        self._put_in_order()
        plan = Plan(
            name=self.name,
            categories=tuple(category for category, _ in self.categories),
            sections=tuple(section.freeze() for section in self.sections),
            focal=self.focal,
        )
        for problem in check_plan(plan):
            self.findings.problem(self._place(problem.place), problem.message)
        if self.findings.problems:
            raise PlanInvalid(self.findings.problems)
        return ImportResult(plan=plan, warnings=self.findings.warnings, places=self._places_in(plan))

    def _put_in_order(self) -> None:
        for section in self.sections:
            self.findings.section = section.name
            for row in section.rows:
                kind = "rows whose seats were put in the order they stand in"
                self.findings.warn(kind, row.order(), row.label)

    def _places_in(self, plan: Plan) -> tuple[tuple[str, ...], ...]:
        """Where warnings were, without the sections that were left out."""
        names = {section.name for section in plan.sections}
        rows = {f"{section.name}-{row.label}" for section in plan.sections for row in section.rows}
        return tuple(tuple(place for place in each if place in names | rows) for each in self.findings.places)

    def _stop(self, message: str) -> NoReturn:
        self.findings.problem("", message)
        raise PlanInvalid(self.findings.problems)

    def _leave_out_empty(self) -> None:
        for section in self.sections:
            self.findings.section = section.name
            rows, tables = len(section.rows), len(section.tables)
            section.rows = [row for row in section.rows if row.seats]
            section.tables = [table for table in section.tables if table.seats]
            self.findings.warn("rows without seats are left out", rows - len(section.rows))
            self.findings.warn("tables without seats are left out", tables - len(section.tables))
        self.findings.section = ""
        empty = sum(section.is_empty() for section in self.sections)
        self.findings.warn("sections without anything to sell are left out", empty)
        self.sections = [section for section in self.sections if not section.is_empty()]

    def _place(self, canonical: str) -> str:
        """A place in our own format as the document's author knows it."""
        source, kind, last = self.root, "plan", ""
        parts: dict[str, DraftSection | DraftRow] = {}
        for word, index in _STEP.findall(canonical):
            if not index:
                last = word
                break
            source = self._step(word, int(index), parts)
            kind = _KINDS[word]
        return source.at(self.fields.get(f"{kind}.{last}", last))

    def _step(self, word: str, index: int, parts: dict[str, DraftSection | DraftRow]) -> Source:
        """The source of item `index` of list `word`; remembers in `parts` where it stands."""
        match word, parts.get("section"), parts.get("row"):
            case "categories", _, _:
                return self.categories[index][1]
            case "seats", _, DraftRow() as row:
                return row.sources[index]
            case "areas", DraftSection() as section, _:
                return section.areas[index][1]
            case (("rows" | "tables"), DraftSection() as section, _):
                part = (section.rows if word == "rows" else section.tables)[index]
                parts["row"] = part
                return part.source
            case _:
                parts["section"] = self.sections[index]
                return self.sections[index].source


_KINDS = {
    "categories": "category",
    "sections": "section",
    "rows": "row",
    "tables": "table",
    "areas": "area",
    "seats": "seat",
}

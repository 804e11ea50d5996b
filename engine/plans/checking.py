"""The rules that every plan meets before it is sold, whatever it was read from.

P1  names are printable and bounded; rows, tables and seats carry no `-`,
    section names do not begin with `~`
P2  section names are unique; no two things that can be sold share a public name
P3  every category that is used is listed once; colours and prices are plain
P4  coordinates are finite and bounded
P5  nothing is empty: sections, rows, tables, areas, the plan
P6  the plan stays within the named limits

A seat's public name is unique also against tables sold whole and against areas, since
commands name all of them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from engine.plans import limits
from engine.plans.findings import Findings, Problem
from engine.plans.labels import (
    color_is_plain,
    name_fault,
    part_label_fault,
    price_is_plain,
    section_name_fault,
)


def check_plan(plan: Plan) -> tuple[Problem, ...]:
    """Everything that is wrong with `plan`, by its path in the plan's own format; empty when sound.

    At most `limits.PROBLEMS_MAX` problems are told one by one.
    """
    findings = Findings()
    _PlanCheck(plan, findings).run()
    return findings.problems


def public_names(section: Section) -> Iterator[str]:
    """The names that commands and layouts know this section's inventory by, in plan order."""
    for row in section.rows:
        yield from (f"{section.name}-{row.label}-{seat.label}" for seat in row.seats)
    for table in section.tables:
        if table.sell == "whole":
            yield f"{section.name}-{table.label}"
        yield from (f"{section.name}-{table.label}-{seat.label}" for seat in table.seats)
    yield from (area.name for area in section.areas)


class _PlanCheck:
    def __init__(self, plan: Plan, findings: Findings) -> None:
        self._plan = plan
        self._problem = findings.problem
        self._categories = frozenset(category.key for category in plan.categories)

    def run(self) -> None:
        plan = self._plan
        self._text("name", plan.name, lambda text: name_fault(text, limits.NAME_LENGTH_MAX))
        self._point("focal", plan.focal)
        self._sizes()
        for number, category in enumerate(plan.categories):
            self._category(f"categories[{number}]", category)
        for number, section in enumerate(plan.sections):
            self._section(f"sections[{number}]", section)
        self._unique("categories", "key", [category.key for category in plan.categories])
        self._unique("sections", "name", [section.name for section in plan.sections])
        self._unique_names()

    def _sizes(self) -> None:
        plan = self._plan
        if not plan.sections:
            self._problem("", "the plan has nothing to sell")
        for what, count, most in (
            ("categories", len(plan.categories), limits.CATEGORIES_MAX),
            ("sections", len(plan.sections), limits.SECTIONS_MAX),
            ("seats", plan.seat_count, limits.SEATS_MAX),
            ("places in general admission", plan.ga_capacity, limits.CAPACITY_MAX),
        ):
            if count > most:
                self._problem("", f"{count} {what} are more than the {most} that a plan may have")

    def _category(self, place: str, category: Category) -> None:
        self._text(f"{place}.key", category.key, name_fault)
        self._text(f"{place}.label", category.label, name_fault)
        if category.color is not None and not color_is_plain(category.color):
            self._problem(f"{place}.color", "is neither a hexadecimal colour nor a colour's name")
        if category.price is not None and not price_is_plain(category.price):
            self._problem(f"{place}.price", "is not a decimal with at most two digits after the point")

    def _section(self, place: str, section: Section) -> None:
        self._text(f"{place}.name", section.name, section_name_fault)
        for field in ("zone", "floor", "entrance"):
            text = getattr(section, field)
            if text is not None:
                self._text(f"{place}.{field}", text, name_fault)
        self._point(f"{place}.focal", section.focal)
        self._outline(f"{place}.outline", section.outline)
        if not (section.rows or section.tables or section.areas):
            self._problem(place, "the section has nothing to sell")
        for number, row in enumerate(section.rows):
            self._seats(f"{place}.rows[{number}]", row)
        for number, table in enumerate(section.tables):
            self._seats(f"{place}.tables[{number}]", table)
        for number, area in enumerate(section.areas):
            self._area(f"{place}.areas[{number}]", area)

    def _seats(self, place: str, part: Row | Table) -> None:
        self._text(f"{place}.label", part.label, part_label_fault)
        if not part.seats:
            self._problem(place, "has no seats")
        for number, seat in enumerate(part.seats):
            if not self._seat_is_sound(seat):
                self._seat(f"{place}.seats[{number}]", seat)

    def _seat_is_sound(self, seat: Seat) -> bool:
        """The same as `_seat` without words, so that sound plans are checked fast."""
        return (
            part_label_fault(seat.label) is None
            and seat.category in self._categories
            and _is_bounded(seat.x)
            and _is_bounded(seat.y)
            and len(set(seat.attributes)) == len(seat.attributes)
        )

    def _seat(self, place: str, seat: Seat) -> None:
        self._text(f"{place}.label", seat.label, part_label_fault)
        self._known(f"{place}.category", seat.category)
        for axis, value in (("x", seat.x), ("y", seat.y)):
            if not _is_bounded(value):
                self._problem(f"{place}.{axis}", _UNBOUNDED)
        if len(set(seat.attributes)) != len(seat.attributes):
            self._problem(f"{place}.attributes", "names an attribute twice")

    def _area(self, place: str, area: Area) -> None:
        self._text(f"{place}.name", area.name, name_fault)
        self._known(f"{place}.category", area.category)
        self._outline(f"{place}.outline", area.outline)
        if not 1 <= area.capacity <= limits.CAPACITY_MAX:
            self._problem(f"{place}.capacity", f"is not between 1 and {limits.CAPACITY_MAX}")

    def _known(self, place: str, category: str) -> None:
        if not category:
            self._problem(place, "there is no category")
        elif category not in self._categories:
            self._problem(place, f"no category {_short(category)} is listed")

    def _outline(self, place: str, outline: tuple[Point, ...]) -> None:
        if len(outline) > limits.OUTLINE_POINTS_MAX:
            self._problem(place, f"has more than {limits.OUTLINE_POINTS_MAX} points")
        elif not all(_is_bounded(point.x) and _is_bounded(point.y) for point in outline):
            self._problem(place, _UNBOUNDED)

    def _point(self, place: str, point: Point | None) -> None:
        if point is not None and not (_is_bounded(point.x) and _is_bounded(point.y)):
            self._problem(place, _UNBOUNDED)

    def _text(self, place: str, text: str, fault_of: Callable[[str], str | None]) -> None:
        fault = fault_of(text)
        if fault is not None:
            self._problem(place, fault)

    def _unique(self, place: str, field: str, names: list[str]) -> None:
        seen: set[str] = set()
        for number, name in enumerate(names):
            if name in seen:
                self._problem(f"{place}[{number}].{field}", f"{_short(name)} is used twice")
            seen.add(name)

    def _unique_names(self) -> None:
        """Compare sorted names first: a set of 200,000 strings is only built again on a clash."""
        names = sorted(name for section in self._plan.sections for name in public_names(section))
        twice = {first for first, second in pairwise(names) if first == second}
        if twice:
            self._name_clashes(twice)

    def _name_clashes(self, twice: set[str]) -> None:
        seen: set[str] = set()
        for number, section in enumerate(self._plan.sections):
            places = _places_of_names(f"sections[{number}]", section)
            for place, name in zip(places, public_names(section), strict=True):
                if name in twice and name in seen:
                    self._problem(place, f"the public name {_short(name)} is used twice")
                seen.add(name)


_UNBOUNDED = f"is not a number between -{limits.COORDINATE_MAX:.0f} and {limits.COORDINATE_MAX:.0f}"


def _is_bounded(value: float) -> bool:
    return -limits.COORDINATE_MAX <= value <= limits.COORDINATE_MAX


def _short(name: str) -> str:
    """A name as messages quote it: a hostile one may be as long as its document."""
    return repr(name[: 4 * limits.LABEL_LENGTH_MAX])


def _places_of_names(place: str, section: Section) -> Iterator[str]:
    """Where each of `public_names(section)` is written, in the same order."""
    for number, row in enumerate(section.rows):
        yield from (f"{place}.rows[{number}].seats[{seat}].label" for seat in range(len(row.seats)))
    for number, table in enumerate(section.tables):
        if table.sell == "whole":
            yield f"{place}.tables[{number}].label"
        seats = range(len(table.seats))
        yield from (f"{place}.tables[{number}].seats[{seat}].label" for seat in seats)
    yield from (f"{place}.areas[{number}].name" for number in range(len(section.areas)))

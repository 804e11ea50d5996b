"""A section taken apart: ordinals, runs, tables, distances."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.layout import Run, SectionLayout
from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from tests.unit.section_world import PLAN, chairs

LAYOUT = SectionLayout(PLAN, "S")


def test_ordinals_count_rows_before_tables() -> None:
    """Labels and ordinals lead to each other, rows first, in plan order."""
    assert ("S-A-1", "S-B-1", "S-W-1", "S-T-1", "S-U-3") == tuple(
        LAYOUT.labels[at] for at in (0, 6, 12, 14, 20)
    )
    assert list(range(21)) == [LAYOUT.ordinal_of[label] for label in LAYOUT.labels]
    assert ("gold", "silver", "wheel") == (
        LAYOUT.category_of[0],
        LAYOUT.category_of[6],
        LAYOUT.category_of[12],
    )
    assert [12, 13] == [seat for seat in range(21) if LAYOUT.accessible[seat]]


def test_runs_end_at_gaps_and_tables_are_their_own() -> None:
    """A gap cuts a row; a table sold whole is one run under its label."""
    expected = (Run(0, 6), Run(6, 9), Run(9, 12), Run(12, 14), Run(14, 18, "S-T"), Run(18, 21))
    assert expected == LAYOUT.runs
    assert {"S-T": (14, 15, 16, 17)} == LAYOUT.tables
    assert ("S-T", None) == (LAYOUT.whole_of[14], LAYOUT.whole_of[18])


def test_areas_are_known_by_name() -> None:
    """Areas keep their order, capacity and category."""
    assert {"Floor": 0, "Pit": 1} == LAYOUT.area_of
    assert ((5, 2), ("silver", "free")) == (LAYOUT.capacities, LAYOUT.area_category)


def test_wheelchair_places_are_seats_or_categories() -> None:
    """A seat is accessible by its own attribute too."""
    seat = Seat("1", 0, 0, "gold", ("wheelchair", "aisle"))
    plan = Plan("P", PLAN.categories, (Section("S", (Row("A", (seat,)),)),))
    layout = SectionLayout(plan, "S")
    assert (True,) == layout.accessible
    assert (("wheelchair", "aisle"),) == layout.attributes


@pytest.mark.parametrize(
    ("section_focal", "plan_focal", "nearest"),
    [
        (Point(1, 1), Point(6, 1), "S-A-1"),
        (None, Point(6, 1), "S-A-6"),
        (None, None, "S-A-3"),
    ],
)
def test_nearest_is_measured_from_the_focal_point(
    section_focal: Point | None, plan_focal: Point | None, nearest: str
) -> None:
    """The section's own focal point, else the plan's, else the middle of the first row."""
    section = replace(PLAN.sections[0], focal=section_focal)
    layout = SectionLayout(replace(PLAN, focal=plan_focal, sections=(section,)), "S")
    assert nearest == layout.labels[layout.distance.index(min(layout.distance))]
    assert 0 <= min(layout.distance) < 1000


def test_a_section_of_areas_alone() -> None:
    """Nothing to measure is no reason to fail, nor are a row or a table without seats."""
    section = Section("S", (Row("A", ()),), (Table("T", ()),), (Area("Floor", 10, "a"),))
    layout = SectionLayout(Plan("P", (Category("a", "A"),), (section,)), "S")
    assert (0, (), ()) == (layout.seat_count, layout.runs, layout.distance)


def test_an_unknown_section_is_named() -> None:
    """A section that the plan does not have is an error that says which."""
    with pytest.raises(LookupError, match="'Z'"):
        SectionLayout(PLAN, "Z")


def test_near_runs_begin_with_the_own_one() -> None:
    """The runs around a run, nearest middle first, are few and always the same."""
    assert (1, 3) == LAYOUT.runs_near(1)[:2]
    assert LAYOUT.runs_near(1) is LAYOUT.runs_near(1)
    many = Plan(
        "P", PLAN.categories, (Section("S", tuple(Row(str(y), chairs(y, "gold", 2)) for y in range(30))),)
    )
    assert (15, 14, 16, 13, 17) == SectionLayout(many, "S").runs_near(15)[:5]
    assert 12 == len(SectionLayout(many, "S").runs_near(15))


def test_abreast_is_the_seat_in_front() -> None:
    """Runs are laid on each other by their middles."""
    assert 9 == LAYOUT.abreast(LAYOUT.ordinal_of["S-A-3"], LAYOUT.run_of[9])

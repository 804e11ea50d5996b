from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import msgspec
import pytest

from engine.plan import Plan
from engine.plans.adjacency import with_gaps
from engine.plans.checking import check_plan
from engine.plans.fixtures import arena, racetrack, stadium, theatre
from engine.plans.geometry import row_lengths, row_name
from tests.unit.built_houses import built

MakePlan = Callable[[], Plan]
HOUSES = [theatre, arena, stadium, racetrack]


@pytest.mark.parametrize("make", HOUSES)
def test_a_house_is_sound_and_always_the_same(make: MakePlan) -> None:
    """Every call gives the same plan, and it passes all checks."""
    assert check_plan(built(make)) == ()
    assert make() == built(make)


@pytest.mark.parametrize(
    ("make", "seats", "ga_capacity", "sections"),
    [(theatre, 1_008, 0, 3), (arena, 18_000, 2_000, 21), (stadium, 80_000, 0, 100), (racetrack, 8_897, 0, 4)],
)
def test_a_house_has_its_size(make: MakePlan, seats: int, ga_capacity: int, sections: int) -> None:
    """Seats, places and sections as promised."""
    plan = built(make)
    assert (seats, ga_capacity, sections) == (plan.seat_count, plan.ga_capacity, len(plan.sections))


@pytest.mark.parametrize("make", HOUSES)
def test_every_category_has_a_price_and_is_used(make: MakePlan) -> None:
    """Prices are face values in euros."""
    plan = built(make)
    used = {s.category for part in plan.sections for line in part.rows for s in line.seats}
    used |= {area.category for part in plan.sections for area in part.areas}
    assert {category.key for category in plan.categories} == used
    assert all(category.price for category in plan.categories)


@pytest.mark.parametrize("make", HOUSES)
def test_gaps_are_where_coordinates_show_them(make: MakePlan) -> None:
    """The rule that importers use finds exactly the aisles that were built."""
    for section in built(make).sections:
        rows = [[msgspec.structs.replace(s, gap_after=False) for s in line.seats] for line in section.rows]
        assert [line.seats for line in section.rows] == with_gaps(rows)


@pytest.mark.parametrize("make", HOUSES)
def test_nobody_sits_on_anybody(make: MakePlan) -> None:
    """Any two seats of a house are at least 35 cm apart."""
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for section in built(make).sections:
        for line in section.rows:
            for s in line.seats:
                cells.setdefault((int(s.x // 35), int(s.y // 35)), []).append((s.x, s.y))
    near = [(0, 0), (1, 0), (0, 1), (1, 1), (1, -1)]
    for (across, down), here in cells.items():
        for right, below in near:
            for other in cells.get((across + right, down + below), ()):
                assert all(spot is other or math.dist(spot, other) > 35.0 for spot in here)


def test_the_theatre_has_wheelchair_places_beside_their_companions() -> None:
    """The last row of each level begins and ends with one."""
    for section in theatre().sections:
        seats = section.rows[-1].seats
        assert ["wheelchair" in s.attributes for s in (seats[0], seats[-1])] == [True, True]
        assert ["companion" in s.attributes for s in (seats[1], seats[-2])] == [True, True]
        assert all(sum(s.gap_after for s in line.seats) == 2 for line in section.rows)


def test_the_race_track_has_the_stands_of_its_namesake() -> None:
    """Two zones with a focal point each, long odd rows."""
    plan = racetrack()
    assert [650, 2_215, 2_418, 3_614] == [sum(len(line.seats) for line in s.rows) for s in plan.sections]
    assert Counter(s.zone for s in plan.sections) == {"Finish line": 2, "Middle": 2}
    assert {139} == {len(line.seats) for line in plan.sections[3].rows}


@pytest.mark.parametrize(("total", "rows", "growth"), [(900, 30, 1.5), (7, 7, 1.0), (650, 25, 2.0)])
def test_row_lengths_add_up_and_grow(total: int, rows: int, growth: float) -> None:
    """No seat is lost to rounding; no row is more than a seat shorter than the one before."""
    lengths = row_lengths(total, rows, growth)
    assert (total, rows) == (sum(lengths), len(lengths))
    assert all(second - first >= -1 for first, second in pairwise(lengths))


def test_rows_are_lettered_as_in_houses() -> None:
    """After Z comes AA, then BB."""
    assert [row_name(index) for index in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "BB", "AAA"]

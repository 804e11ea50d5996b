from __future__ import annotations

from math import hypot

import pytest

from bench.pages.crowd import SECTIONS
from bench.pages.figure import Figure, p95
from bench.pages.seats import at_the_top, crowd_of
from bench.wide_house import higher
from engine.plan import Plan, Section
from engine.plans.fixtures import stadium


@pytest.mark.parametrize(
    ("figure", "met"),
    [
        (Figure("heap", 11, "MiB"), True),
        (Figure("live map", 500, "ms", 500), True),
        (Figure("live map", 501, "ms", 500), False),
        (Figure("zoom", 58, "frames/s", 58, least=True), True),
        (Figure("zoom", 57.9, "frames/s", 58, least=True), False),
    ],
)
def test_a_figure_is_held_against_its_bar(figure: Figure, met: bool) -> None:
    """From above or from below; without a bar it is told alone."""
    assert met == figure.met


def test_a_house_grows_by_rings_around_it() -> None:
    """Each as large as the outermost one and further out; every seat has a name of its own."""
    house = stadium()
    grown = higher(house, 3, 5_000.0)
    assert (80_000, 200_000) == (seats_of(house), seats_of(grown))
    assert len(grown.sections) == len({section.name for section in grown.sections})
    starts = [nearest(section) for section in (house.sections[50], *grown.sections[100::50])]
    assert sorted(starts) == starts


def test_a_crowd_changes_what_the_measured_window_shows() -> None:
    """A buyer in each of the sections nearest to the top of the drawing, with the names of all its seats."""
    house = stadium()
    highest = min(
        house.sections, key=lambda section: min(seat.y for row in section.rows for seat in row.seats)
    )
    assert highest.name == at_the_top(house)[0].name
    spec = crowd_of(house, "http://127.0.0.1:1", "evt_1", lambda who: f"token of {who}")
    assert SECTIONS == len({token for token, _ in spec.buyers})
    assert {800} == {len(set(labels)) for _, labels in spec.buyers}


def test_95_of_100_are_no_larger() -> None:
    """The smallest value of which that can be said."""
    assert 95 == p95(range(1, 101))
    assert 1 == p95([1])


def seats_of(plan: Plan) -> int:
    """How many seats a plan has in rows."""
    return sum(len(row.seats) for section in plan.sections for row in section.rows)


def nearest(section: Section) -> float:
    """How far from the middle a section begins."""
    return min(hypot(seat.x, seat.y) for row in section.rows for seat in row.seats)

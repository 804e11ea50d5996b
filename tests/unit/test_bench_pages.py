from __future__ import annotations

from collections import Counter
from math import hypot

import pytest

from bench.pages.crowd import BUYERS_A_SECTION, SECTIONS
from bench.pages.figure import Figure, p95
from bench.pages.installing import copy_of_tree
from bench.pages.pace import BEHIND_MAX_S, Pace
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
    """In each of the sections nearest to the top of the drawing, whose seats its buyers share."""
    house = stadium()
    highest = min(
        house.sections, key=lambda section: min(seat.y for row in section.rows for seat in row.seats)
    )
    assert highest.name == at_the_top(house)[0].name
    spec = crowd_of(house, "http://127.0.0.1:1", "evt_1", lambda who: f"token of {who}")
    assert SECTIONS * BUYERS_A_SECTION == len({token for token, _ in spec.buyers})
    taken = Counter(label for _, labels in spec.buyers for label in labels)
    assert SECTIONS * 800 == len(taken) == taken.total()


def test_a_crowd_keeps_its_pace() -> None:
    """What is late is begun soon after; what is later than that is given up, and no storm."""
    pace = Pace(1_000.0, 10.0)
    assert [0.0, 500.0] == [pace.due(10.0), pace.due(10.5)]
    pace.begun(300)
    assert 200.0 == pace.due(10.5)
    assert BEHIND_MAX_S * 1_000 == pace.due(60.0)
    pace.begun(2_000)
    assert pytest.approx([0.0, 1_000.0], abs=1e-6) == [pace.due(60.0), pace.due(61.0)]


def test_an_install_is_measured_in_what_was_fetched() -> None:
    """As it is committed: nothing that was built or installed here goes along, and nothing is left."""
    with copy_of_tree() as copy:
        for there in ("pyproject.toml", "tools/build_pages.py", "web/package-lock.json", "gateway/app.py"):
            assert (copy / there).is_file(), there
        for made in (".venv", ".git", "web/node_modules", "gateway/static"):
            assert not (copy / made).exists(), made
    assert not copy.exists()


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

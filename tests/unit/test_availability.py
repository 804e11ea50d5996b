"""What is remembered of windows that were looked up."""

from __future__ import annotations

from engine.availability import CLOSED, Availability
from engine.terms import Terms
from engine.windows import Filter
from tests.unit.section_world import PLAN, World

SINGLE = Filter(1, frozenset({0}))
ANYBODY = frozenset[str]()


def test_what_was_found_and_is_gone_is_found_no_more() -> None:
    """The next look goes over what the last one found before it goes on from there."""
    availability = Availability(World(PLAN, Terms(sale="open")).state.layout, lambda _seat: None)
    nearest, second, third = availability.several(SINGLE, ANYBODY, 3)
    availability.put(availability.windows.seat_of[nearest], CLOSED)
    assert [second, third] == availability.several(SINGLE, ANYBODY, 2)
    assert second == availability.best(SINGLE, ANYBODY, calm=False)

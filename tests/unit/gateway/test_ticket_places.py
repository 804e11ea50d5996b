from __future__ import annotations

import pytest

from gateway.ticketing.places import SeatName, seat_of
from tests.unit.gateway.houses import house


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("FAR-A-1", SeatName("FAR", row="A", place="1")),
        ("NEAR-LEFT-A-4", SeatName("NEAR-LEFT", row="A", place="4")),
        ("PIT", SeatName("NEAR-LEFT")),
        ("MIDDLE-T1-2", SeatName("MIDDLE", table="T1", place="2")),
        ("MIDDLE-T1", SeatName("MIDDLE", table="T1")),
        ("GONE-A-1", SeatName("GONE-A-1")),
    ],
)
def test_a_label_is_taken_apart_as_its_plan_has_it(label: str, expected: SeatName) -> None:
    """Also where a section's own name has hyphens."""
    assert expected == seat_of(house(), label)

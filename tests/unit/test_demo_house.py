from __future__ import annotations

import pytest

from holdfast.demo_house import SEATS_EACH, house_for


@pytest.mark.parametrize("people", [60, 100, 600, 4_000])
def test_the_demo_has_as_many_seats_as_its_crowd_sells_out(people: int) -> None:
    """To a few seats, and in each section of the house, however small the crowd."""
    house = house_for(people)
    assert len(house.sections) == 4
    assert people * SEATS_EACH == pytest.approx(house.seat_count, abs=2)


def test_a_crowd_beyond_the_race_track_meets_all_of_it() -> None:
    """There is no larger one."""
    assert 8_897 == house_for(20_000).seat_count

from __future__ import annotations

import math

import pytest

from engine.plan import Seat
from engine.plans.adjacency import walking_order, with_gaps


def seats_at(*positions: float) -> list[Seat]:
    """Seats of a straight row."""
    return [Seat(str(index), position, 0.0, "gold") for index, position in enumerate(positions, start=1)]


def gaps(*rows: list[Seat]) -> list[list[str]]:
    """For each row the labels after which there is a gap."""
    return [[seat.label for seat in row if seat.gap_after] for row in with_gaps(rows)]


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([0, 20, 40, 60], []),
        ([0, 20, 60, 80], ["2"]),
        ([0, 20, 51, 71], []),
        ([0, 20, 53, 73], ["2"]),
        ([0, 20, 120, 140, 240, 260], ["2", "4"]),
        ([60, 40, 20, -20], ["3"]),
        ([5, 5, 5, 5], []),
        ([5, 5, 5, 30], []),
    ],
)
def test_a_distance_of_more_than_1_6_times_the_usual_is_a_gap(
    positions: list[float], expected: list[str]
) -> None:
    """The median of the row is the usual distance; seats on one spot do not count."""
    assert gaps(seats_at(*positions)) == [expected]


def test_a_row_of_wider_chairs_has_no_gaps() -> None:
    """Each row is measured by itself when it has three distances."""
    assert gaps(seats_at(*range(0, 200, 20)), seats_at(0, 40, 80, 120)) == [[], []]


def test_short_rows_are_measured_by_their_section() -> None:
    """Two chairs far apart are no pair."""
    assert gaps(seats_at(*range(0, 200, 20)), seats_at(0, 100), seats_at(0, 20, 90), seats_at(7)) == [
        [],
        ["1"],
        ["2"],
        [],
    ]


def test_a_row_without_seats_and_a_section_without_rows_have_no_gaps() -> None:
    """Nothing to measure."""
    assert gaps([]) == [[]]
    assert gaps() == []


def test_a_row_is_walked_from_its_first_seat() -> None:
    """The end that the file begins nearer to comes first, in both directions."""
    assert walking_order(seats_at(0, 40, 20, 60)) == [0, 2, 1, 3]
    assert walking_order(seats_at(60, 20, 40, 0)) == [0, 2, 1, 3]


def test_a_curved_row_keeps_the_order_of_the_file() -> None:
    """Going round a ring is shorter than jumping across it."""
    ring = [
        Seat(str(step), 100.0 * math.cos(step / 7.0), 100.0 * math.sin(step / 7.0), "gold")
        for step in range(40)
    ]
    assert walking_order(ring) == list(range(40))


def test_two_seats_and_seats_on_one_spot_keep_their_order() -> None:
    """Where no walk is shorter the file is right."""
    assert walking_order(seats_at(50, 0)) == [0, 1]
    assert walking_order(seats_at(5, 5, 5)) == [0, 1, 2]

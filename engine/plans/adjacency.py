"""Who sits beside whom, read from coordinates where a format does not say it.

Rule. The seats of a row stand in the order of a walk along it: the order of the file,
unless going from one end of the row to the other is clearly shorter (lists sorted as
text, `1, 10, 11, 2`, are common). Two seats in a row that follow one another are
neighbours unless they are more than `GAP_RATIO` times the usual distance apart: then
there is an aisle, a pillar or a missing chair between them. The usual distance is the
median within the row, or within the section for rows with fewer than
`OWN_MEDIAN_DISTANCES` distances. A removed chair doubles the distance; wheelchair
places and curved rows stay well below 1.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low

import msgspec

from engine.plan import Seat

GAP_RATIO = 1.6
OWN_MEDIAN_DISTANCES = 3
SHORTER_WALK_RATIO = 0.95


def walking_order(seats: Sequence[Seat]) -> list[int]:
    """The indices of `seats` in the order of a walk along the row."""
    given = list(range(len(seats)))
    if len(seats) < OWN_MEDIAN_DISTANCES:
        return given
    straight = _end_to_end(seats)
    if _length(seats, straight) >= SHORTER_WALK_RATIO * _length(seats, given):
        return given
    return straight


def with_gaps(rows: Sequence[Sequence[Seat]]) -> list[tuple[Seat, ...]]:
    """The rows of one section with `gap_after` set by the rule above; order is kept."""
    distances = [[_distance(first, second) for first, second in pairwise(row)] for row in rows]
    section_usual = _usual([distance for row in distances for distance in row])
    return [_marked(row, between, section_usual) for row, between in zip(rows, distances, strict=True)]


def _marked(row: Sequence[Seat], between: list[float], section_usual: float) -> tuple[Seat, ...]:
    usual = _usual(between) if len(between) >= OWN_MEDIAN_DISTANCES else section_usual
    widest = GAP_RATIO * usual if usual else math.inf
    gaps = [distance > widest for distance in between]
    return tuple(
        msgspec.structs.replace(seat, gap_after=True) if gap else seat
        for seat, gap in zip(row, [*gaps, False][: len(row)], strict=True)
    )


def _usual(distances: list[float]) -> float:
    """The median of the distances that are not zero; 0.0 when there are none."""
    return median_low([distance for distance in distances if distance] or [0.0])


def _end_to_end(seats: Sequence[Seat]) -> list[int]:
    """Indices sorted along the line between the two seats farthest apart, lowest index first."""
    one_end = max(seats, key=lambda seat: _distance(seats[0], seat))
    other_end = max(seats, key=lambda seat: _distance(one_end, seat))
    across, down = other_end.x - one_end.x, other_end.y - one_end.y
    order = sorted(range(len(seats)), key=lambda index: seats[index].x * across + seats[index].y * down)
    return order if order.index(0) <= order.index(len(seats) - 1) else order[::-1]


def _length(seats: Sequence[Seat], order: list[int]) -> float:
    return sum(_distance(seats[first], seats[second]) for first, second in pairwise(order))


def _distance(first: Seat, second: Seat) -> float:
    return math.hypot(second.x - first.x, second.y - first.y)

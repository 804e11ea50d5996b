"""Four houses made by rule, for trials, demonstrations and measurements.

They are the same at every call. Lengths are centimetres, prices euros. `theatre` has
about a thousand seats, `arena` 20,000 places of which 2,000 stand, `stadium` 80,000
seats, `racetrack` 8,897 seats in four stands with long odd rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.plan import Area, Attribute, Category, Plan, Point, Row, Seat, Section
from engine.plans.geometry import (
    ROW_PITCH,
    SEAT_PITCH,
    Oval,
    rounded,
    row_lengths,
    row_name,
    spread_angles,
)

_AISLE_SEATS: Final = 1.8
_ARENA_SECTIONS: Final = 20
_ARENA_SEATS_EACH: Final = 900
_ARENA_FLOOR: Final = (
    Point(-2_600.0, -2_000.0),
    Point(2_600.0, -2_000.0),
    Point(2_600.0, 3_600.0),
    Point(-2_600.0, 3_600.0),
)
_STADIUM_SECTIONS_EACH_TIER: Final = 50
_STADIUM_SEATS_EACH: Final = 800


def theatre() -> Plan:
    """1,008 seats on arcs around a stage: stalls, circle and balcony, each with two aisles."""
    house = Oval(Point(0.0, -900.0))
    stage = Point(0.0, 0.0)
    return Plan(
        name="Theatre",
        categories=(
            Category(key="premium", label="Premium stalls", color="#8E1B3A", price="98.00"),
            Category(key="stalls", label="Stalls", color="#C8553D", price="74.00"),
            Category(key="circle", label="Circle", color="#2A6F97", price="58.50"),
            Category(key="balcony", label="Balcony", color="#6C757D", price="29.00"),
        ),
        sections=(
            _level(house, "STALLS", 540, 18, 1_500.0, ("premium", "stalls")),
            _level(house, "CIRCLE", 260, 8, 3_500.0, ("circle", "circle")),
            _level(house, "BALCONY", 208, 6, 4_600.0, ("balcony", "balcony")),
        ),
        focal=stage,
    )


def arena() -> Plan:
    """20,000 places: 20 sections of 900 seats on three quarters of a ring, and a floor for 2,000."""
    ring = Oval(Point(0.0, 0.0), stretch=1.15)
    floor = Area("FLOOR", capacity=2_000, category="floor", outline=_ARENA_FLOOR)
    bowl = _Tier(101, _ARENA_SECTIONS, _ARENA_SEATS_EACH, 30, 4_900.0, 0.83, _arena_category)
    return Plan(
        name="Arena",
        categories=(
            Category(key="floor", label="Floor, standing", color="#D62828", price="89.00"),
            Category(key="p1", label="Lower bowl", color="#F77F00", price="129.00"),
            Category(key="p2", label="Upper bowl", color="#FCBF49", price="95.50"),
            Category(key="p3", label="Beside the stage", color="#457B9D", price="59.00"),
        ),
        sections=(*bowl.sections(ring), Section(name="FLOOR", areas=(floor,), focal=Point(0.0, -3_000.0))),
        focal=Point(0.0, -3_000.0),
    )


def stadium() -> Plan:
    """80,000 seats around a pitch: two tiers of 50 sections with 800 seats each."""
    ring = Oval(Point(0.0, 0.0), stretch=1.25)
    count, each = _STADIUM_SECTIONS_EACH_TIER, _STADIUM_SEATS_EACH
    return Plan(
        name="Stadium",
        categories=(
            Category(key="side", label="Side, lower tier", color="#1B4332", price="85.00"),
            Category(key="corner", label="Corner and end, lower tier", color="#40916C", price="62.00"),
            Category(key="high_side", label="Side, upper tier", color="#E09F3E", price="48.00"),
            Category(key="high", label="Corner and end, upper tier", color="#9E2A2B", price="32.50"),
        ),
        sections=(
            *_Tier(101, count, each, 40, 5_800.0, 1.0, _lower_category).sections(ring),
            *_Tier(201, count, each, 28, 9_700.0, 1.0, _upper_category).sections(ring),
        ),
        focal=Point(0.0, 0.0),
    )


def racetrack() -> Plan:
    """8,897 seats in four straight stands of 650, 2,215, 2,418 and 3,614 along a track."""
    finish, middle = Point(0.0, 0.0), Point(24_000.0, 0.0)
    return Plan(
        name="Racetrack",
        categories=(
            Category(key="finish", label="Finish stands", color="#4176A5", price="120.00"),
            Category(key="middle", label="Middle stands", color="#FCA700", price="75.00"),
        ),
        sections=(
            _stand("F1", "Finish line", finish, -2_500.0, [26] * 25, "finish"),
            _stand("F2", "Finish line", finish, 1_500.0, row_lengths(2_215, 54, 1.6), "finish"),
            _stand("M1", "Middle", middle, -6_500.0, [93] * 26, "middle"),
            _stand("M2", "Middle", middle, 3_500.0, [139] * 26, "middle"),
        ),
    )


def _level(
    house: Oval, name: str, seats: int, rows: int, inner: float, categories: tuple[str, str]
) -> Section:
    """A theatre's level; its front third has the first category, its last row wheelchair places."""
    lengths = row_lengths(seats, rows, (inner + rows * ROW_PITCH) / inner * 0.9)
    widest = 0.0
    made = []
    for index, length in enumerate(lengths):
        radius = inner + index * ROW_PITCH
        side = length // 4
        blocks = (side, length - 2 * side, side)
        width = (length + 2 * _AISLE_SEATS) * SEAT_PITCH / radius
        widest = max(widest, width)
        spots = [house.at(radius, offset) for offset in spread_angles(blocks, width, _AISLE_SEATS)]
        category = categories[0] if index < rows // 3 else categories[1]
        made.append(_row(row_name(index), spots, blocks, category, accessible=index == rows - 1))
    half = widest / 2.0 + 0.02
    outer = inner + rows * ROW_PITCH
    return Section(
        name=name,
        rows=tuple(made),
        floor=name.title(),
        outline=house.sector(inner - ROW_PITCH, outer, -half, half),
    )


@dataclass(frozen=True)
class _Tier:
    """`count` equal sections on `share` of a ring, symmetric about straight down.

    They are numbered from `first_number`, clockwise from the top right.
    """

    first_number: int
    count: int
    seats: int
    rows: int
    inner: float
    share: float
    category_of: Callable[[float, float], str]

    def sections(self, ring: Oval) -> Iterator[Section]:
        room = math.tau * self.share / self.count
        width = room * 0.94
        outer = self.inner + self.rows * ROW_PITCH
        for index in range(self.count):
            middle = ((self.count - 1) / 2.0 - index) * room
            begin, end = middle - width / 2.0, middle + width / 2.0
            yield Section(
                name=str(self.first_number + index),
                rows=tuple(self._rows(ring, middle, width)),
                outline=ring.sector(self.inner - ROW_PITCH, outer, begin, end),
            )

    def _rows(self, ring: Oval, middle: float, width: float) -> Iterator[Row]:
        growth = (self.inner + self.rows * ROW_PITCH) / self.inner
        for row, length in enumerate(row_lengths(self.seats, self.rows, growth)):
            blocks = (length // 2, length - length // 2)
            radius = self.inner + row * ROW_PITCH
            offsets = spread_angles(blocks, width, _AISLE_SEATS)
            spots = (ring.at(radius, middle + offset) for offset in offsets)
            category = self.category_of(middle, row / self.rows)
            yield _row(row_name(row), spots, blocks, category, accessible=row == self.rows - 1)


def _stand(name: str, zone: str, focal: Point, left: float, lengths: list[int], category: str) -> Section:
    """A straight stand below the track whose rows are centred; `left` is measured from `focal`."""
    widest = max(lengths) * SEAT_PITCH
    middle, top = focal.x + left + widest / 2.0, focal.y + 3_000.0
    rows = []
    for index, length in enumerate(lengths):
        begin = middle - (length - 1) * SEAT_PITCH / 2.0
        y = top + index * ROW_PITCH
        spots = [rounded(begin + seat * SEAT_PITCH, y) for seat in range(length)]
        rows.append(_row(row_name(index), spots, (length,), category, accessible=False))
    front, back = ((length / 2.0 + 1.0) * SEAT_PITCH for length in (lengths[0], lengths[-1]))
    above, below = top - ROW_PITCH, top + len(lengths) * ROW_PITCH
    outline = (
        rounded(middle - front, above),
        rounded(middle + front, above),
        rounded(middle + back, below),
        rounded(middle - back, below),
    )
    return Section(name=name, rows=tuple(rows), zone=zone, focal=focal, outline=outline)


def _row(
    label: str, spots: Iterable[Point], blocks: tuple[int, ...], category: str, *, accessible: bool
) -> Row:
    """A row numbered from 1, in blocks with aisles between.

    With `accessible` both ends are a wheelchair place with its companion's beside it.
    """
    ends, total = set(), 0
    for block in blocks:
        total += block
        ends.add(total)
    seats = tuple(
        Seat(
            label=str(number),
            x=spot.x,
            y=spot.y,
            category=category,
            attributes=_attributes(number, total, ends, accessible),
            gap_after=number in ends and number != total,
        )
        for number, spot in enumerate(spots, start=1)
    )
    return Row(label=label, seats=seats)


def _attributes(number: int, total: int, ends: set[int], accessible: bool) -> tuple[Attribute, ...]:
    if accessible and number in (1, total):
        return ("wheelchair", "aisle")
    if accessible and number in (2, total - 1):
        return ("companion",)
    if number == 1 or number in ends or number - 1 in ends:
        return ("aisle",)
    return ()


def _arena_category(angle: float, depth: float) -> str:
    if abs(angle) > math.radians(115.0):
        return "p3"
    return "p1" if depth < 0.4 else "p2"


def _lower_category(angle: float, _depth: float) -> str:
    return "side" if abs(math.cos(angle)) > 0.6 else "corner"


def _upper_category(angle: float, _depth: float) -> str:
    return "high_side" if abs(math.cos(angle)) > 0.6 else "high"

"""Where seats stand: rows on arcs and straight stands, in centimetres, y downwards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from engine.plan import Point

SEAT_PITCH = 52.0
ROW_PITCH = 85.0


def row_lengths(total: int, rows: int, growth: float) -> list[int]:
    """`total` seats in two `rows` or more, the last `growth` times as long as the first.

    The lengths follow a straight line as closely as whole seats can.
    """
    first = 2.0 * total / (rows * (1.0 + growth))
    step = first * (growth - 1.0) / (rows - 1)
    ends = [round(first * row + step * row * (row - 1) / 2.0) for row in range(rows + 1)]
    return [end - begin for begin, end in pairwise(ends)]


def row_name(index: int) -> str:
    """`A` to `Z`, then `AA`, `BB` and so on, as houses letter their rows."""
    return chr(ord("A") + index % 26) * (index // 26 + 1)


@dataclass(frozen=True)
class Oval:
    """A ring around `center`; angles in radians from straight down, growing to the right.

    `stretch` widens it: 1.0 is a circle.
    """

    center: Point
    stretch: float = 1.0

    def at(self, radius: float, angle: float) -> Point:
        """The position at `radius` (measured downwards) and `angle`."""
        return rounded(
            self.center.x + radius * self.stretch * math.sin(angle),
            self.center.y + radius * math.cos(angle),
        )

    def sector(self, inner: float, outer: float, begin: float, end: float) -> tuple[Point, ...]:
        """The outline of a part of the ring, with its arcs in six steps."""
        angles = [begin + (end - begin) * step / 6.0 for step in range(7)]
        return (
            *(self.at(inner, angle) for angle in angles),
            *(self.at(outer, angle) for angle in reversed(angles)),
        )


def spread_angles(blocks: tuple[int, ...], width: float, aisle: float) -> Iterator[float]:
    """Offsets from the middle of seats that share `width`, with `aisle` seats' room between blocks."""
    room = sum(blocks) + aisle * (len(blocks) - 1)
    position = 0.5
    for block in blocks:
        for seat in range(block):
            yield ((position + seat) / room - 0.5) * width
        position += block + aisle


def rounded(x: float, y: float) -> Point:
    """A position to the millimetre, never a negative zero."""
    return Point(round(x, 1) + 0.0, round(y, 1) + 0.0)

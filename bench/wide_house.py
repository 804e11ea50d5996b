"""Houses with many equal sections, for measuring how a server and its pages grow with them."""

from __future__ import annotations

from math import hypot
from typing import Final

import msgspec

from engine.plan import Category, Plan, Point, Row, Seat, Section

SEATS_PER_ROW: Final = 40
_ROW_PITCH: Final = 1.0


def section_name(section: int) -> str:
    """The name of a section, from its number."""
    return f"S{section:03}"


def wide_label(section: int, seat: int) -> str:
    """The public name of a section's seat, both by number."""
    return f"{section_name(section)}-{seat // SEATS_PER_ROW + 1}-{seat % SEATS_PER_ROW + 1}"


def wide_house(sections: int, seats_per_section: int) -> Plan:
    """A plan with equal sections beside each other, in rows of 40."""
    category = Category(key="standard", label="Standard", price="50.00")
    parts = tuple(
        Section(section_name(number), rows=tuple(_rows(number, seats_per_section)))
        for number in range(sections)
    )
    return Plan("Wide house", (category,), parts)


def higher(plan: Plan, rings: int, outwards: float) -> Plan:
    """A round house with `rings` more of its outermost ring around it, each so much further out.

    The ring is the latter half of the plan's sections, about the origin; names go on from 1001 by thousands.
    """
    outermost = plan.sections[len(plan.sections) // 2 :]
    more = [
        _moved_out(section, f"{ring}{number:03}", ring * outwards)
        for ring in range(1, rings + 1)
        for number, section in enumerate(outermost, 1)
    ]
    return msgspec.structs.replace(plan, sections=(*plan.sections, *more))


def _moved_out(section: Section, name: str, by: float) -> Section:
    def out(x: float, y: float) -> tuple[float, float]:
        far = hypot(x, y)
        return x * (far + by) / far, y * (far + by) / far

    def seat(old: Seat) -> Seat:
        x, y = out(old.x, old.y)
        return msgspec.structs.replace(old, x=x, y=y)

    rows = tuple(msgspec.structs.replace(row, seats=tuple(map(seat, row.seats))) for row in section.rows)
    outline = tuple(Point(*out(point.x, point.y)) for point in section.outline)
    return msgspec.structs.replace(section, name=name, rows=rows, outline=outline)


def _rows(section: int, seats: int) -> list[Row]:
    left = section * (SEATS_PER_ROW + 2.0)
    return [
        Row(
            str(first // SEATS_PER_ROW + 1),
            tuple(
                Seat(str(place + 1), left + place, first // SEATS_PER_ROW * _ROW_PITCH, "standard")
                for place in range(min(SEATS_PER_ROW, seats - first))
            ),
        )
        for first in range(0, seats, SEATS_PER_ROW)
    ]

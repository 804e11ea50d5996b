"""A house with many equal sections, for measuring how a server grows with them."""

from __future__ import annotations

from typing import Final

from engine.plan import Category, Plan, Row, Seat, Section

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

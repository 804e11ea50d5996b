"""Which seats a crowd changes: those that the measured window shows, and their public names."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import Final

from bench.pages.crowd import BUYERS_A_SECTION, SECTIONS, CrowdSpec
from engine.plan import Plan, Section

SEED: Final = 6
Sign = Callable[[str], str]
"""A buyer's token, of their name."""


def labels_of(section: Section) -> tuple[str, ...]:
    """The public names of a section's seats."""
    return tuple(f"{section.name}-{row.label}-{seat.label}" for row in section.rows for seat in row.seats)


def at_the_top(plan: Plan) -> list[Section]:
    """The sections nearest to the top of the drawing, where the measured window zooms in."""
    top = min(seat.y for section in plan.sections for row in section.rows for seat in row.seats)

    def far(section: Section) -> float:
        return min(hypot(seat.x, seat.y - top) for row in section.rows for seat in row.seats)

    return sorted(plan.sections, key=far)[:SECTIONS]


def crowd_of(plan: Plan, url: str, event: str, sign: Sign) -> CrowdSpec:
    """Some buyers in each of these sections, who share its seats among them."""
    buyers = tuple(
        (sign(f"crowd-{section.name}-{number}"), labels_of(section)[number::BUYERS_A_SECTION])
        for number in range(BUYERS_A_SECTION)
        for section in at_the_top(plan)
    )
    return CrowdSpec(url, event, SEED, buyers)

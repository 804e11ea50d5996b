"""The house of the full demo: a race track, as large as the crowd that is to sell it out."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.plan import Plan, Section
from engine.plans.fixtures import racetrack

SEATS_EACH: Final = 1.8
"""So many seats are on sale for each person: fewer than they want, so that the house sells out."""


def house_for(people: int) -> Plan:
    """A race track, with as many seats of each section as so many people sell out."""
    plan = racetrack()
    share = min(1.0, people * SEATS_EACH / plan.seat_count)
    sections = tuple(_front(section, share) for section in plan.sections)
    return msgspec.structs.replace(plan, sections=sections)


def _front(section: Section, share: float) -> Section:
    """The first rows of a section; the last of them may be a part of what it was."""
    left = max(1, round(sum(len(row.seats) for row in section.rows) * share))
    rows = []
    for row in section.rows:
        rows.append(msgspec.structs.replace(row, seats=row.seats[:left]))
        left -= len(rows[-1].seats)
        if not left:
            break
    return msgspec.structs.replace(section, rows=tuple(rows))

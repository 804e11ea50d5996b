"""A house made for measuring: one section, so large that it does not run out in a round."""

from __future__ import annotations

import msgspec

from engine.plan import Category, Plan, Row, Seat, Section
from engine.terms import Limits, Terms

SECTION = "HOT"
SEATS_PER_ROW = 400


def hot_labels(seats: int) -> list[str]:
    """The labels of the hot section's seats in plan order."""
    return [f"{SECTION}-{_row(number)}-{_seat(number)}" for number in range(seats)]


def hot_house(seats: int) -> Plan:
    """A plan whose single section has `seats` seats in rows of 400."""
    rows = [
        Row(str(first // SEATS_PER_ROW + 1), tuple(_chairs(first, min(first + SEATS_PER_ROW, seats))))
        for first in range(0, seats, SEATS_PER_ROW)
    ]
    category = Category(key="standard", label="Standard", price="50.00")
    return Plan("Flash sale", (category,), (Section(SECTION, rows=tuple(rows)),))


def open_terms() -> Terms:
    """Terms that bound no buyer: a handful of principals takes the whole house."""
    unbounded = 10_000_000
    return Terms(limits=Limits(seats_per_buyer=unbounded, holds_per_buyer=unbounded), orphan_rule="off")


def plan_document(plan: Plan) -> bytes:
    """The plan in the project's own JSON format."""
    return msgspec.json.encode(plan)


def _row(number: int) -> int:
    return number // SEATS_PER_ROW + 1


def _seat(number: int) -> int:
    return number % SEATS_PER_ROW + 1


def _chairs(first: int, stop: int) -> list[Seat]:
    return [
        Seat(str(_seat(number)), float(_seat(number)), float(_row(number)), "standard")
        for number in range(first, stop)
    ]

"""The prices that a plan suggests: its categories' usual face values."""

from __future__ import annotations

from decimal import Decimal

from engine.plan import Plan
from engine.terms import DEFAULT_TYPE

MINOR_UNITS = 100


def face_values(plan: Plan) -> dict[str, dict[str, int]]:
    """`Terms.prices` with the face value of each category that has one, in minor units."""
    return {
        category.key: {DEFAULT_TYPE: int(Decimal(category.price) * MINOR_UNITS)}
        for category in plan.categories
        if category.price is not None
    }

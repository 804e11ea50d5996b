"""The published JSON Schema (2020-12) of our own plan format, made from the types themselves.

`python -m engine.plans.schema` prints it; `docs/plan.schema.json` is that output. The
schema says what one field alone can say: unique names and known categories are checked
by `checking.check_plan` only.
"""

from __future__ import annotations

import sys
from typing import Any, Final

import msgspec

from engine.plan import Plan
from engine.plans import limits

SCHEMA_ID: Final = "urn:holdfast:plan:1"
_NAME: Final[dict[str, object]] = {"minLength": 1, "maxLength": limits.LABEL_LENGTH_MAX}
_PART: Final[dict[str, object]] = {**_NAME, "pattern": "^[^-]+$"}
_COORDINATE: Final[dict[str, object]] = {
    "minimum": -limits.COORDINATE_MAX,
    "maximum": limits.COORDINATE_MAX,
}
_BOUNDS: Final[dict[str, dict[str, dict[str, object]]]] = {
    "Plan": {
        "name": {"minLength": 1, "maxLength": limits.NAME_LENGTH_MAX},
        "categories": {"maxItems": limits.CATEGORIES_MAX},
        "sections": {"minItems": 1, "maxItems": limits.SECTIONS_MAX},
    },
    "Category": {"key": _NAME, "label": _NAME},
    "Section": {"name": _NAME, "outline": {"maxItems": limits.OUTLINE_POINTS_MAX}},
    "Row": {"label": _PART, "seats": {"minItems": 1}},
    "Table": {"label": _PART, "seats": {"minItems": 1}},
    "Seat": {
        "label": _PART,
        "x": _COORDINATE,
        "y": _COORDINATE,
        "attributes": {"uniqueItems": True},
    },
    "Area": {
        "name": _NAME,
        "capacity": {"minimum": 1, "maximum": limits.CAPACITY_MAX},
        "outline": {"maxItems": limits.OUTLINE_POINTS_MAX},
    },
}


def plan_schema() -> dict[str, Any]:
    """The schema as plain values, with the bounds that each field has by itself."""
    schema = msgspec.json.schema(Plan)
    for kind, fields in _BOUNDS.items():
        for field, bounds in fields.items():
            schema["$defs"][kind]["properties"][field].update(bounds)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Holdfast seating plan",
        **schema,
    }


def schema_text() -> str:
    """The schema as it is published, with a line break at its end."""
    return msgspec.json.format(msgspec.json.encode(plan_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())

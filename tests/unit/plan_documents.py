"""Drawings and tables that the import tests are made of: small, whole, and free to change."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec
import pytest

from engine.plans.importing import ImportResult, PlanFormat, PlanInvalid, import_plan
from proof.fuzz.documents import DRAWING, LAYOUT, OWN

Document = dict[str, Any]
CSV = """section,row,seat,x,y,category,attributes
ORCH,A,1,0,0,Gold,wheelchair|aisle
ORCH,A,2,20,0,Gold,companion
ORCH,A,3,40,0,Gold,
ORCH,A,4,60,0,Silver,
BALC,A,1,0,90.5,Silver,restricted_view hearing
"""


def seat(label: str, x: float, y: float = 0.0, **more: Any) -> Document:
    """A seat of a seats.io drawing."""
    return {"label": label, "x": x, "y": y, **more}


def row(label: str, seats: list[Document], **more: Any) -> Document:
    """A row of a seats.io drawing."""
    return {"label": label, "seats": seats, **more}


def numbered(count: int, y: float = 0.0) -> list[Document]:
    """`count` seats of a row, 20 units apart."""
    return [seat(str(number + 1), number * 20.0, y, categoryKey=1) for number in range(count)]


def section(label: str, rows: list[Document], **more: Any) -> Document:
    """A section of a seats.io drawing that begins at (1000, 500)."""
    return {"label": label, "topLeft": {"x": 1000, "y": 500}, "subChart": {"rows": rows}, **more}


def drawing(**chart: Any) -> Document:
    """A seats.io drawing with two categories and one zone around a chart."""
    return deepcopy(DRAWING) | {"subChart": chart}


def layout() -> Document:
    """A pretix layout with a zone, a row of three seats and an area."""
    return deepcopy(LAYOUT)


def own() -> Document:
    """A plan in our own format with a row, both kinds of tables and an area."""
    return deepcopy(OWN)


def read(document: object, format_: PlanFormat | None = None) -> ImportResult:
    """Import a document that is to be written as JSON."""
    return import_plan(msgspec.json.encode(document), format_)


def refused(data: bytes | Document, format_: PlanFormat | None = None) -> dict[str, str]:
    """The problems, message by place, for which a document is refused."""
    content = data if isinstance(data, bytes) else msgspec.json.encode(data)
    with pytest.raises(PlanInvalid) as caught:
        import_plan(content, format_)
    return {problem.place: problem.message for problem in caught.value.problems}


def changed(document: Document, change: Callable[[Document], object]) -> Document:
    """A copy of `document` after `change`."""
    copy = deepcopy(document)
    change(copy)
    return copy

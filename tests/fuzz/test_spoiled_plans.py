from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.plans.canonical import canonical_json
from engine.plans.checking import check_plan
from engine.plans.importing import PlanFormat, PlanInvalid, Problem, import_plan
from tests.unit.plan_documents import CSV, Document, drawing, layout, numbered, own, row, section

FORMATS: list[PlanFormat | None] = [None, "holdfast", "seatsio", "pretix", "csv"]
DRAWING = drawing(
    focalPoint={"x": 1, "y": 2},
    sections=[section("S", [row("A", numbered(4), curve=1)], zone="east", points=[{"x": 0, "y": 0}])],
    rows=[row("A", numbered(3), sectionLabel="L")],
    tables=[row("T", numbered(2), bookAsAWhole=True)],
    booths=[{"label": "B", "center": {"x": 1, "y": 1}, "categoryKey": "two"}],
    generalAdmissionAreas=[
        {"label": "G", "capacity": 9, "categoryKey": 1, "center": {"x": 0, "y": 0}, "radius1": 3}
    ],
)
FLOORS = {**drawing(), "subChartFloors": [{"floorName": "1", **DRAWING["subChart"]}, DRAWING["subChart"]]}
DOCUMENTS = [DRAWING, FLOORS, layout(), own()]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
    st.sampled_from(["", " ", "-", "1", "east", "MAIN", "S", "gold", "\x00", "wheelchair"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def check_outcome(data: bytes, format_: PlanFormat | None) -> None:
    """Either problems with words, or a plan that passes every check and survives being stored."""
    try:
        plan = import_plan(data, format_).plan
    except PlanInvalid as refusal:
        problems = refusal.problems
    else:
        problems = (Problem("", "none at all"),)
        assert check_plan(plan) == ()
        assert import_plan(canonical_json(plan), "holdfast").plan == plan
    assert problems
    assert all(problem.message for problem in problems)


def paths(value: object, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value inside a document."""
    if isinstance(value, dict):
        children: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        return []
    return [path for key, child in children for path in ((*above, key), *paths(child, (*above, key)))]


def mutated(document: Document, data: st.DataObject) -> Document:
    """A copy in which up to four values were replaced, removed or repeated."""
    copy = deepcopy(document)
    for _ in range(data.draw(st.integers(1, 4))):
        way = data.draw(st.sampled_from(paths(copy) or [("name",)]))
        holder: Any = copy
        for key in way[:-1]:
            holder = holder[key]
        match data.draw(st.sampled_from(["replace", "remove", "repeat"])):
            case "remove":
                del holder[way[-1]]
            case "repeat" if isinstance(holder, list):
                holder.insert(0, deepcopy(holder[-1]))
            case _:
                holder[way[-1]] = data.draw(VALUES)
    return copy


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(format_: PlanFormat | None, data: bytes) -> None:
    """Any bytes, in any format."""
    check_outcome(data, format_)


@pytest.mark.parametrize("format_", ["seatsio", "pretix", "holdfast", None])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(value=VALUES)
def test_no_json_raises_anything_but_a_refusal(format_: PlanFormat | None, value: object) -> None:
    """Any JSON, in any format."""
    check_outcome(_encode(value), format_)


@pytest.mark.parametrize("document", DOCUMENTS, ids=["drawing", "floors", "layout", "own"])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_spoiled_documents_give_a_sound_plan_or_a_refusal(document: Document, data: st.DataObject) -> None:
    """Sound documents with a few values changed."""
    check_outcome(_encode(mutated(document, data)), None)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lines=st.lists(
        st.lists(
            LEAVES.map(str) | st.sampled_from(["S", "A", "1", "2", "Gold", "0", "20", "aisle", '"']),
            max_size=8,
        ),
        max_size=6,
    ),
    delimiter=st.sampled_from([",", ";", "\n", '"', "\r", "\x00"]),
)
def test_spoiled_tables_give_a_sound_plan_or_a_refusal(lines: list[list[str]], delimiter: str) -> None:
    """A sound table with any lines after it."""
    text = CSV + "\n".join([",".join(cells) for cells in lines] + [delimiter.join(cells) for cells in lines])
    check_outcome(text.encode("utf-8", "surrogatepass"), "csv")


def _encode(value: object) -> bytes:
    """JSON as other programs write it: whole numbers of any length."""
    try:
        return msgspec.json.encode(value)
    except OverflowError:
        return json.dumps(value).encode()

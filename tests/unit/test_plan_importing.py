from __future__ import annotations

import msgspec
import pytest

from engine.plan import Plan, Point
from engine.plans import limits
from engine.plans.canonical import canonical_json, parse_canonical, parse_section, plan_digest
from engine.plans.importing import PlanFormat, PlanInvalid, Problem, describe, import_plan
from tests.unit.plan_documents import (
    CSV,
    Document,
    changed,
    drawing,
    layout,
    numbered,
    own,
    read,
    refused,
    row,
)


def test_our_own_format_is_read_as_it_is() -> None:
    """Gaps, tables and areas arrive unchanged, with the figures that are reported."""
    result = read(own())
    (hall,) = result.plan.sections
    assert [s.gap_after for s in hall.rows[0].seats] == [False, True]
    assert [t.sell for t in hall.tables] == ["seat", "whole"]
    assert result.plan.focal == Point(0.0, -10.0)
    assert describe(result) == {"sections": 1, "seats": 5, "ga_capacity": 50, "warnings": []}


@pytest.mark.parametrize("format_", [None, "holdfast"])
def test_a_given_name_replaces_the_documents_own(format_: PlanFormat | None) -> None:
    """A plan can be imported under another name; a bad one is refused."""
    data = msgspec.json.encode(own())
    assert import_plan(data, format_, "Other").plan.name == "Other"
    with pytest.raises(PlanInvalid) as caught:
        import_plan(data, format_, " ")
    assert caught.value.problems == (Problem("name", "has blanks at its ends"),)
    assert str(caught.value) == "name: has blanks at its ends"


def test_wrong_types_in_our_own_format_are_told_for_each_part() -> None:
    """One problem for each category and section, and one for the plan itself."""

    def change(document: Document) -> None:
        section = document["sections"][0]
        wrong_seat = {**section, "rows": [{"label": "A", "seats": [{"label": "1", "x": "0"}]}]}
        document["sections"] = [wrong_seat, {**section, "colour": "red"}, section]
        document["categories"][0]["price"] = 12.5
        document["extra"] = 1

    assert refused(changed(own(), change)) == {
        "categories[0].price": "Expected `str | null`, got `float`",
        "sections[0].rows[0].seats[0].x": "Expected `float`, got `str`",
        "sections[1]": "Object contains unknown field `colour`",
    }
    assert refused(changed(own(), lambda document: document.update(extra=1))) == {
        "": "Object contains unknown field `extra`"
    }
    assert refused(changed(own(), lambda document: document.update(categories=5))) == {
        "categories": "Expected `array`, got `int`"
    }
    assert refused(b"[]", "holdfast") == {"": "Expected `object`, got `array`"}


def test_our_own_format_is_checked_too() -> None:
    """Right types are not yet a sound plan."""
    assert refused(changed(own(), lambda document: document["categories"].clear())) == {
        f"sections[0].{place}.category": "no category 'gold' is listed"
        for place in (
            "rows[0].seats[0]",
            "rows[0].seats[1]",
            "tables[0].seats[0]",
            "tables[1].seats[0]",
            "tables[1].seats[1]",
            "areas[0]",
        )
    }


def test_formats_are_recognised() -> None:
    """Each format is found without its name, and nothing else is taken for one."""
    assert read(own()).plan.name == "Own house"
    assert read(drawing(rows=[row("A", numbered(1))])).plan.name == "Drawn house"
    assert read(layout()).plan.name == "Laid out house"
    assert import_plan(CSV.encode(), None).plan.name == "Imported plan"
    assert refused({"some": "thing"}) == {"": "the document is in no format that is known"}
    assert refused(b"[1]") == {"": "the document is not an object"}
    assert refused(b"[1]", "pretix") == {"": "the document is not an object"}
    assert refused({"format": "holdfast-plan/9"}) == {"format": "Invalid enum value 'holdfast-plan/9'"}


@pytest.mark.parametrize("format_", ["seatsio", "pretix", "holdfast", None])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[" * 200_000, "the document is nested too deeply"),
        (b'{"a":' * 200_000, "the document is nested too deeply"),
        (b'{"name": "\xff"}', "the document is not UTF-8"),
        (b'{"name": NaN}', "the document is not JSON: JSON is malformed: invalid character (byte 9)"),
        (b'{"name": 1e999}', "the document is not JSON: Number out of range - at `$[...]`"),
        (b"{", "the document is not JSON: Input data was truncated"),
    ],
)
def test_hostile_json_is_refused_in_words(data: bytes, message: str, format_: PlanFormat | None) -> None:
    """Depth, encoding, endless numbers and torn documents never raise anything else."""
    assert refused(data, format_) == {"": message}


@pytest.mark.parametrize("value", [[], "1", True, None, 1.5, -1, 0, 10**9, 10**200, 1e300])
def test_a_capacity_must_be_a_whole_number_within_bounds(value: object) -> None:
    """Wrong types and endless crowds are refused at their place."""
    area = {"label": "G", "categoryKey": 1, "capacity": value}
    problems = refused(drawing(generalAdmissionAreas=[area]))
    assert "subChart.generalAdmissionAreas[0].capacity" in problems


@pytest.mark.parametrize("value", [True, 1.5, [], {}, 2**63, 10**4000])
def test_a_category_key_is_a_text_or_a_whole_number(value: object) -> None:
    """Anything else is refused at its place."""
    data = msgspec.json.encode(drawing(rows=[row("A", numbered(1))]))
    text = (
        str(value)
        if isinstance(value, int | float) and value is not True
        else msgspec.json.encode(value).decode()
    )
    problems = refused(data.replace(b'"key":1', b'"key":' + text.encode()))
    assert problems["categories.list[0].key"] == "is neither a text nor a whole number"


def test_a_flag_must_be_true_or_false() -> None:
    """A text is not taken for true."""
    seats = [{**numbered(1)[0], "accessible": "yes"}]
    assert refused(drawing(rows=[row("A", seats)])) == {
        "subChart.rows[0].seats[0].accessible": "is not true or false"
    }


@pytest.mark.parametrize(
    ("bound", "value", "message"),
    [
        ("BYTES_MAX", 50, "the document has more than 50 bytes"),
        ("OBJECTS_MAX", 5, "the document has more than 5 objects and lists"),
        ("VALUES_MAX", 5, "the document has more than 5 values"),
    ],
)
def test_large_documents_are_refused_before_they_are_decoded(
    monkeypatch: pytest.MonkeyPatch, bound: str, value: int, message: str
) -> None:
    """The named limits hold for every format."""
    monkeypatch.setattr(limits, bound, value)
    assert refused(own()) == {"": message}


def test_a_section_is_read_without_its_neighbours() -> None:
    """One section of a stored plan is what it is in the whole; a name that is none finds none."""
    plan = read(own()).plan
    data = canonical_json(plan)
    for section in plan.sections:
        assert msgspec.structs.replace(plan, sections=(section,)) == parse_section(data, section.name)
    assert () == parse_section(data, "NOWHERE").sections


def test_equal_plans_have_one_canonical_form() -> None:
    """Whole numbers and fractions, defaults said or unsaid: the same bytes and digest."""
    plan = read(own()).plan
    spelled_out = msgspec.convert(msgspec.to_builtins(plan), Plan)
    with_integers = msgspec.structs.replace(plan, focal=Point(0, -10))
    assert parse_canonical(canonical_json(plan)) == plan
    assert canonical_json(plan) == canonical_json(spelled_out) == canonical_json(with_integers)
    assert plan_digest(plan) == plan_digest(with_integers)
    assert plan_digest(plan) != plan_digest(msgspec.structs.replace(plan, name="Other"))
    assert len(plan_digest(plan)) == 32


def test_a_canonical_plan_is_read_by_the_importer() -> None:
    """What is written as canonical JSON is a document in our own format."""
    plan = read(drawing(rows=[row("A", numbered(5))])).plan
    assert import_plan(canonical_json(plan), None).plan == plan

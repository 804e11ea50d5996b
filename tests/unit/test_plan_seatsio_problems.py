"""What a seats.io drawing says that a plan cannot express, or that makes no sense."""

from __future__ import annotations

import pytest

from tests.unit.plan_documents import changed, drawing, numbered, read, refused, row, seat, section


def test_a_scale_other_than_100_shrinks_sections_with_a_warning() -> None:
    """The factor is percent."""
    document = drawing(sections=[section("S", [row("A", numbered(2))])])
    document["sectionScaleFactor"] = 50
    result = read(document)
    assert [s.x for s in result.plan.sections[0].rows[0].seats] == [1000.0, 1010.0]
    assert result.warnings == ("sections are scaled by sectionScaleFactor, taken as percent: 1",)


def test_what_cannot_be_expressed_is_one_warning_a_kind() -> None:
    """Each kind is counted, whatever the number of objects."""
    fancy = seat("1", 0, categoryKey=1, displayLabel="One", entrance="A", viewFromYourSeatImage="x")
    area = {"label": "G", "capacity": 1, "categoryKey": 1, "bookAsAWhole": True, "variableOccupancy": True}
    result = read(
        drawing(
            sections=[
                section("S", [row("A", [fancy, {**fancy, "label": "2", "x": 20}], curve=3), row("B", [])]),
                section("EMPTY", []),
            ],
            tables=[row("T", [])],
            generalAdmissionAreas=[area],
            shapes=[{}, {}],
            texts=[{}],
            icons=[{}],
            imageObjects=[{}],
            backgroundImage={"url": "x"},
        )
    )
    assert set(result.warnings) == {
        "displayed labels are left out: 2",
        "entrances of rows and seats are left out: 2",
        "views from seats are left out: 2",
        "curves are kept only as positions: 1",
        "areas booked as a whole sell by the place: 1",
        "variable occupancy is left out: 1",
        "shapes are left out: 2",
        "texts are left out: 1",
        "icons are left out: 1",
        "images are left out: 1",
        "background images are left out: 1",
        "rows without seats are left out: 1",
        "tables without seats are left out: 1",
        "objects outside any section go to section MAIN: 1",
        "sections without anything to sell are left out: 2",
    }
    assert [s.name for s in result.plan.sections] == ["S", "G"]


def test_problems_name_the_path_in_the_drawing() -> None:
    """Every wrong place is told at once, in the drawing's own words."""
    rows = [
        row("A", [seat("1", 0, categoryKey=1), seat("1", 20, categoryKey=99), seat("", 40)]),
        row("B", []),
        row("C", [seat("1", 0, "low", categoryKey=1)]),  # type: ignore[arg-type]  # the point of it
    ]
    document = drawing(
        sections=[
            section("EMPTY", []),
            section("S", rows, zone="nowhere", entrance="\x00"),
            section("S", [row("A", numbered(1))], points=[{"x": 1e300, "y": 0}]),
        ],
        generalAdmissionAreas=[{"capacity": 10**9, "categoryKey": 1}],
        tables=[row("T", [seat("x" * 65, 0, categoryKey=1)])],
    )
    document["categories"]["list"].append({"key": 1, "label": "\u202e"})
    assert refused(document) == {
        "subChart.sections[1].subChart.rows[2].seats[0].y": "is not a number",
        "": "1000000000 places in general admission are more than the 500000 that a plan may have",
        "subChart.sections[1].zone": "no zone by this key is listed",
        "subChart.sections[2].points[0].x": "is farther than 10000000 from 0",
        "categories.list[2].label": "has characters that cannot be printed",
        "categories.list[2].key": "'1' is used twice",
        "subChart.sections[1].entrance": "has characters that cannot be printed",
        "subChart.sections[1].subChart.rows[0].seats[1].categoryKey": "no category '99' is listed",
        "subChart.sections[1].subChart.rows[0].seats[2].label": "is empty",
        "subChart.sections[1].subChart.rows[0].seats[2].categoryKey": "there is no category",
        "subChart.tables[0].seats[0].label": "is longer than 64 characters",
        "subChart.generalAdmissionAreas[0].label": "is empty",
        "subChart.generalAdmissionAreas[0].capacity": "is not between 1 and 500000",
        "subChart.sections[2].label": "'S' is used twice",
        "subChart.sections[1].subChart.rows[0].seats[1].label": "the public name 'S-A-1' is used twice",
        "subChart.sections[2].subChart.rows[0].seats[0].label": "the public name 'S-A-1' is used twice",
    }


def test_a_drawing_with_too_many_sections_is_left_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when all that makes them is loose areas."""
    monkeypatch.setattr("engine.plans.draft.SECTIONS_MAX", 2)
    areas = [{"label": "G", "capacity": 1, "categoryKey": 1}] * 3
    message = "there are more than the 2 sections that a plan may have"
    assert refused(drawing(generalAdmissionAreas=areas)) == {"": message}


def test_nested_sections_are_refused() -> None:
    """Seats are never lost silently."""
    outer = section("S", [row("A", numbered(1))])
    outer["subChart"]["sections"] = [section("T", [row("A", numbered(1))])]
    assert refused(drawing(sections=[outer])) == {
        "subChart.sections[0].subChart.sections[0]": "a section cannot stand inside a section"
    }


def test_a_drawing_without_any_chart_is_refused() -> None:
    """No chart, nothing to sell."""
    document = changed(drawing(), lambda copy: copy.pop("subChart"))
    assert refused(document, "seatsio") == {"": "the plan has nothing to sell"}
    assert refused({}, "seatsio") == {"": "the plan has nothing to sell"}


def test_a_section_without_a_chart_is_left_out() -> None:
    """An outline alone sells nothing."""
    result = read(drawing(sections=[{"label": "X"}], rows=[row("A", numbered(1))]))
    assert [s.name for s in result.plan.sections] == ["MAIN"]

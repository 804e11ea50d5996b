from __future__ import annotations

from pathlib import Path

import pytest

from engine.plan import Point
from engine.plans.importing import describe, import_plan
from tests.unit.plan_documents import drawing, numbered, read, row, seat, section

SHARED = Path(__file__).parents[3] / "shared" / "data" / "seatsio"
NEEDS_SHARED = pytest.mark.skipif(not SHARED.is_dir(), reason="the sample charts are not beside the project")


def test_a_section_is_read_with_its_zone_and_absolute_positions() -> None:
    """Seats stand at the section's corner plus their own position; the zone gives the focal point."""
    points = [{"x": 1000, "y": 500}, {"x": 1100, "y": 500}, {"x": 1100, "y": 600}]
    result = read(
        drawing(
            focalPoint={"x": 1, "y": 2},
            sections=[
                section("ORCH", [row("A", numbered(2))], zone="east", entrance=" North ", points=points)
            ],
        )
    )
    (orchestra,) = result.plan.sections
    (line,) = orchestra.rows
    assert result.plan.name == "Drawn house"
    assert result.plan.focal == Point(1.0, 2.0)
    assert orchestra.name == "ORCH"
    assert orchestra.zone == "East side"
    assert orchestra.focal == Point(7.0, 8.0)
    assert orchestra.entrance == "North"
    assert orchestra.outline == (Point(1000.0, 500.0), Point(1100.0, 500.0), Point(1100.0, 600.0))
    assert [(1000.0, 500.0, "1"), (1020.0, 500.0, "1")] == [(s.x, s.y, s.category) for s in line.seats]
    assert result.warnings == ()


def test_categories_keep_key_colour_and_accessibility() -> None:
    """A number as key becomes text; a colour that is not plain is left out with a warning."""
    document = drawing(rows=[row("A", numbered(1))])
    document["categories"]["list"].append({"key": 3, "color": "url(javascript:)"})
    result = read(document)
    assert [("1", "Gold", "#C0A000", False), ("two", "Silver", "#AAAAAA", True), ("3", "3", None, False)] == [
        (c.key, c.label, c.color, c.accessible) for c in result.plan.categories
    ]
    assert "category colours that are not plain are left out: 1" in result.warnings


def test_a_seat_inherits_its_category_from_row_then_section() -> None:
    """The nearest category wins."""
    rows = [
        row("A", [seat("1", 0, categoryKey=1), seat("2", 20)], categoryKey="two"),
        row("B", [seat("1", 0)]),
    ]
    result = read(drawing(sections=[section("S", rows, categoryKey=1)]))
    seats = [s.category for r in result.plan.sections[0].rows for s in r.seats]
    assert ["1", "two", "1"] == seats


def test_every_attribute_is_translated() -> None:
    """All flags of a seat arrive under our names."""
    flags = {
        "accessible": True,
        "companionSeat": True,
        "restrictedView": True,
        "semiAmbulatorySeat": True,
        "hearingImpaired": True,
        "liftUpArmrests": True,
        "plusSize": True,
        "signLanguageInterpretation": True,
    }
    result = read(drawing(rows=[row("A", [seat("1", 0, categoryKey=1, **flags)])]))
    assert result.plan.sections[0].rows[0].seats[0].attributes == (
        "wheelchair",
        "companion",
        "restricted_view",
        "semi_ambulatory",
        "hearing",
        "lift_up_armrest",
        "plus_size",
        "sign_language",
    )


def test_loose_rows_go_to_main_and_loose_areas_to_sections_of_their_own() -> None:
    """A taken name gets a number; rows with a section label go there."""
    area = {"label": "GA1", "capacity": 100, "categoryKey": 1}
    result = read(
        drawing(
            sections=[section("MAIN", [row("A", numbered(1))])],
            rows=[
                row("A", numbered(2)),
                row("B", numbered(1, 20.0)),
                row("C", numbered(1, 40.0), sectionLabel="PIT"),
            ],
            tables=[row("T1", numbered(3), bookAsAWhole=True)],
            booths=[{"label": "B1", "center": {"x": 5, "y": 6}, "categoryKey": 1}],
            generalAdmissionAreas=[area],
        )
    )
    assert [s.name for s in result.plan.sections] == ["MAIN", "MAIN 2", "PIT", "GA1"]
    loose = result.plan.sections[1]
    assert [len(r.seats) for r in loose.rows] == [2, 1]
    assert [("T1", "whole", 3), ("B1", "whole", 1)] == [(t.label, t.sell, len(t.seats)) for t in loose.tables]
    assert (loose.tables[1].seats[0].x, loose.tables[1].seats[0].y) == (5.0, 6.0)
    assert result.plan.sections[3].areas[0].name == "GA1"
    assert result.plan.ga_capacity == 100
    assert result.warnings == (
        "objects outside any section go to section MAIN: 4",
        "sections made for loose objects got a number after their name: 1",
    )


def test_tables_booths_and_areas_inside_a_section_are_moved_with_it() -> None:
    """Tables sell by the seat unless they say otherwise; an area is named after its section too."""
    part = section("S", [], categoryKey="two")
    part["subChart"] = {
        "tables": [row("T1", [seat("1", 1, 2), seat("2", 3, 4)])],
        "booths": [{"label": "1", "center": {"x": 10, "y": 10}, "accessible": True}],
        "generalAdmissionAreas": [
            {"label": "GA", "capacity": 5, "points": [{"x": 0, "y": 0}, {"x": 1, "y": 0}, {"x": 0, "y": 1}]}
        ],
    }
    (read_section,) = read(drawing(sections=[part])).plan.sections
    table, booth = read_section.tables
    assert (table.sell, booth.sell) == ("seat", "whole")
    assert (table.seats[0].x, table.seats[0].y) == (1001.0, 502.0)
    assert (booth.seats[0].x, booth.seats[0].attributes) == (1010.0, ("wheelchair",))
    assert (read_section.areas[0].name, read_section.areas[0].category) == ("S-GA", "two")
    assert read_section.areas[0].outline == (Point(1000.0, 500.0), Point(1001.0, 500.0), Point(1000.0, 501.0))


def test_floors_name_their_sections_and_give_them_a_focal_point() -> None:
    """Loose objects of each floor get a section of their own."""
    document = drawing()
    del document["subChart"]
    document["subChartFloors"] = [
        {
            "floorName": "1",
            "floorDisplayName": "Ground",
            "focalPoint": {"x": 3, "y": 4},
            "sections": [section("S1", [row("A", numbered(1))])],
            "rows": [row("A", numbered(1))],
        },
        {"floorName": "2", "rows": [row("A", numbered(1))]},
    ]
    plan = read(document).plan
    assert [("S1", "Ground"), ("MAIN Ground", "Ground"), ("MAIN 2", "2")] == [
        (s.name, s.floor) for s in plan.sections
    ]
    assert [Point(3.0, 4.0), Point(3.0, 4.0), None] == [s.focal for s in plan.sections]
    assert plan.focal == Point(3.0, 4.0)


@pytest.mark.parametrize(
    ("shape", "corners"),
    [
        ({"type": "circle", "center": {"x": 10, "y": 20}, "radius1": 4, "radius2": 2}, 24),
        ({"type": "rectangle", "center": {"x": 10, "y": 20}, "width": 8, "height": 4}, 4),
    ],
)
def test_areas_get_an_outline_around_their_centre(shape: dict[str, object], corners: int) -> None:
    """Ellipses and boxes become polygons, turned by their angle."""
    area = {"label": "G", "capacity": 1, "categoryKey": 1, "rotationAngle": 90, **shape}
    outline = read(drawing(generalAdmissionAreas=[area])).plan.sections[0].areas[0].outline
    assert len(outline) == corners
    assert (8.0, 12.0) == (min(p.x for p in outline), max(p.x for p in outline))
    assert (16.0, 24.0) == (min(p.y for p in outline), max(p.y for p in outline))


@NEEDS_SHARED
def test_the_race_track_has_its_known_seats_in_unbroken_rows() -> None:
    """8,897 seats in four sections, each row one run of neighbours."""
    result = import_plan((SHARED / "sampleChartWithZones.json").read_bytes(), None)
    sections = {s.name: sum(len(r.seats) for r in s.rows) for s in result.plan.sections}
    assert sections == {"Goal Stand 4": 650, "Goal Stand 3": 2_215, "MT1": 2_418, "MT3": 3_614}
    seats = [s for part in result.plan.sections for r in part.rows for s in r.seats]
    assert sum(s.gap_after for s in seats) == 0
    assert {"Finish Line", "Mid Track"} == {s.zone for s in result.plan.sections}
    assert result.warnings == ("background images are left out: 2",)


@NEEDS_SHARED
def test_the_sample_chart_becomes_a_main_section_and_two_areas() -> None:
    """Rows without sections, and general admission beside them."""
    result = import_plan((SHARED / "sampleChart.json").read_bytes(), "seatsio", "Mine")
    assert result.plan.name == "Mine"
    assert describe(result) == {
        "sections": 3,
        "seats": 32,
        "ga_capacity": 200,
        "warnings": [
            "objects outside any section go to section MAIN: 4",
            "variable occupancy is left out: 1",
            "shapes are left out: 1",
        ],
    }

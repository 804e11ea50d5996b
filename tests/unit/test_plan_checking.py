from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from engine.plan import Area, Category, Plan, Point, Row, Seat, Section, Table
from engine.plans.checking import check_plan, public_names

GOLD = Category(key="gold", label="Gold", color="#123", price="10.50")
CHAIR = Seat(label="1", x=0.0, y=0.0, category="gold")
UNBOUNDED = "is not a number between -10000000 and 10000000"


def plan_of(*sections: Section, **fields: Any) -> Plan:
    """A plan with one category around some sections."""
    return Plan(**{"name": "House", "categories": (GOLD,), "sections": sections, **fields})


def seats_of(*seats: Seat) -> Plan:
    """A plan whose only row has these seats."""
    return plan_of(Section(name="S", rows=(Row(label="A", seats=seats),)))


def found(plan: Plan) -> dict[str, str]:
    """Problems, message by place."""
    return {problem.place: problem.message for problem in check_plan(plan)}


def test_a_sound_plan_has_no_problems() -> None:
    """Rows, both kinds of tables and areas live side by side."""
    tables = (Table("T1", (CHAIR,)), Table("T2", (CHAIR,), sell="whole"))
    section = Section(
        name="S-1", rows=(Row("A", (CHAIR,)),), tables=tables, areas=(Area("PIT", 1, "gold"),), zone="East"
    )
    assert found(plan_of(section, focal=Point(0.0, 0.0))) == {}
    assert list(public_names(section)) == ["S-1-A-1", "S-1-T1-1", "S-1-T2", "S-1-T2-1", "PIT"]


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"label": ""}, "label", "is empty"),
        ({"label": " 1"}, "label", "has blanks at its ends"),
        ({"label": "1\u0000"}, "label", "has characters that cannot be printed"),
        ({"label": "1-2"}, "label", "contains '-', which joins the parts of a public label"),
        ({"label": "x" * 65}, "label", "is longer than 64 characters"),
        ({"category": "tin"}, "category", "no category 'tin' is listed"),
        ({"category": ""}, "category", "there is no category"),
        ({"x": math.nan}, "x", UNBOUNDED),
        ({"y": -math.inf}, "y", UNBOUNDED),
        ({"x": 1e8}, "x", UNBOUNDED),
        ({"attributes": ("aisle", "aisle")}, "attributes", "names an attribute twice"),
    ],
)
def test_a_seat_is_checked_field_by_field(change: dict[str, Any], place: str, message: str) -> None:
    """P1, P3 and P4 for seats."""
    wrong = msgspec.structs.replace(CHAIR, **change)
    sound = msgspec.structs.replace(CHAIR, label="0")
    assert found(seats_of(sound, wrong)) == {f"sections[0].rows[0].seats[1].{place}": message}


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"key": "\t"}, "key", "has blanks at its ends"),
        ({"label": ""}, "label", "is empty"),
        ({"color": "#12"}, "color", "is neither a hexadecimal colour nor a colour's name"),
        ({"color": "url(x)"}, "color", "is neither a hexadecimal colour nor a colour's name"),
        ({"price": "1.234"}, "price", "is not a decimal with at most two digits after the point"),
        ({"price": "-1"}, "price", "is not a decimal with at most two digits after the point"),
        ({"price": "NaN"}, "price", "is not a decimal with at most two digits after the point"),
        ({"price": "\u0661"}, "price", "is not a decimal with at most two digits after the point"),
    ],
)
def test_a_category_is_checked_field_by_field(change: dict[str, Any], place: str, message: str) -> None:
    """P1 and P3 for categories."""
    other = msgspec.structs.replace(GOLD, **{"key": "other", **change})
    plan = msgspec.structs.replace(seats_of(CHAIR), categories=(GOLD, other))
    assert found(plan) == {f"categories[1].{place}": message}


def test_sections_and_areas_are_checked() -> None:
    """P1, P4 and P5: names, outlines, capacities and emptiness."""
    far = (Point(0.0, math.inf),)
    long = tuple(Point(0.0, float(number)) for number in range(1_001))
    areas = (Area("PIT", 0, "gold", outline=far), Area("", 500_001, "tin", outline=long))
    plan = plan_of(
        Section(name="", rows=(Row("", ()),), tables=(Table("-", ()),), areas=areas, outline=far),
        Section(name="E", zone="", floor=" ", entrance="\n", focal=Point(math.nan, 0.0)),
        name="n" * 201,
        focal=Point(0.0, math.inf),
    )
    assert found(plan) == {
        "name": "is longer than 200 characters",
        "focal": UNBOUNDED,
        "": "500001 places in general admission are more than the 500000 that a plan may have",
        "sections[0].name": "is empty",
        "sections[0].outline": UNBOUNDED,
        "sections[0].rows[0].label": "is empty",
        "sections[0].rows[0]": "has no seats",
        "sections[0].tables[0].label": "contains '-', which joins the parts of a public label",
        "sections[0].tables[0]": "has no seats",
        "sections[0].areas[0].outline": UNBOUNDED,
        "sections[0].areas[0].capacity": "is not between 1 and 500000",
        "sections[0].areas[1].name": "is empty",
        "sections[0].areas[1].category": "no category 'tin' is listed",
        "sections[0].areas[1].outline": "has more than 1000 points",
        "sections[0].areas[1].capacity": "is not between 1 and 500000",
        "sections[1].zone": "is empty",
        "sections[1].floor": "has blanks at its ends",
        "sections[1].entrance": "has blanks at its ends",
        "sections[1].focal": UNBOUNDED,
        "sections[1]": "the section has nothing to sell",
    }


def test_public_names_are_unique_over_rows_tables_and_areas() -> None:
    """P2: a row of section `S-A` may not be mistaken for a table of section `S`."""
    chairs = (CHAIR, msgspec.structs.replace(CHAIR, label="2"))
    whole = Table("C", chairs, sell="whole")
    plan = plan_of(
        Section(name="S-A", rows=(Row("B", chairs),), tables=(whole,)),
        Section(name="S", tables=(Table("A", (CHAIR,)),), areas=(Area("S-A-C", 1, "gold"),)),
        Section(name="S", areas=(Area("S-A-B-1", 1, "gold"), Area("X", 1, "gold"))),
    )
    assert found(plan) == {
        "sections[2].name": "'S' is used twice",
        "sections[1].areas[0].name": "the public name 'S-A-C' is used twice",
        "sections[2].areas[0].name": "the public name 'S-A-B-1' is used twice",
    }


def test_a_clash_with_a_table_names_the_tables_label() -> None:
    """Places lead to what carries the name: a chair of a table, or the table sold whole."""
    tables = (
        Table("T", (CHAIR, CHAIR)),
        Table("W", (CHAIR, CHAIR), sell="whole"),
        Table("W", (CHAIR,), "whole"),
    )
    assert found(plan_of(Section(name="S", tables=tables))) == {
        "sections[0].tables[0].seats[1].label": "the public name 'S-T-1' is used twice",
        "sections[0].tables[1].seats[1].label": "the public name 'S-W-1' is used twice",
        "sections[0].tables[2].label": "the public name 'S-W' is used twice",
        "sections[0].tables[2].seats[0].label": "the public name 'S-W-1' is used twice",
    }


def test_the_chairs_of_a_table_sold_whole_have_names_too() -> None:
    """P2: a layout finds every chair by its name, so a row may not share a whole table's label."""
    section = Section(name="S", rows=(Row("A", (CHAIR,)),), tables=(Table("A", (CHAIR,), sell="whole"),))
    assert found(plan_of(section)) == {
        "sections[0].tables[0].seats[0].label": "the public name 'S-A-1' is used twice"
    }


def test_a_plan_stays_within_its_sizes() -> None:
    """P6: the first bound that is broken is told for the plan as a whole."""
    many = tuple(msgspec.structs.replace(GOLD, key=str(number)) for number in range(501))
    assert found(Plan("House", many, ())) == {"": "the plan has nothing to sell"}
    gold = (*many[1:], GOLD)
    assert found(msgspec.structs.replace(seats_of(CHAIR), categories=(*gold, many[0]))) == {
        "": "502 categories are more than the 500 that a plan may have"
    }


def test_only_the_first_hundred_problems_are_told_one_by_one() -> None:
    """The rest is a number."""
    wrong = [msgspec.structs.replace(CHAIR, label=str(number), category="tin") for number in range(150)]
    problems = check_plan(seats_of(*wrong))
    assert len(problems) == 101
    assert problems[-1].message == "and 50 more problems"


def test_a_section_is_not_called_like_what_is_none() -> None:
    """P1: an event's other streams have names that begin with `~`."""
    message = "begins with '~', which is kept for streams that are no sections"
    for name, expected in (("~queue", {"sections[0].name": message}), ("q~", {})):
        section = Section(name, rows=(Row("A", (CHAIR,)),))
        assert expected == found(plan_of(section))

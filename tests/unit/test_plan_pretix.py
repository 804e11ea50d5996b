from __future__ import annotations

from tests.unit.plan_documents import changed, layout, read, refused


def test_zones_become_sections_and_positions_add_up() -> None:
    """A seat stands at zone plus row plus its own position."""
    result = read(layout())
    (stalls,) = result.plan.sections
    assert (result.plan.name, stalls.name, stalls.rows[0].label) == ("Laid out house", "Stalls", "A")
    assert [(130.0, 55.25), (150.0, 55.25), (170.0, 55.25)] == [(s.x, s.y) for s in stalls.rows[0].seats]
    assert {"Gold"} == {s.category for s in stalls.rows[0].seats}
    assert [("Gold", "#C0A000")] == [(c.key, c.color) for c in result.plan.categories]
    assert result.warnings == ("areas are decoration and are left out: 1",)


def test_zones_without_names_and_fancy_colours_are_warned_of() -> None:
    """A zone falls back to its id, then to a numbered word."""

    def change(document: dict[str, object]) -> None:
        (zone,) = layout()["zones"]
        unnamed = {key: value for key, value in zone.items() if key != "name"}
        document["zones"] = [unnamed, unnamed, {**unnamed, "zone_id": "z9", "position": None}]
        document["categories"] = [{"name": "Gold", "color": "rgb(1,2,3)"}]

    result = read(changed(layout(), change))
    assert [s.name for s in result.plan.sections] == ["ZONE", "ZONE 2", "z9"]
    assert set(result.warnings) == {
        "zones without a name are called ZONE: 2",
        "areas are decoration and are left out: 3",
        "category colours that are not plain are left out: 1",
    }


def test_a_dash_in_a_label_becomes_a_point() -> None:
    """Rows and seats may carry no dash; the change is counted."""
    document = layout()
    line = document["zones"][0]["rows"][0]
    line["row_number"] = "  A - B "
    line["seats"][0]["seat_number"] = "1-a"
    result = read(document)
    assert result.plan.sections[0].rows[0].label == "A . B"
    assert result.plan.sections[0].rows[0].seats[0].label == "1.a"
    assert "labels in which '-' became '.': 2" in result.warnings


def test_problems_name_the_layouts_own_fields() -> None:
    """Paths end in row_number, seat_number and name."""
    document = layout()
    line = document["zones"][0]["rows"][0]
    line["row_number"] = None
    line["seats"][1]["seat_number"] = 2
    line["seats"][2].update(category="Tin", position={"x": "1"})
    line["seats"].append("seat")
    document["categories"].append({"name": "Gold"})
    assert refused(document) == {
        "zones[0].rows[0].seats[1].seat_number": "is not a text",
        "zones[0].rows[0].seats[2].position.x": "is not a number",
        "zones[0].rows[0].seats[2].position.y": "is not a number",
        "zones[0].rows[0].seats[3]": "is not an object",
        "zones[0].rows[0].row_number": "is empty",
        "zones[0].rows[0].seats[2].category": "no category 'Tin' is listed",
        "categories[1].name": "'Gold' is used twice",
    }


def test_an_unknown_list_or_object_is_a_problem_at_its_field() -> None:
    """Lists must be lists, objects objects."""
    document = {"categories": {}, "zones": [{"name": "Z", "position": 1, "rows": 7}]}
    assert refused(document) == {
        "categories": "is not a list",
        "zones[0].position": "is not an object",
        "zones[0].rows": "is not a list",
        "": "the plan has nothing to sell",
    }

"""Where in a plan the warnings of its import were meant."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.plans.importing import import_plan
from engine.plans.limits import PLACES_MAX
from tests.unit.plan_documents import drawing, numbered, row


def places(document: Any) -> dict[str, tuple[str, ...]]:
    """The places of each warning, by its text without the count."""
    data = document if isinstance(document, bytes) else msgspec.json.encode(document)
    result = import_plan(data, None)
    texts = [each.rpartition(":")[0] for each in result.warnings]
    return dict(zip(texts, result.places, strict=True))


def test_what_is_of_the_document_has_no_place() -> None:
    """A background stands in no section; what went into a section of its own does."""
    loose = drawing(rows=[row("A", numbered(3))], backgroundImage={"url": "hall.png"})
    found = places(loose)
    assert () == found["background images are left out"]
    assert [("MAIN",)] == [found[kind] for kind in found if kind.startswith("objects outside")]


def test_rows_that_were_put_in_order_are_named() -> None:
    """Each by its section and label."""
    mixed = b"section,row,seat,x,y,category\nHALL,A,1,10,0,one\nHALL,A,3,30,0,one\nHALL,A,2,20,0,one\n"
    found = places(mixed + b"HALL,B,1,10,10,one\n")
    assert ("HALL-A",) == found["rows whose seats were put in the order they stand in"]


def test_labels_are_found_in_their_sections_and_not_all_are_told() -> None:
    """The first so many, each once; a section that is left out has no place in the plan."""
    lines = [b"section,row,seat,x,y,category"]
    for number in range(PLACES_MAX + 5):
        lines += [b"S%d,A-1,%d,%d,%d,one" % (number, seat, seat * 10, number * 10) for seat in (1, 2)]
    found = places(b"\n".join(lines))
    named = found["labels in which '-' became '.'"]
    assert tuple(f"S{number}" for number in range(PLACES_MAX)) == named

"""What is left of a hold once something is given back, here and in other sections."""

from __future__ import annotations

import pytest

from engine.commands import GatherHold
from engine.contents import Contents, without
from engine.decisions import Accepted
from engine.events import Part, PartItem
from engine.refusals import Code, Refusal
from tests.unit.section_world import World

LENT = (
    PartItem("R-A-1", "gold", "standard", 100),
    PartItem("Lawn", "gold", "standard", 100, qty=2, area=True),
    PartItem("R-X-1", "gold", "standard", 100, whole="R-X"),
    PartItem("R-X-2", "gold", "standard", 100, whole="R-X"),
)
ALL = ("S-A-1", "S-A-2", "Floor", "R-A-1", "Lawn", "R-X-1", "R-X-2")


@pytest.fixture
def world() -> World:
    """A hold `h` of five places of this section and five of another."""
    world = World()
    world.play(
        """
        staff hold A-1 A-2 as h          -> placed A-1 A-2
        staff places Floor 3 into=h      -> changed A-1 A-2 Floor:3
        """
    )
    gather = GatherHold((Part("gth_1", 8, "R", 3, LENT),), world.names["h"])
    assert isinstance(world.ask("staff", gather), Accepted)
    return world


def names_of(world: World, contents: Contents) -> tuple[str, ...]:
    """Public names of seats, areas and what is lent."""
    layout = world.layout
    names = [layout.labels[item.seat] for item in contents.seats]
    names += [layout.area_names[item.area] for item in contents.places]
    return (*names, *(item.label for part in contents.parts for item in part.items))


@pytest.mark.parametrize(
    ("given", "gone", "size"),
    [
        (("S-A-1",), {"S-A-1"}, 9),
        (("Floor",), {"Floor"}, 7),
        (("R-A-1",), {"R-A-1"}, 9),
        (("Lawn",), {"Lawn"}, 8),
        (("R-X",), {"R-X-1", "R-X-2"}, 8),
        (("R-X-2", "R-X-1"), {"R-X-1", "R-X-2"}, 8),
        (("S-A-2", "Floor", "Lawn"), {"S-A-2", "Floor", "Lawn"}, 4),
        (("S-A-1", "S-A-2", "Floor", "R-A-1", "Lawn", "R-X"), set(ALL), 0),
    ],
)
def test_what_is_left(world: World, given: tuple[str, ...], gone: set[str], size: int) -> None:
    """What is named goes, whichever section it is of, and all else stays."""
    left = without(world.layout, world.state.holds[world.names["h"]], given)
    assert isinstance(left, Contents)
    assert tuple(name for name in ALL if name not in gone) == names_of(world, left)
    assert size == left.size
    assert all(part.items for part in left.parts), "a part of which nothing is left is none"


@pytest.mark.parametrize(
    ("given", "code", "objects"),
    [
        ((), Code.INVALID, ()),
        (("S-A-3",), Code.INVALID, ("S-A-3",)),
        (("Pit",), Code.INVALID, ("Pit",)),
        (("R-A-1", "R-A-9"), Code.NOT_FOUND, ("R-A-9",)),
        (("R-X-1",), Code.INVALID, ("R-X",)),
        (("S-A-1", "R-X-2"), Code.INVALID, ("R-X",)),
    ],
)
def test_what_cannot_be_given_back(
    world: World, given: tuple[str, ...], code: Code, objects: tuple[str, ...]
) -> None:
    """Nothing, what is not in it, what nobody knows, and a half of a table."""
    refusal = without(world.layout, world.state.holds[world.names["h"]], given)
    assert isinstance(refusal, Refusal)
    assert (code, objects) == (refusal.code, refusal.objects)

"""What gateways are told of parts and gatherings."""

from __future__ import annotations

import msgspec

from engine.commands import AnyCommand, GetGathering, HoldPlaces, HoldSeats, TakePart
from engine.decisions import Accepted, Read
from engine.events import PartItem
from engine.part_views import GatheredView, PartView
from engine.rendering import render_event, render_read
from tests.unit.part_verbs import part_of
from tests.unit.section_world import START_MS, World

TERM_MS = 600_000


def told(world: World, who: str, command: AnyCommand) -> msgspec.Struct:
    """What somebody is told in reply."""
    decision = world.ask(who, command)
    state = world.state
    if isinstance(decision, Read):
        return render_read(state.layout, state.terms, decision.found, state.seq, "ep")
    assert isinstance(decision, Accepted)
    return render_event(state.layout, state.terms, decision.record.event, state.seq, "ep")


def test_lent_seats_are_told_by_name_category_and_price() -> None:
    """The section that decides keeps them as they are told: it does not know the plan they are of."""
    take = TakePart("g", 8, HoldSeats(("S-A-1", "S-U-3"), {"S-A-1": "child"}))
    expected = (
        PartItem("S-A-1", "gold", "child", 500),
        PartItem("S-U-3", "free", "standard", 0),
    )
    assert PartView("g", expected, ("ep", 2), "S") == told(World(), "ann", take)


def test_lent_seats_of_a_table_that_is_sold_whole_name_it() -> None:
    """So that it is given back whole too, by whoever has never seen the table."""
    view = told(World(), "ann", TakePart("g", 8, HoldSeats(("S-T",))))
    assert isinstance(view, PartView)
    assert ["S-T-1", "S-T-2", "S-T-3", "S-T-4"] == [item.label for item in view.items]
    assert {"S-T"} == {item.whole for item in view.items}


def test_lent_places_are_told_with_their_number() -> None:
    """One item for all of them, at the price of one."""
    expected = (PartItem("Floor", "silver", "standard", 600, 3, area=True),)
    view = told(World(), "ann", TakePart("g", 8, HoldPlaces("Floor", 3)))
    assert PartView("g", expected, ("ep", 2), "S") == view


def gathered(world: World, name: str) -> msgspec.Struct:
    """What a gateway is told when it asks for a gathering or a hold by name."""
    return told(world, "staff", GetGathering(name))


def test_a_gathering_is_told_with_who_has_it_and_until_when() -> None:
    """By its own name only its part, by the holder's all parts; a sold one has no end."""
    world = World()
    world.play("ann gather p:R-A-1 q:R-A-2 as h -> placed R-A-1 R-A-2")
    hold, ends_ms = world.names["h"], START_MS + TERM_MS
    one, both = (part_of("q:R-A-2"),), (part_of("p:R-A-1"), part_of("q:R-A-2"))
    assert GatheredView(hold, ends_ms, False, one, ("ep", 2), "S") == gathered(world, "q")
    assert GatheredView(hold, ends_ms, False, both, ("ep", 2), "S") == told(
        world, "staff", GetGathering(hold)
    )
    world.play("ann with buy h as o -> booked R-A-1 R-A-2")
    order = world.names["o"]
    assert GatheredView(order, 0, True, one, ("ep", 3), "S") == gathered(world, "q")

"""The invariants of parts are each broken once, in a state and by a record, and the audit says which."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.events import AnyEvent, OrderReduced, PartSettled, PartTaken, PlacesItem, Record, SeatItem
from engine.invariants import check
from engine.replay import replay
from engine.snapshot import capture, digest, encode, restore
from engine.state import SectionState
from tests.unit.part_verbs import part_of
from tests.unit.section_world import World

STORY = """
    ann lend held A-1 A-2            -> part_taken A-1 A-2
    ann lend floor Floor qty=2       -> part_taken Floor:2
    bob lend sold A-3                -> part_taken A-3
    staff settle sold A-3 sold=yes   -> part_settled A-3
    cat gather p:R-A-1 as h          -> placed R-A-1
    dan gather q:R-A-2,R-A-3 as d    -> placed R-A-2 R-A-3
    dan with buy d as o              -> booked R-A-2 R-A-3
"""
FIRST, SECOND, THIRD = (SeatItem(seat, "standard", 1000) for seat in (0, 1, 2))
FLOOR = PlacesItem(0, "standard", 600, 2)


def played() -> World:
    """A section that lends seats and places, held and sold, and has a hold and an order with parts."""
    world = World()
    world.play(STORY)
    return world


def claim_twice(state: SectionState, names: dict[str, str]) -> None:
    """Let a hold have what an order has a part from."""
    hold = state.holds[names["h"]]
    state.holds[hold.id] = replace(hold, parts=(part_of("q:R-A-2"),))


def sell_lent(state: SectionState, gathering: str) -> None:
    """Let a part be sold without its seats."""
    state.lent[gathering] = replace(state.lent[gathering], sold=True)


Damage = Callable[[SectionState, dict[str, str]], object]
DAMAGES: list[tuple[str, str, Damage]] = [
    (
        "I1",
        "S-A-1 belongs to held and to sold",
        lambda state, _: state.lent.update(sold=replace(state.lent["sold"], seats=(FIRST,))),
    ),
    ("I2", "S-A-1 is 1", lambda state, _: state.lent.pop("held")),
    ("I2", "S-A-1 is 1", lambda state, _: sell_lent(state, "held")),
    ("I3", "Floor counts", lambda state, _: sell_lent(state, "floor")),
    ("I10", "seats and places", lambda state, _: state.lent.pop("held")),
    ("I12", "not found where", lambda state, _: state.gathered.pop("p")),
    ("I12", "not found where", lambda state, names: state.gathered.update(p=names["o"])),
    ("I12", "q is ", claim_twice),
]


@pytest.mark.parametrize(("number", "detail", "damage"), DAMAGES)
def test_damage_is_found(number: str, detail: str, damage: Damage) -> None:
    """A state whose parts are damaged by hand breaks the invariant by its number."""
    world = played()
    damage(world.state, world.names)
    breaches = check(world.state)
    assert [each for each in breaches if each.invariant == number and detail in each.detail], breaches


RECORDS: list[tuple[str, str, AnyEvent]] = [
    ("I1", "held has a part here already", PartTaken("held", 8, (SeatItem(5, "standard", 1000),), ())),
    ("I1", "S-A-1 is taken", PartTaken("new", 8, (FIRST,), ())),
    ("I3", "Floor has not 4", PartTaken("new", 8, (), (replace(FLOOR, qty=4),))),
    ("I4", "new has no part here", PartSettled("new", (), (), False, 8, 1)),
    ("I4", "held keeps what it did not have", PartSettled("held", (FIRST, THIRD), (), False, 8, 1)),
    ("I4", "floor keeps what it did", PartSettled("floor", (), (replace(FLOOR, qty=1),), False, 8, 1)),
    ("I4", "sold was sold is only held again", PartSettled("sold", (THIRD,), (), False, 8, 1)),
    ("I4", "something else than a part", OrderReduced("{o}", (), (), 0, (part_of("q:R-A-2,R-A-3"),))),
]


def replayed(world: World, event: AnyEvent) -> list[tuple[str, str]]:
    """What a replay says of one more record; what is wrong must not have taken effect."""
    state = restore(world.layout, encode(capture(world.state)))
    _, breaches = replay(world.layout, [(state.seq + 1, Record(world.now_ms, "ann", event))], state)
    assert (digest(world.state) == digest(state)) == bool(breaches)
    return [(each.invariant, each.detail) for each in breaches]


@pytest.mark.parametrize(("number", "detail", "event"), RECORDS)
def test_a_record_that_breaks_an_invariant_ends_the_replay(number: str, detail: str, event: AnyEvent) -> None:
    """The breach names the invariant and what is wrong."""
    world = played()
    if isinstance(event, OrderReduced):
        event = replace(event, order=event.order.format(**world.names))
    found = replayed(world, event)
    assert [each for each in found if each[0] == number and detail in each[1]], found


@pytest.mark.parametrize(
    "event",
    [
        PartSettled("held", (SECOND,), (), True, 8, 1),
        PartSettled("sold", (), (), True, 8, 1),
        PartSettled("floor", (), (), True, 8, 1),
    ],
)
def test_what_a_settlement_may_say_is_no_breach(event: PartSettled) -> None:
    """Less and sold in one step, or nothing more, whether it was sold or only now is."""
    assert [] == replayed(played(), event)

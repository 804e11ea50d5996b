"""Each numbered invariant is broken once, and the audit says which."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.events import (
    AnyEvent,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldsExpired,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
    PlacesItem,
    Record,
    Refused,
    SaleSet,
    SeatItem,
    SectionCreated,
)
from engine.invariants import Breach, check
from engine.refusals import Code, Refusal
from engine.replay import replay
from engine.snapshot import capture, digest, encode, restore
from engine.state import BLOCKED, FREE, HELD, SectionState
from engine.terms import Terms
from engine.transitions import Phase
from tests.unit.section_world import START_MS, World

STORY = """
    ann hold A-1 key=k1 as h             -> placed A-1
    ann places Floor 2 key=k2 as f       -> placed Floor:2
    bob hold A-2 as g                    -> placed A-2
    bob pin g as o                       -> pinned 1000
    cat hold A-3 as c                    -> placed A-3
    cat places Floor 1 into=c            -> changed A-3 Floor:1
    cat pin c as q                       -> pinned 1600
    cat book q                           -> booked A-3 Floor:1
    dan hold A-4 as d                    -> placed A-4
    dan release d                        -> released
"""


def played() -> World:
    """A section with a hold, places, a pending order, a booking and an ended hold."""
    world = World()
    world.play(STORY)
    return world


def change_hold(state: SectionState, name: str, **fields: object) -> None:
    """Alter a hold behind the section's back."""
    state.holds[name] = replace(state.holds[name], **fields)


def drop_order(state: SectionState, name: str) -> None:
    """Lose an order."""
    del state.orders[name]


def no_hold_of_order(state: SectionState, names: dict[str, str]) -> None:
    """Unpin a hold and leave its order pending."""
    change_hold(state, names["g"], order=None, pay_by_ms=0)
    state.set_deadline(state.holds[names["g"]])


def live_on(state: SectionState, names: dict[str, str]) -> None:
    """Book an order and leave its hold."""
    order = state.orders[names["o"]]
    state.orders[order.id] = replace(order, phase=Phase.BOOKED, seats=())


def break_key(state: SectionState, _names: dict[str, str]) -> None:
    """Mix up two outcomes."""
    key, other = state.outcomes
    state.outcomes[key], state.outcomes[other] = state.outcomes[other], state.outcomes[key]


Damage = Callable[[SectionState, dict[str, str]], object]
DAMAGES: list[tuple[str, str, Damage]] = [
    (
        "I1",
        "S-A-1 belongs to",
        lambda state, names: change_hold(state, names["g"], seats=(SeatItem(0, "standard", 0),)),
    ),
    ("I2", "S-A-6 is 1", lambda state, _: state.set_status(5, HELD)),
    ("I2", "S-A-1 is 0", lambda state, _: state.set_status(0, FREE)),
    ("I3", "Floor counts", lambda state, _: state.area_held.__setitem__(0, 0)),
    (
        "I3",
        "Floor has more",
        lambda state, names: change_hold(state, names["f"], places=(PlacesItem(0, "standard", 0, 5),)),
    ),
    ("I4", "pending without its hold", no_hold_of_order),
    ("I4", "its hold lives on", live_on),
    ("I4", "pinned without", lambda state, names: drop_order(state, names["o"])),
    ("I7", "renewals", lambda state, names: change_hold(state, names["h"], renewals_left=3)),
    (
        "I7",
        "longest life",
        lambda state, names: change_hold(state, names["h"], expires_ms=START_MS + 1_500_001),
    ),
    ("I8", "no deadline", lambda state, _: state.deadlines.clear()),
    ("I9", "order they came", lambda state, _: state.outcome_order.reverse()),
    ("I9", "out of order", break_key),
    ("I9", "ended holds", lambda state, _: state.ended_order.reverse()),
    ("I10", "live holds", lambda state, _: state.live_holds_of.clear()),
    ("I10", "seats and places", lambda state, _: state.quantity_of.clear()),
    ("I11", "S-A-5 is not shown", lambda state, _: state.public.__setitem__(4, BLOCKED)),
    ("I11", "S-A-5 is not shown", lambda state, _: state.availability.slots.__setitem__(5, 0)),
    ("I11", "S-A-5 is not shown", lambda state, _: state.seat_off_sale.__setitem__(4, 1)),
    ("I11", "S-A-5 is not shown", lambda state, _: state.seat_channel.__setitem__(4, "vip")),
    ("I11", "do not count", lambda state, _: state.shown.__setitem__(0, 0)),
]


@pytest.mark.parametrize(("number", "detail", "damage"), DAMAGES)
def test_damage_is_found(number: str, detail: str, damage: Damage) -> None:
    """A state that is damaged by hand breaks the invariant by its number."""
    world = played()
    damage(world.state, world.names)
    breaches = check(world.state)
    assert [each for each in breaches if each.invariant == number and detail in each.detail], breaches
    assert {world.state.seq} == {each.seq for each in breaches}


SEAT = (SeatItem(0, "standard", 0),)
OTHER = (SeatItem(5, "standard", 0),)
RECORDS: list[tuple[str, AnyEvent]] = [
    ("I1", HoldPlaced("hld_new", SEAT, (), START_MS + 1, 0)),
    ("I1", HoldPlaced("hld_new", OTHER + OTHER, (), START_MS + 1, 0)),
    ("I1", HoldPlaced("{h}", OTHER, (), START_MS + 1, 0)),
    ("I1", HoldPlaced("{d}", OTHER, (), START_MS + 1, 0)),
    ("I1", HoldChanged("{f}", SEAT, (), START_MS + 1, 0)),
    ("I3", HoldPlaced("hld_new", (), (PlacesItem(0, "standard", 0, 3),), START_MS + 1, 0)),
    ("I3", HoldChanged("{f}", (), (PlacesItem(0, "standard", 0, 5),), START_MS + 1, 0)),
    ("I4", HoldChanged("{g}", OTHER, (), START_MS + 1, 0)),
    ("I4", HoldChanged("{d}", OTHER, (), START_MS + 1, 0)),
    ("I4", HoldReleased("{g}", START_MS)),
    ("I4", HoldsExpired(("{d}",))),
    ("I4", HoldPinned("{g}", "ord_new", 0, START_MS)),
    ("I4", HoldUnpinned("{h}", "{o}", START_MS, 0)),
    ("I4", HoldUnpinned("{g}", "{q}", START_MS, 0)),
    ("I4", HoldUnpinned("{d}", "{o}", START_MS, 0)),
    ("I4", OrderBooked("{h}", "ord_new", SEAT, (), 0)),
    ("I4", OrderBooked("{g}", "{o}", OTHER, (), 0)),
    ("I4", OrderBooked("{d}", "{o}", OTHER, (), 0)),
    ("I4", OrderCancelled("{o}", (), (), 0)),
    ("I4", OrderCancelled("ord_new", (), (), 0)),
    ("I4", OrderReduced("ord_new", SEAT, (), 0)),
    ("I4", OrderReduced("{q}", (), (), 0)),
    ("I4", OrderReduced("{q}", OTHER, (), 0)),
    ("I5", SectionCreated("evt_1", "S", "pln_1", "digest", Terms())),
]


def named(event: AnyEvent, names: dict[str, str]) -> AnyEvent:
    """An event with the scenario's names in place."""
    fields: dict[str, object] = {}
    for field in ("hold", "order"):
        if hasattr(event, field):
            fields[field] = getattr(event, field).format(**names)
    if isinstance(event, HoldsExpired):
        fields["holds"] = tuple(each.format(**names) for each in event.holds)
    return replace(event, **fields)


def replay_one(world: World, seq: int, record: Record) -> list[Breach]:
    """What a replay says of one more record; it must not have been applied if it is wrong."""
    state = restore(world.layout, encode(capture(world.state)))
    after, breaches = replay(world.layout, [(seq, record)], state)
    assert after is state
    if breaches:
        assert digest(world.state) == digest(state)
    return breaches


@pytest.mark.parametrize(("number", "event"), RECORDS)
def test_a_record_that_breaks_an_invariant_ends_the_replay(number: str, event: AnyEvent) -> None:
    """The breach names the invariant and the record, and nothing after it is believed."""
    world = played()
    record = Record(world.now_ms, "ann", named(event, world.names))
    breaches = replay_one(world, world.state.seq + 1, record)
    assert number in {each.invariant for each in breaches}
    assert str(breaches[0]).startswith(f"{breaches[0].invariant} at {world.state.seq + 1}: ")


def test_a_hold_is_sold_to_no_order_that_was_there_before() -> None:
    """Even if everything else about it is right."""
    world = played()
    hold, order = world.names["h"], world.names["q"]
    held = world.state.holds[hold]
    sold = Record(world.now_ms, "ann", OrderBooked(hold, order, held.seats, held.places, 1000))
    breaches = replay_one(world, world.state.seq + 1, sold)
    assert ("I4", f"{order} was there before {hold} was sold to it") in [
        (each.invariant, each.detail) for each in breaches
    ]


@pytest.mark.parametrize(
    ("number", "step", "record"),
    [
        ("I5", 2, Record(START_MS, "staff", SaleSet("open"))),
        ("I5", 0, Record(START_MS, "staff", SaleSet("open"))),
        ("I6", 1, Record(START_MS - 1, "staff", SaleSet("open"))),
        ("I9", 1, Record(START_MS, "ann", Refused(Refusal(Code.SOLD_OUT)), "k1")),
    ],
)
def test_a_journal_that_is_out_of_order_is_found(number: str, step: int, record: Record) -> None:
    """Gaps, time going back, and second outcomes under one key."""
    world = played()
    assert [number] == [each.invariant for each in replay_one(world, world.state.seq + step, record)]


def test_a_key_may_come_again_after_its_time() -> None:
    """A forgotten outcome is no breach."""
    world = played()
    record = Record(START_MS + 86_400_001, "ann", Refused(Refusal(Code.SOLD_OUT)), "k1")
    assert [] == replay_one(world, world.state.seq + 1, record)


def test_a_journal_must_begin_with_its_section() -> None:
    """The first record creates the section."""
    world = World()
    _, breaches = replay(world.layout, [(1, Record(START_MS, "staff", SaleSet("open")))])
    assert ["I5"] == [each.invariant for each in breaches]

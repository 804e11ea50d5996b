"""A seat's biography, told by the journals that stories leave."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.biography import WHY, Biographer, Tenure
from engine.events import OrderBooked, PartSettled, PartTaken, Record, SeatItem
from engine.state import HELD, SOLD
from tests.unit import (
    test_scenarios,
    test_scenarios_checkout,
    test_scenarios_house,
    test_scenarios_register,
    test_scenarios_waitlist,
)
from tests.unit.section_world import START_MS, World
from tests.unit.test_scenarios_waitlist import full_world

MODULES = (test_scenarios, test_scenarios_checkout, test_scenarios_house)
WAITING = (test_scenarios_waitlist, test_scenarios_register)
STORIES: list[tuple[Callable[[], World], str]] = [
    (World, story) for module in MODULES for story in module.STORIES.values()
]
STORIES += [(full_world, story) for module in WAITING for story in module.STORIES.values()]
SEAT = SeatItem(0, "standard", 1000)


def deeds(world: World, short: str) -> str:
    """What happened to a seat, in words."""
    biographer = Biographer(world.layout.ordinal_of[world.label(short)])
    return " ".join(line.deed for each in world.records() for line in biographer.take(*each))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        (
            """
            ann hold A-1 A-2 as h -> placed A-1 A-2
            ann extend h          -> changed A-1 A-2
            ann release h A-1     -> changed A-2
            bob hold A-1 as b     -> placed A-1
            bob release b         -> released
            """,
            "held renewed dropped held released",
        ),
        (
            """
            ann hold A-2 as h         -> placed A-2
            ann swap h A-2 for A-1    -> changed A-1
            +600000
            system expire             -> expired h
            """,
            "held expired",
        ),
        (
            """
            ann hold A-1 as h    -> placed A-1
            ann pin h as o       -> pinned 1000
            system unpin o       -> unpinned +600000
            ann pin h as o       -> pinned 1000
            +900000
            system expire        -> expired h
            """,
            "held checkout_begun checkout_given_up checkout_begun unpaid",
        ),
        (
            """
            ann hold A-1 A-2 as h   -> placed A-1 A-2
            ann buy h as o          -> booked A-1 A-2
            staff reduce o A-1      -> reduced A-1 leaves 1000
            bob hold A-1 as h       -> placed A-1
            bob buy h as o          -> booked A-1
            staff unsell A-1        -> for_sale
            staff sell A-1          -> for_sale
            bob cancel o            -> cancelled A-1
            """,
            "held sold given_back held sold not_for_sale for_sale cancelled",
        ),
        (
            """
            staff block A-1                -> blocked
            staff unblock A-1              -> unblocked
            staff reserve A-1 channel=vip  -> channel
            staff reserve A-1              -> channel
            """,
            "blocked unblocked reserved unreserved",
        ),
    ],
)
def test_turns_of_a_seat(story: str, expected: str) -> None:
    """Each record that does something to the seat is told, in order, and no other."""
    world = World()
    world.play(story)
    assert expected == deeds(world, "A-1")


@pytest.mark.parametrize(("play", "story"), STORIES)
def test_whoever_has_the_seat_is_known_after_every_record(play: Callable[[], World], story: str) -> None:
    """A biography agrees with the state: a seat is somebody's exactly while it is held or sold."""
    world = play()
    world.play(story)
    layout = world.layout
    biographers = [Biographer(seat) for seat in range(layout.seat_count)]
    for seq, record in world.records():
        for biographer in biographers:
            biographer.take(seq, record)
    taken = [status in (HELD, SOLD) for status in world.state.status]
    assert taken == [each.tenure is not None for each in biographers]
    orders = [each.tenure is not None and each.tenure.order is not None for each in biographers]
    sold = [status == SOLD for status in world.state.status]
    assert [a and b for a, b in zip(sold, orders, strict=True)] == sold


def test_an_offer_has_its_owner_once_it_is_accepted() -> None:
    """Until then the entry of the waitlist is known, and afterwards whose hold it is."""
    world = full_world()
    world.play("""
        ann join 1 as a            -> wait_joined @0
        bob join 1 as b            -> wait_joined @1
        staff release rowa A-1     -> changed A-2 A-3 A-4 A-5 A-6 offers ann A-1
        ann decline a              -> wait_ended declined offers bob A-1
        bob accept b               -> wait_accepted
    """)
    assert "held dropped offered offer_ended offered offer_accepted" == deeds(world, "A-1")
    biographer = Biographer(world.layout.ordinal_of["S-A-1"])
    lines = [line for each in world.records() for line in biographer.take(*each)]
    assert [("", True), ("bob", False)] == [
        (line.tenure.owner, line.tenure.entry is not None) for line in lines[-2:] if line.tenure
    ]


def taken(*events: object) -> list[tuple[str, Tenure | None]]:
    """What these events say of the first seat."""
    biographer = Biographer(0)
    records = [Record(START_MS, "ann", event) for event in events]  # type: ignore[arg-type]  # as written below
    return [(line.deed, line.tenure) for at in enumerate(records, 1) for line in biographer.take(*at)]


def test_a_part_is_lent_then_sold_or_returned() -> None:
    """What another section decides names the gathering; what happens to the rest of it is not told."""
    lent = PartTaken("gth_1", 9, (SEAT, replace(SEAT, seat=1)), ())
    settled = PartSettled("gth_1", (SEAT,), (), False, 9, 4)
    tenure = Tenure("ann", "standard", 1000, gathering="gth_1")
    sold, gone = replace(settled, sold=True), replace(settled, seats=(), by_seq=5)
    other = replace(gone, gathering="gth_2")
    assert [("lent", tenure), ("sold", tenure), ("returned", tenure)] == taken(
        lent, settled, other, sold, gone, gone
    )


def test_what_was_bought_is_of_whoever_held_it() -> None:
    """Also where it was the section that booked it; without a hold before it is the record's principal's."""
    booked = OrderBooked("hld_1", "ord_1", (SEAT,), (), 1000)
    biographer = Biographer(0, Tenure("bob", "standard", 1000, "hld_1"))
    biographer.take(9, Record(START_MS, "system", booked))
    assert Tenure("bob", "standard", 1000, "hld_1", "ord_1") == biographer.tenure
    assert [("sold", Tenure("ann", "standard", 1000, "hld_1", "ord_1"))] == taken(booked)


def test_every_loss_has_its_reason() -> None:
    """Each is a sentence that support can read aloud."""
    assert all(reason.endswith(".") for reason in WHY.values())

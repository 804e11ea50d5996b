"""Stories of the waitlist as tables: one line a command, its outcome at the end.

`offers WHO SEATS` is what the same record holds for those who wait; `@N` is how many wait before.
The house of these stories is sold out but for what each of them sets free.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit.section_world import LIMITS, TERMS, World

FULL = """
    staff hold A-1 A-2 A-3 A-4 A-5 A-6     as rowa  -> placed A-1 A-2 A-3 A-4 A-5 A-6
    staff hold B-1 B-2 B-3 B-4 B-5 B-6     as rowb  -> placed B-1 B-2 B-3 B-4 B-5 B-6
    staff hold W-1 W-2 T U-1 U-2 U-3       as rest  -> placed W-1 W-2 T-1 T-2 T-3 T-4 U-1 U-2 U-3
    staff places Floor 5                   as floor -> placed Floor:5
    staff places Pit 2                     as pit   -> placed Pit:2
"""
STORIES = {
    "three together get three neighbours in the record that frees them": """
        ann join 3 as a                  -> wait_joined @0
        bob join 1 categories=gold as b  -> wait_joined @1
        staff release rowa A-1 A-2       -> changed A-3 A-4 A-5 A-6 offers bob A-2
        staff release rowa A-4           -> changed A-3 A-5 A-6
    """,
    "who does not fit keeps the place, and what fits nobody is free for all": """
        ann join 3 as a                  -> wait_joined @0
        staff release rowb B-1 B-2       -> changed B-3 B-4 B-5 B-6
        cat hold B-1                     -> placed B-1
        staff release rowb B-3 B-4       -> changed B-5 B-6
        ann mine                         -> entries ann:waiting@0
        staff release rowb B-5 B-6       -> released offers ann B-4 B-5 B-6
        ann mine                         -> entries ann:offered
        cat hold B-4                     -> seat_taken B-4
    """,
    "several are offered what one record frees, in the order in which they came": """
        ann join 2 as a                  -> wait_joined @0
        bob join 2 as b                  -> wait_joined @1
        cat join 1 as c                  -> wait_joined @2
        staff release rowa               -> released offers ann A-3 A-4 offers bob A-1 A-2 offers cat A-5
        dan hold A-6                     -> placed A-6
        system entries a b c zed         -> entries ann:offered bob:offered cat:offered
    """,
    "nobody joins while seats that fit are free, whatever the others want": """
        ann join 1 as a                  -> wait_joined @0
        ann join 2                       -> already_waiting a
        staff release rowb B-1 B-2       -> changed B-3 B-4 B-5 B-6 offers ann B-2
        bob join 1                       -> seats_available
        bob fits 1                       -> seats_available
        bob fits 2                       -> entries
        bob join 1 max=500               -> wait_joined @0
        cat join 1 categories=brass      -> not_found brass
        cat join 0                       -> invalid
        cat join 5                       -> limit_exceeded
        cat join 1                       -> seats_available
        system join 2 streams=           -> invalid
    """,
    "categories, a price limit, and wheelchair places": """
        ann join 1 categories=silver,free max=600 accessible=no as a  -> wait_joined @0
        bob join 1 accessible=yes as b   -> wait_joined @1
        staff release rowa A-1           -> changed A-2 A-3 A-4 A-5 A-6
        staff release rest W-2           -> changed W-1 T-1 T-2 T-3 T-4 U-1 U-2 U-3 offers bob W-2
        staff price silver standard 601  -> price
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6
        staff price silver standard 500  -> price offers ann B-1
    """,
    "places of an area, and parties that may be apart": """
        ann join 2 categories=free as a  -> wait_joined @0
        staff release floor              -> released
        staff release pit                -> released offers ann Pit:2
        staff hold A-1                   -> seat_taken A-1
        bob places Floor 3               -> placed Floor:3
        cat places Floor 2               -> placed Floor:2
        dan join 2 together=no accessible=no as d  -> wait_joined @0
        staff release rowa A-1           -> changed A-2 A-3 A-4 A-5 A-6
        staff release rowb B-5           -> changed B-1 B-2 B-3 B-4 B-6 offers dan B-5 A-1
    """,
    "an offer is a real hold: paid for, it is accepted": """
        ann join 2 as a                  -> wait_joined @0
        staff release rowb B-1 B-2       -> changed B-3 B-4 B-5 B-6 offers ann B-1 B-2
        ann see ann's                    -> hold B-1 B-2
        ann extend ann's                 -> hold_mismatch ann's
        staff release rowb B-3           -> changed B-4 B-5 B-6
        ann hold B-3 into=ann's          -> hold_mismatch ann's
        ann swap ann's B-1 for B-3       -> hold_mismatch ann's
        ann give ann's B-1               -> hold_mismatch ann's
        bob buy ann's                    -> not_found ann's
        ann mine hold=ann's              -> entries ann:offered
        ann buy ann's as o               -> booked B-1 B-2
        ann mine                         -> entries ann:accepted
        ann accept a                     -> offer_expired
        staff cancel o                   -> cancelled B-1 B-2
    """,
    "pinned on the way to payment it is accepted too": """
        ann join 2 as a                  -> wait_joined @0
        bob join 2 as b                  -> wait_joined @1
        staff release rowb B-1 B-2       -> changed B-3 B-4 B-5 B-6 offers ann B-1 B-2
        ann pin ann's as o               -> pinned 1200
        ann mine                         -> entries ann:accepted
        ann unpin o                      -> unpinned +900000
        ann release ann's                -> released offers bob B-1 B-2
    """,
    "accepted it is a hold like any other": """
        ann join 1 as a                  -> wait_joined @0
        bob join 1 as b                  -> wait_joined @1
        ann accept a                     -> hold_mismatch a
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 offers ann B-1
        bob accept a                     -> not_found a
        ann accept a key=k               -> wait_accepted
        ann accept a key=k               -> replayed wait_accepted
        ann accept a                     -> offer_expired
        ann extend ann's                 -> changed B-1
        ann mine hold=ann's              -> entries ann:accepted
        ann mine hold=none               -> not_found none
        bob mine hold=ann's              -> not_found ann's
        staff release rowb B-2           -> changed B-3 B-4 B-5 B-6 offers bob B-2
        ann release ann's                -> released
        ann join 1                       -> seats_available
    """,
    "declined, given back or left, it goes to the next in the same record": """
        ann join 1 as a                  -> wait_joined @0
        bob join 1 as b                  -> wait_joined @1
        cat join 1 as c                  -> wait_joined @2
        dan join 1 as d                  -> wait_joined @3
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 offers ann B-1
        ann decline a                    -> wait_ended declined offers bob B-1
        ann decline a                    -> offer_expired
        ann mine                         -> entries ann:declined
        bob release bob's                -> released offers cat B-1
        bob mine b                       -> entries bob:declined
        cat leave c                      -> wait_ended left offers dan B-1
        cat leave c                      -> offer_expired c
        eve leave d                      -> not_found d
        staff leave d                    -> wait_ended removed
        eve hold B-1                     -> placed B-1
        ann join 1                       -> wait_joined @0
        eve mine                         -> not_found
    """,
    "an offer that nobody answers lapses to the next in line": """
        ann join 1 as a                  -> wait_joined @0
        bob join 1 as b                  -> wait_joined @1
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 offers ann B-1
        +899999
        ann see ann's                    -> hold B-1
        +1
        ann accept a                     -> offer_expired
        cat hold B-1                     -> seat_taken B-1
        system expire                    -> expired rowa rowb rest floor pit ann's offers bob A-3
        ann mine a                       -> entries ann:lapsed
    """,
    "what is cancelled, unblocked, put on sale or freed of its channel is offered too": """
        ann join 1 as a                  -> wait_joined @0
        bob join 1 as b                  -> wait_joined @1
        cat join 1 as c                  -> wait_joined @2
        dan join 1 as d                  -> wait_joined @3
        staff buy rowb as o              -> booked B-1 B-2 B-3 B-4 B-5 B-6
        staff reserve B-1 B-2 channel=x  -> channel
        staff unsell B-3 B-4             -> for_sale
        staff cancel o                   -> cancelled B-1 B-2 B-3 B-4 B-5 B-6 offers ann B-5 offers bob B-6
        staff block B-5                  -> seat_taken B-5
        staff reserve B-1                -> channel offers cat B-1
        staff sell B-3                   -> for_sale offers dan B-3
        staff block B-4                  -> blocked
        staff sell B-4                   -> for_sale
        eve join 1                       -> wait_joined @0
        staff unblock B-4                -> unblocked offers eve B-4
    """,
    "a pause offers nothing, and what came free meanwhile is offered when it ends": """
        ann join 1 as a                  -> wait_joined @0
        bob join 1 as b                  -> wait_joined @1
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 offers ann B-1
        staff sale paused                -> sale
        staff release rowb B-2           -> changed B-3 B-4 B-5 B-6
        cat join 2                       -> sale_paused
        system join 1                    -> sale_not_open
        ann decline a                    -> wait_ended declined
        staff sale closed                -> sale
        bob mine                         -> entries bob:waiting@0
        staff sale open                  -> sale offers bob B-2
        cat hold B-1                     -> placed B-1
    """,
    "whoever has too much already is passed over until they have less": """
        ann join 4 as a                  -> wait_joined @0
        staff release rowb B-1 B-2 B-3   -> changed B-4 B-5 B-6
        ann hold B-1 B-2 B-3 as h        -> placed B-1 B-2 B-3
        bob join 4 as b                  -> wait_joined @1
        ann leave a                      -> wait_ended left
        ann join 3 as a                  -> wait_joined @1
        ann hold B-1                     -> seat_taken B-1
        cat join 2 as c                  -> wait_joined @2
        staff release rowa A-3 A-4 A-5   -> changed A-1 A-2 A-6 offers ann A-3 A-4 A-5
        ann decline a                    -> wait_ended declined offers cat A-3 A-4
        dan hold A-5 as d                -> placed A-5
        ann join 4                       -> limit_exceeded
        ann join 3 as a                  -> wait_joined @1
        ann release h B-3                -> changed B-1 B-2
        ann hold B-3                     -> placed B-3
        staff release rowa               -> released
        cat decline c                    -> wait_ended declined offers bob A-1 A-2 A-3 A-4
    """,
    "with more in hand than the sale allows there is no offer": """
        ann join 4 as a                  -> wait_joined @0
        staff release rowb B-1 B-2 B-3   -> changed B-4 B-5 B-6
        ann hold B-1 B-2 B-3 as h        -> placed B-1 B-2 B-3
        bob join 4 max=999 as b          -> wait_joined @1
        cat join 4 as c                  -> wait_joined @2
        staff release rowa               -> released offers cat A-1 A-2 A-3 A-4
        ann release h                    -> released
        cat decline c                    -> wait_ended declined offers ann A-1 A-2 A-3 A-4
    """,
    "an organiser may move an entry, with a reason on record": """
        ann join 1 as a                  -> wait_joined @0
        bob join 1 as b                  -> wait_joined @1
        cat join 1 as c                  -> wait_joined @2
        cat move c before=a why=please   -> scope_missing
        staff move c before=a            -> invalid
        staff move c before=c why=x      -> invalid c
        staff move zed before=a why=x    -> not_found zed
        staff move c before=zed why=x    -> not_found zed
        staff move c before=a why=wheelchair_user   -> wait_moved @0
        staff line                       -> entries cat:waiting@0 ann:waiting@1 bob:waiting@2
        staff move a why=asked_for_it    -> wait_moved @2
        staff line 2                     -> entries cat:waiting@0 bob:waiting@1
        staff move c before=a why=again  -> wait_moved @1
        ann line                         -> scope_missing
        dan join 1 as d                  -> wait_joined @3
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 offers bob B-1
        staff move b before=a why=late   -> hold_mismatch b
        ann entries a                    -> scope_missing
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_waitlist(story: str) -> None:
    """Each line has the outcome that stands behind it, and all journals replay."""
    world = full_world()
    world.play(story)


def full_world(world: World | None = None) -> World:
    """A house without a free place; offers last as long as staff's holds."""
    limits = replace(LIMITS, hold_ttl_ms=900_000)
    world = world or World(terms=replace(TERMS, limits=limits))
    world.play(FULL)
    return world


def test_full_waitlist() -> None:
    """Beyond its limit nobody is let on the list, and without one there is none."""
    for most, outcome in ((1, "limit_exceeded"), (0, "invalid")):
        world = full_world(World(terms=replace(TERMS, limits=replace(LIMITS, waitlist_max=most))))
        if most:
            assert "wait_joined @0" == world.tell(["ann", "join", "1"])
        assert outcome == world.tell(["bob", "join", "1"])


def test_same_place_again_and_again() -> None:
    """Between two neighbours only so many can be put; the next one is told so, and nothing is lost."""
    world = full_world()
    for name in ("ann", "bob", "cat"):
        world.tell([name, "join", "1", "as", name[0]])
    moved = [world.tell(["staff", "move", "bc"[turn % 2], "before=a", "why=x"]) for turn in range(40)]
    assert "limit_exceeded" == moved[-1]
    world.audit()

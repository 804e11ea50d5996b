"""Stories of a section as tables: one line a command, its outcome at the end."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit.section_world import LIMITS, TERMS, World

STORIES = {
    "a seat has one owner": """
        ann hold A-1 A-2 as h            -> placed A-1 A-2
        bob hold A-2                     -> seat_taken A-2
        bob hold A-2 A-3                 -> seat_taken A-2
        bob hold A-3                     -> placed A-3
        bob see h                        -> not_found h
        bob release h                    -> not_found h
        staff see h                      -> hold A-1 A-2
        ann release h                    -> released
        bob hold A-2                     -> placed A-2
        ann see h                        -> hold_expired h
        bob see h                        -> not_found h
    """,
    "a key has one outcome": """
        ann hold A-1 key=k body=x as h   -> placed A-1
        ann hold A-1 key=k body=x        -> replayed placed A-1
        ann hold A-2 key=k body=y        -> idempotency_key_reused
        bob hold A-1 key=k body=x        -> seat_taken A-1
        ann release h key=r              -> released
        bob hold A-1 key=k body=x        -> replayed refused seat_taken A-1
        ann hold A-1 key=k body=x        -> replayed placed A-1
        ann block A-1 key=b              -> scope_missing
        ann hold A-1 key=b               -> placed A-1
    """,
    "outcomes and endings are forgotten after their time": """
        ann hold A-1 key=k body=x as h   -> placed A-1
        ann release h                    -> released
        ann see h                        -> hold_expired h
        +86400000
        ann hold A-2 key=k body=x        -> replayed placed A-1
        bob hold A-3                     -> placed A-3
        ann hold A-2 key=k body=x        -> replayed placed A-1
        +1
        bob hold A-4                     -> placed A-4
        ann see h                        -> not_found h
        ann hold A-2 key=k body=x        -> placed A-2
    """,
    "a hold ends at its deadline, and its seats with the expiry": """
        ann hold A-1 as h                -> placed A-1
        ann hold A-4 as g                -> placed A-4
        system expire                    -> invalid
        ann expire                       -> scope_missing
        staff expire                     -> scope_missing
        +599999
        ann see h                        -> hold A-1
        ann extend g                     -> changed A-4
        +1
        ann see h                        -> hold_expired h
        ann extend h                     -> hold_expired h
        ann release h                    -> hold_expired h
        ann hold A-2 into=h              -> hold_expired h
        bob hold A-1                     -> seat_taken A-1
        system expire                    -> expired h
        bob hold A-1                     -> placed A-1
        ann see h                        -> hold_expired h
        ann see g                        -> hold A-4
    """,
    "renewals are bounded in number": """
        ann hold A-1 as h                -> placed A-1
        +1000
        ann extend h                     -> changed A-1
        +1000
        ann extend h                     -> changed A-1
        ann extend h                     -> limit_exceeded h
        bob extend h                     -> not_found h
    """,
    "renewals are bounded in time": """
        ann hold A-1 as h                -> placed A-1
        +590000
        ann extend h                     -> changed A-1
        +590000
        ann extend h                     -> changed A-1
        +319999
        ann see h                        -> hold A-1
        ann extend h                     -> limit_exceeded h
        +1
        ann see h                        -> hold_expired h
    """,
    "adding does not renew": """
        ann hold A-1 as h                -> placed A-1
        +599999
        ann hold A-2 into=h              -> changed A-1 A-2
        ann swap h A-1 for A-3           -> changed A-2 A-3
        ann release h A-2                -> changed A-3
        +1
        system expire                    -> expired h
    """,
    "parts of a hold": """
        ann hold A-1 A-2 as h            -> placed A-1 A-2
        ann places Floor 2 into=h        -> changed A-1 A-2 Floor:2
        ann places Floor 1 into=h        -> limit_exceeded
        ann release h A-1                -> changed A-2 Floor:2
        ann places Floor 1 into=h        -> changed A-2 Floor:3
        ann release h A-1                -> invalid A-1
        ann release h Pit                -> invalid Pit
        ann release h X-9                -> not_found X-9
        ann give h                       -> invalid
        ann release nope A-1             -> not_found nope
        ann hold A-2 into=h              -> invalid
        ann release h Floor              -> changed A-2
        ann release h A-2                -> released
    """,
    "a swap is all or nothing": """
        ann hold A-1 A-2 as h            -> placed A-1 A-2
        bob hold A-5                     -> placed A-5
        ann swap h A-1 for A-5           -> seat_taken A-5
        ann see h                        -> hold A-1 A-2
        ann swap h A-3 for A-4           -> invalid A-3
        ann swap h A-1 for A-1           -> invalid
        ann swap h A-1 for A-2           -> invalid
        ann swap h for A-3               -> invalid
        ann swap h X-1 for A-3           -> not_found X-1
        ann swap h A-1 for X-1           -> not_found X-1
        ann swap nope A-1 for A-5        -> not_found nope
        ann swap h A-1 for A-3 types=A-3:none -> invalid none
        ann swap h A-1 for A-3 A-4 B-1 B-2    -> limit_exceeded
        ann swap h A-1 for A-3 types=A-3:child -> changed A-2 A-3
        bob swap h A-2 for A-4           -> not_found h
    """,
    "checkout": """
        ann hold A-1 A-2 types=A-2:child as h -> placed A-1 A-2
        bob pin h                        -> not_found h
        ann pin h as o                   -> pinned 1500
        ann pin h                        -> hold_mismatch h
        ann hold A-3 into=h              -> hold_mismatch h
        ann extend h                     -> hold_mismatch h
        ann release h                    -> hold_mismatch h
        ann swap h A-1 for A-3           -> hold_mismatch h
        ann order o                      -> pinned A-1 A-2
        bob order o                      -> not_found o
        bob book o                       -> not_found o
        ann cancel o                     -> hold_mismatch o
        +600000
        system expire                    -> invalid
        ann book o key=b                 -> booked A-1 A-2
        ann book o key=b                 -> replayed booked A-1 A-2
        ann book o key=c                 -> already_booked o
        ann unpin o                      -> already_booked o
        ann see h                        -> already_booked h
        ann pin h                        -> already_booked h
        ann order o                      -> booked A-1 A-2
        bob hold A-1                     -> seat_taken A-1
        ann cancel o                     -> cancelled A-1 A-2
        ann cancel o                     -> hold_expired o
        ann book o                       -> hold_expired o
        ann order o                      -> cancelled A-1 A-2
        bob hold A-1                     -> placed A-1
    """,
    "an order that is not paid in time": """
        ann hold A-1 as h                -> placed A-1
        ann pin h as o                   -> pinned 1000
        +900000
        ann book o                       -> hold_expired o
        ann unpin o                      -> hold_expired o
        bob hold A-1                     -> seat_taken A-1
        system expire                    -> expired h
        ann book o                       -> hold_expired o
        ann order o                      -> expired A-1
        bob hold A-1                     -> placed A-1
    """,
    "giving up checkout early keeps the hold's own deadline": """
        ann hold A-1 as h                -> placed A-1
        ann pin h as o                   -> pinned 1000
        +100000
        ann unpin o                      -> unpinned +500000
        ann unpin o                      -> hold_expired o
        ann order o                      -> released A-1
        ann pin h as p                   -> pinned 1000
        staff book p                     -> booked A-1
    """,
    "giving up checkout late leaves a minute": """
        ann hold A-1 as h                -> placed A-1
        ann pin h as o                   -> pinned 1000
        +700000
        ann unpin o                      -> unpinned +60000
        +59999
        ann pin h as o                   -> pinned 1000
        +735000
        ann unpin o                      -> unpinned +5001
    """,
    "giving up checkout wins no time": """
        ann hold A-1 as h                -> placed A-1
        ann pin h as o                   -> pinned 1000
        +899999
        ann unpin o                      -> unpinned +1
        ann extend h                     -> changed A-1
        ann pin h as o                   -> pinned 1000
        +650001
        ann unpin o                      -> unpinned +-50000
        ann see h                        -> hold_expired h
        system expire                    -> expired h
    """,
    "general admission": """
        ann places Floor 3 as h          -> placed Floor:3
        bob places Floor 3               -> sold_out Floor
        bob places Floor 2 as g          -> placed Floor:2
        bob places Floor 0               -> invalid
        bob places Nowhere 1             -> not_found Nowhere
        bob places Floor 1 type=child    -> invalid child
        bob places Floor 5               -> limit_exceeded
        ann pin h as o                   -> pinned 1800
        ann book o                       -> booked Floor:3
        bob release g                    -> released
        cat places Floor 3               -> sold_out Floor
        ann cancel o                     -> cancelled Floor:3
        cat places Floor 3 as c          -> placed Floor:3
        cat places Floor 1 type=standard into=c -> changed Floor:4
        cat release c Floor              -> released
        staff reserve Floor channel=vip  -> channel
        cat places Floor 1               -> channel_denied Floor
        cat places Floor 1 via=vip as d  -> placed Floor:1
        staff unsell Floor               -> for_sale
        cat places Floor 1 via=vip       -> seat_not_for_sale Floor
        cat places Pit 1 into=c          -> hold_expired c
        cat places Nowhere 1 into=zzz    -> not_found zzz
        +600000
        system expire                    -> expired d
    """,
    "whole tables": """
        ann hold T-1                     -> seat_not_for_sale T-1
        ann hold T as h                  -> placed T-1 T-2 T-3 T-4
        bob hold T                       -> seat_taken T-1 T-2 T-3 T-4
        ann release h T-1                -> invalid T
        ann swap h T-1 for A-1           -> invalid T
        ann release h T                  -> released
        ann hold T-1 T-2 T-3 T-4 types=T:child as h -> placed T-1 T-2 T-3 T-4
        ann pin h                        -> pinned 2000
        cat hold T T                     -> seat_taken T-1 T-2 T-3 T-4 T-1 T-2 T-3 T-4
        bob hold U-1 U-3                 -> placed U-1 U-3
        staff block T-1                  -> seat_taken T-1
    """,
    "types and prices": """
        ann hold A-1 types=A-1:senior    -> invalid senior
        ann hold A-1 types=A-2:child     -> invalid A-2
        ann hold U-1 types=U-1:child     -> invalid child
        ann hold U-1 as h                -> placed U-1
        ann pin h                        -> pinned 0
        staff price gold standard 1100   -> price
        staff price free child 0         -> price
        staff price nope standard 1      -> not_found nope
        staff price gold standard -1     -> invalid
        staff price gold 5               -> invalid
        ann price gold standard 1        -> scope_missing
        bob hold A-1 as g                -> placed A-1
        bob pin g                        -> pinned 1100
        cat hold U-2                     -> invalid standard
        cat hold U-2 types=U-2:child     -> placed U-2
        cat best 1 categories=gold types=gold:senior max=1 -> invalid senior
        cat best 1 types=nope:child      -> invalid child
        cat best 2 categories=free types=free:child -> best_available_not_found
        cat best 1 categories=free types=free:child -> placed U-3
    """,
    "limits": """
        ann hold A-1 A-2 A-3 A-4 B-1     -> limit_exceeded
        ann hold A-1 A-2 A-3 A-4 as h    -> placed A-1 A-2 A-3 A-4
        ann hold B-1 into=h              -> limit_exceeded
        ann hold B-1 B-2 B-3             -> limit_exceeded
        ann best 3                       -> limit_exceeded
        ann best 5                       -> limit_exceeded
        ann best 5 into=zzz              -> not_found zzz
        ann hold B-1                     -> placed B-1
        ann hold B-2                     -> limit_exceeded
        ann pin h as o                   -> pinned 4000
        ann book o                       -> booked A-1 A-2 A-3 A-4
        ann hold B-2                     -> placed B-2
        ann cancel o                     -> cancelled A-1 A-2 A-3 A-4
        staff hold A-1 A-2 A-3 A-4 A-5   -> placed A-1 A-2 A-3 A-4 A-5
    """,
    "the sale": """
        ann hold A-1 as h                -> placed A-1
        bob sale paused                  -> scope_missing
        staff sale paused                -> sale
        ann hold A-2                     -> sale_paused
        ann best 2                       -> sale_paused
        ann places Floor 1               -> sale_paused
        ann swap h A-1 for A-2           -> sale_paused
        ann hold A-1                     -> seat_taken A-1
        staff hold A-6                   -> placed A-6
        ann pin h as o                   -> pinned 1000
        staff sale closed                -> sale
        ann hold A-2                     -> sale_not_open
        ann book o                       -> booked A-1
        staff sale not_open              -> sale
        ann hold A-2                     -> sale_not_open
        staff sale open                  -> sale
        ann hold A-2                     -> placed A-2
    """,
    "house seats": """
        ann hold A-1 as h                -> placed A-1
        staff block A-1                  -> seat_taken A-1
        staff block A-2 A-3 A-2          -> blocked
        staff block A-2                  -> blocked
        staff block X-1                  -> not_found X-1
        staff unblock X-1                -> not_found X-1
        staff block                      -> invalid
        ann hold A-2                     -> seat_not_for_sale A-2
        staff unblock A-2 A-4            -> invalid A-4
        staff unblock A-2                -> unblocked
        ann hold A-2                     -> placed A-2
        staff unsell A-1 A-5 T Floor     -> for_sale
        ann hold A-5                     -> seat_not_for_sale A-5
        ann hold T                       -> seat_not_for_sale T-1 T-2 T-3 T-4
        ann see h                        -> hold A-1
        ann release h                    -> released
        bob hold A-1                     -> seat_not_for_sale A-1
        staff sell A-1 T Floor           -> for_sale
        bob hold A-1                     -> placed A-1
        staff sell                       -> invalid
        staff sell X-1                   -> not_found X-1
        staff reserve X-1 channel=vip    -> not_found X-1
        staff reserve A-6 Floor channel=vip -> channel
        ann hold A-6                     -> channel_denied A-6
        ann hold A-6 via=press           -> channel_denied A-6
        bob hold A-6 via=press,vip       -> placed A-6
        staff reserve A-6 Floor          -> channel
        ann reserve A-6                  -> scope_missing
    """,
    "reads leave no record, not even refused ones": """
        ann see zzz key=k                -> not_found zzz
        ann order zzz key=k              -> not_found zzz
        ann hold A-1 key=k               -> placed A-1
    """,
    "staff may act on anybody's hold": """
        ann hold A-1 as h                -> placed A-1
        staff hold A-2 into=h            -> changed A-1 A-2
        staff extend h                   -> changed A-1 A-2
        staff pin h as o                 -> pinned 2000
        staff order o                    -> pinned A-1 A-2
        staff unpin o                    -> unpinned +600000
        staff release h                  -> released
        staff see h                      -> hold_expired h
        ann hold A-1 as h                -> placed A-1
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_story(story: str) -> None:
    """Each line has its outcome, and afterwards replay and snapshot agree with the live state."""
    World().play(story)


def test_the_longest_life_ends_renewals_before_their_number_does() -> None:
    """A hold at the end of its longest life cannot be extended, however many renewals are left."""
    World(terms=replace(TERMS, limits=replace(LIMITS, renewals=9))).play(
        """
        ann hold A-1 as h                -> placed A-1
        +590000
        ann extend h                     -> changed A-1
        +590000
        ann extend h                     -> changed A-1
        ann extend h                     -> limit_exceeded h
        +320000
        ann see h                        -> hold_expired h
        """
    )


def test_a_renewal_never_shortens_a_hold() -> None:
    """The minute that a given up checkout left outlasts a renewal by a shorter time to live."""
    World(terms=replace(TERMS, limits=replace(LIMITS, hold_ttl_ms=30_000))).play(
        """
        ann hold A-1 as h                -> placed A-1
        ann pin h as o                   -> pinned 1000
        ann unpin o                      -> unpinned +60000
        ann extend h                     -> changed A-1
        +59999
        ann see h                        -> hold A-1
        """
    )


def test_a_hold_is_never_placed_beyond_its_longest_life() -> None:
    """A time to live above the longest life is cut to it."""
    World(terms=replace(TERMS, limits=replace(LIMITS, hold_life_max_ms=1000))).play(
        """
        ann hold A-1 as h                -> placed A-1
        +999
        ann see h                        -> hold A-1
        ann extend h                     -> limit_exceeded h
        +1
        ann see h                        -> hold_expired h
        """
    )

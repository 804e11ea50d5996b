"""Stories of what a house sells, on what terms, as tables: areas, tables, prices, limits, the sale itself."""

from __future__ import annotations

import pytest

from tests.unit.section_world import World

STORIES = {
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
        staff sale paused from=open      -> invalid
        ann hold A-2                     -> sale_not_open
        staff sale open from=not_open    -> sale
        ann hold A-2                     -> placed A-2
        staff sale open from=not_open    -> invalid
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
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_story(story: str) -> None:
    """Each line has its outcome, and afterwards replay and snapshot agree with the live state."""
    World().play(story)

"""Stories of holds as tables: one line a command, its outcome at the end."""

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

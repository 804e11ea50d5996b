"""Stories of checkout as tables: pinned, booked, cancelled, given up."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit.section_world import LIMITS, TERMS, World

STORIES = {
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
    "some of a booking goes back": """
        ann hold A-1 A-2 A-3 types=A-2:child as h -> placed A-1 A-2 A-3
        ann places Floor 1 into=h        -> changed A-1 A-2 A-3 Floor:1
        ann buy h as o                   -> booked A-1 A-2 A-3 Floor:1
        bob reduce o A-1                 -> not_found o
        bob reduce o A-9                 -> not_found o
        ann reduce o A-9                 -> not_found A-9
        ann reduce o A-4                 -> invalid A-4
        ann reduce o A-1 A-2 A-3 Floor   -> invalid o
        ann reduce o A-1 key=r           -> reduced A-1 leaves 2100
        ann reduce o A-1 key=r           -> replayed reduced A-1 leaves 2100
        ann reduce o A-1                 -> invalid A-1
        bob hold A-1                     -> placed A-1
        ann reduce o Floor               -> reduced Floor:1 leaves 1500
        ann order o                      -> booked A-2 A-3
        ann cancel o                     -> cancelled A-2 A-3
        ann reduce o A-3                 -> hold_expired o
    """,
    "a table of a booking goes back whole": """
        ann hold T-1 T-2 T-3 T-4 as h    -> placed T-1 T-2 T-3 T-4
        staff hold A-1 into=h            -> changed T-1 T-2 T-3 T-4 A-1
        ann buy h as o                   -> booked T-1 T-2 T-3 T-4 A-1
        ann reduce o T-1                 -> invalid T
        ann reduce o T                   -> reduced T-1 T-2 T-3 T-4 leaves 1000
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
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_story(story: str) -> None:
    """Each line has its outcome, and afterwards replay and snapshot agree with the live state."""
    World().play(story)


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

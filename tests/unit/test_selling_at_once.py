"""A hold that is sold in one step, where payment was decided without waiting."""

from __future__ import annotations

import pytest

from tests.unit.section_world import World

STORIES = {
    "the seats are the buyer's, once": """
        ann hold A-1 A-2 as h            -> placed A-1 A-2
        bob buy h                        -> not_found h
        ann buy h key=b as o             -> booked A-1 A-2
        ann buy h key=b                  -> replayed booked A-1 A-2
        ann buy h key=c                  -> already_booked h
        ann pin h                        -> already_booked h
        ann release h                    -> already_booked h
        ann order o                      -> booked A-1 A-2
        bob order o                      -> not_found o
        bob hold A-1                     -> seat_taken A-1
    """,
    "what is pinned waits for its payment": """
        ann hold A-1 as h                -> placed A-1
        ann pin h as o                   -> pinned 1000
        ann buy h                        -> hold_mismatch h
        ann book o                       -> booked A-1
    """,
    "what ended cannot be sold": """
        ann hold A-1 as h                -> placed A-1
        ann hold A-3 as g                -> placed A-3
        ann release g                    -> released
        ann buy g                        -> hold_expired g
        +600000
        ann buy h                        -> hold_expired h
        ann buy nothing                  -> not_found nothing
    """,
    "a booking made at once can be cancelled": """
        ann hold A-1 as h                -> placed A-1
        ann buy h as o                   -> booked A-1
        ann unpin o                      -> already_booked o
        ann book o                       -> already_booked o
        ann cancel o                     -> cancelled A-1
        bob hold A-1                     -> placed A-1
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_a_hold_is_sold_in_one_step(story: str) -> None:
    """Each line has the outcome that stands behind its arrow, and the books are right at the end."""
    World().play(story)

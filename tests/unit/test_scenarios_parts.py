"""Stories of what a section lends to holds of others, and of holds that have parts elsewhere."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit.section_world import TERMS, World

STORIES = {
    "what is lent only gets less, in whatever order news of it comes": """
        ann lend g A-1 A-2 key=k             -> part_taken A-1 A-2
        ann lend g A-1 A-2 key=k             -> replayed part_taken A-1 A-2
        ann lend g A-3                       -> hold_mismatch g
        bob hold A-1                         -> seat_taken A-1
        bob lend n A-1                       -> seat_taken A-1
        bob lend n X-1                       -> not_found X-1
        ann settle g                         -> scope_missing
        staff settle n A-1                   -> not_found n
        staff settle g A-1                   -> part_settled A-1
        staff settle g A-1                   -> hold_mismatch g
        staff settle g A-1 A-2               -> hold_mismatch g
        bob hold A-2 as h                    -> placed A-2
        staff settle g A-1 sold=yes          -> part_settled A-1
        staff settle g A-1                   -> hold_mismatch g
        bob hold A-1 into=h                  -> seat_taken A-1
        staff settle g                       -> part_settled
        bob hold A-1 into=h                  -> changed A-2 A-1
        staff settle g                       -> not_found g
    """,
    "places are lent and sold like seats": """
        ann lend g Floor qty=2               -> part_taken Floor:2
        bob places Floor 4                   -> sold_out Floor
        staff settle g Floor sold=yes        -> part_settled Floor:2
        bob places Floor 4                   -> sold_out Floor
        staff settle g                       -> part_settled
        bob places Floor 4                   -> placed Floor:4
        ann lend n Floor qty=1               -> part_taken Floor:1
        staff settle n                       -> part_settled
        ann lend n Floor qty=2               -> sold_out Floor
    """,
    "what is lent counts as its buyer's": """
        ann lend g A-1 A-2 A-3 A-4 A-5       -> limit_exceeded
        ann lend g A-1 A-2 A-3 A-4           -> part_taken A-1 A-2 A-3 A-4
        ann hold B-1 B-2 B-3                 -> limit_exceeded
        staff settle g A-1 A-2 A-3 sold=yes  -> part_settled A-1 A-2 A-3
        ann hold B-1 B-2 B-3                 -> placed B-1 B-2 B-3
        ann lend n B-5                       -> limit_exceeded
        staff sale paused                    -> sale
        bob lend n B-5                       -> sale_paused
    """,
    "a hold of parts is gathered whole": """
        ann gather                           -> invalid
        ann gather p:R-A-1,Lawn*2 as h       -> placed R-A-1 Lawn:2
        ann see h                            -> hold R-A-1 Lawn:2
        staff became p                       -> gathered R-A-1 Lawn:2
        ann became p                         -> not_found p
        ann gather p:R-A-2                   -> hold_mismatch p
        ann gather q:R-B-1 into=nope         -> not_found nope
        bob gather q:R-B-1 into=h            -> not_found h
        ann gather q:R-B-1,R-B-2 into=h      -> limit_exceeded
        ann hold A-1 into=h                  -> changed A-1 R-A-1 Lawn:2
        ann hold A-2 into=h                  -> limit_exceeded
        ann gather q:R-B-1 into=h            -> limit_exceeded
        staff gather q:R-B-1 into=h          -> changed A-1 R-A-1 Lawn:2 R-B-1
        staff became q                       -> gathered R-B-1
    """,
    "a gathering gives back in the same step": """
        ann gather p:R-A-1,R-A-2 as h              -> placed R-A-1 R-A-2
        ann hold A-1 into=h                        -> changed A-1 R-A-1 R-A-2
        ann gather q:R-B-1,R-B-2 into=h            -> limit_exceeded
        ann gather q:R-B-1 into=h release=S-A-2    -> invalid A-2
        ann gather q:R-B-1,R-B-2 into=h release=R-A-1 -> changed A-1 R-A-2 R-B-1 R-B-2
        ann gather r:R-C-1 into=h release=S-A-1,R-A-2 -> changed R-B-1 R-B-2 R-C-1
        staff became p                             -> not_found p
        bob hold A-1                               -> placed A-1
    """,
    "a gathering meets the limits and the sale": """
        ann hold A-1                         -> placed A-1
        ann gather p:R-A-1 as h              -> placed R-A-1
        ann gather q:R-A-2                   -> limit_exceeded
        bob gather q:R-1,R-2,R-3,R-4,R-5     -> limit_exceeded
        staff gather q:R-1,R-2,R-3,R-4,R-5   -> placed R-1 R-2 R-3 R-4 R-5
        staff sale paused                    -> sale
        bob gather r:R-A-2                   -> sale_paused
        ann with release h                   -> released
    """,
    "a swap with parts that makes no sense is refused for good": """
        ann gather p:R-A-1 as h              -> placed R-A-1
        ann swap h A-1 for A-1 key=s         -> invalid
        ann swap h A-1 for A-2 key=u         -> hold_mismatch h p
        ann release h                        -> hold_mismatch h p
        ann with release h                   -> released
        ann swap h A-1 for A-1 key=s         -> replayed refused invalid
        ann swap h A-1 for A-2 key=u         -> hold_expired h
    """,
    "a hold of parts ends as a whole": """
        ann gather p:R-A-1 as h              -> placed R-A-1
        ann hold A-1 into=h                  -> changed A-1 R-A-1
        ann swap h R-A-1 for A-2             -> hold_mismatch h p
        ann swap h A-1 for A-2               -> changed A-2 R-A-1
        ann swap h A-2 for A-1               -> changed A-1 R-A-1
        ann extend h                         -> changed A-1 R-A-1
        +600000
        ann with release h                   -> hold_expired h
        system expire                        -> expired h
        staff became p                       -> not_found p
        bob hold A-1                         -> placed A-1
    """,
    "a hold is given back whichever sections it is in": """
        ann gather p:R-A-1,R-A-2 q:R-X-1@R-X,R-X-2@R-X as h -> placed R-A-1 R-A-2 R-X-1 R-X-2
        ann release h                        -> hold_mismatch h p q
        bob with release h                   -> not_found h
        ann with release h R-X-1             -> invalid R-X
        ann with release h R-X               -> changed R-A-1 R-A-2
        staff became q                       -> not_found q
        ann hold A-1 into=h                  -> changed A-1 R-A-1 R-A-2
        ann with release h A-1 R-A-2         -> changed R-A-1
        ann with release h R-A-2             -> not_found R-A-2
        bob hold A-1                         -> placed A-1
        ann with release h R-A-1             -> released
        ann see h                            -> hold_expired h
        staff became p                       -> not_found p
    """,
    "a hold without parts may be given back by whoever sees to parts": """
        ann hold A-1 A-2 as h                -> placed A-1 A-2
        ann with release h A-1               -> changed A-2
        ann with release h                   -> released
        bob hold A-1 A-2                     -> placed A-1 A-2
    """,
    "parts are sold, and some of them taken back": """
        ann gather p:R-A-1,R-A-2 as h        -> placed R-A-1 R-A-2
        ann hold A-1 into=h                  -> changed A-1 R-A-1 R-A-2
        ann buy h                            -> hold_mismatch h p
        ann with buy h as o                  -> booked A-1 R-A-1 R-A-2
        staff became p                       -> sold R-A-1 R-A-2
        ann gather p:R-A-1                   -> hold_mismatch p
        bob with reduce o R-A-1              -> not_found o
        ann with reduce o X-9                -> not_found X-9
        ann with reduce o A-2                -> invalid A-2
        ann with reduce o A-1 R-A-1 R-A-2    -> invalid o
        ann reduce o R-A-1                   -> hold_mismatch o p
        ann with reduce o R-A-1              -> reduced R-A-1 leaves 2000
        ann order o                          -> booked A-1 R-A-2
        ann with reduce o A-1                -> reduced A-1 leaves 1000
        bob hold A-1                         -> placed A-1
        ann cancel o                         -> hold_mismatch o p
        ann with cancel o                    -> cancelled R-A-2
        staff became p                       -> not_found p
        ann with reduce o R-A-2              -> hold_expired o
    """,
    "parts are pinned, and paid for later": """
        ann gather p:R-A-1,Lawn*2 as h       -> placed R-A-1 Lawn:2
        ann pin h as o                       -> pinned 2200
        ann with release h                   -> hold_mismatch h
        ann gather q:R-A-2 into=h            -> hold_mismatch h
        ann unpin o                          -> unpinned +600000
        ann pin h as o                       -> pinned 2200
        ann book o                           -> hold_mismatch o p
        ann with book o                      -> booked R-A-1 Lawn:2
        ann with book o                      -> already_booked o
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_story(story: str) -> None:
    """Each line has its outcome, and afterwards replay and snapshot agree with the live state."""
    World().play(story)


def test_nothing_is_gathered_before_the_sale_opens() -> None:
    """The section that decides asks for its own sale, and staff are free of it."""
    World(terms=replace(TERMS, sale="not_open")).play(
        """
        ann gather p:R-A-1                   -> sale_not_open
        staff gather p:R-A-1                 -> placed R-A-1
        """
    )

"""Stories of a waitlist that several sections share: what a gateway asks of each of them.

`proposes WHO SEATS` is what the same record holds for those who wait until the register was asked.
"""

from __future__ import annotations

import pytest

from tests.unit.test_scenarios_waitlist import full_world

STORIES = {
    "an entry of another section's register is proposed before it is offered": """
        system list wtl_x 2 owner=ann rank=9   -> wait_listed
        system list wtl_x 2 owner=ann rank=9   -> already_waiting wtl_x
        system list wtl_y 2 owner=ann rank=10  -> already_waiting wtl_x
        ann list wtl_z 2 owner=ann rank=8      -> scope_missing
        system list wtl_y 1 owner=bob rank=10  -> wait_listed
        system list wtl_y 1 owner=bob rank=8   -> wait_listed
        staff release rowb B-1 B-2       -> changed B-3 B-4 B-5 B-6 proposes bob B-2
        bob buy bob's                    -> hold_mismatch bob's
        bob release bob's                -> hold_mismatch bob's
        bob accept wtl_y                 -> hold_mismatch wtl_y
        bob leave wtl_y                  -> hold_mismatch wtl_y
        staff move wtl_x why=x           -> not_found wtl_x
        system confirm wtl_y nothing     -> hold_mismatch wtl_y
        system confirm wtl_y bob's       -> wait_confirmed
        system confirm wtl_y bob's       -> hold_mismatch wtl_y
        bob accept wtl_y                 -> wait_accepted
        system end wtl_y withdrawn       -> not_found wtl_y
        system list wtl_y 1 owner=bob rank=10  -> offer_expired wtl_y
    """,
    "a proposal that is not confirmed is withdrawn, and may come back": """
        system list wtl_x 1 owner=ann rank=9   -> wait_listed
        system list wtl_y 1 owner=bob rank=10  -> wait_listed
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6 proposes ann B-1
        system end wtl_x accepted hold=ann's   -> hold_mismatch wtl_x
        system end wtl_x waiting hold=ann's    -> hold_mismatch wtl_x
        system end wtl_x withdrawn       -> hold_mismatch wtl_x
        system end wtl_x withdrawn hold=ann's  -> wait_ended withdrawn proposes bob B-1
        system list wtl_x 1 owner=ann rank=9   -> wait_listed
        +900000
        system confirm wtl_y bob's       -> offer_expired wtl_y
        system expire                    -> expired rowa rowb rest floor pit bob's proposes ann A-3
        bob mine wtl_y                   -> entries bob:withdrawn
    """,
    "what another section has free is refused under the key, in the register": """
        ann join 1 barred=seats_available key=k  -> seats_available
        ann join 1 key=k                 -> replayed refused seats_available
        ann join 1                       -> wait_joined @0
    """,
    "the register gives an entry one offer, here or elsewhere": """
        ann join 1 streams=8,9 as a      -> wait_joined @0
        staff release rowb B-1           -> changed B-2 B-3 B-4 B-5 B-6
        bob hold B-1                     -> placed B-1
        system claim a 7 hld_1           -> not_found a
        system claim a 8 hld_1           -> wait_claimed
        system claim a 9 hld_2           -> hold_mismatch a
        system return a hld_2            -> hold_mismatch a
        system return a hld_1            -> wait_returned
        system claim a 9 hld_2           -> wait_claimed
        ann accept a                     -> hold_mismatch a
        system end a lapsed hold=hld_1   -> hold_mismatch a
        system end a lapsed hold=hld_2   -> wait_ended lapsed
        system claim a 9 hld_2           -> not_found a
        cat join 1 streams=7,8 as c      -> wait_joined @0
        system claim c 8 hld_3           -> wait_claimed
        staff release rowb B-2           -> changed B-3 B-4 B-5 B-6
        system return c hld_3            -> wait_returned offers cat B-2
        system claim c 8 hld_3           -> hold_mismatch c
        system return c hld_3            -> hold_mismatch c
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_register(story: str) -> None:
    """Each line has the outcome that stands behind it, and all journals replay."""
    full_world().play(story)

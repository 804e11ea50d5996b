"""How a gathering is kept: its id, its outcome, and when somebody looks after it."""

from __future__ import annotations

from itertools import accumulate, repeat

from msgspec.structs import replace

from engine.commands import HoldSeats
from engine.gathering import (
    RETRY_FIRST_MS,
    RETRY_MAX_MS,
    Ask,
    Gathering,
    Outcome,
    State,
    decided,
    due,
    gathering_id,
    stuck,
)

NOW_MS = 1_700_000_000_000
ASKS = (Ask(7, "S", HoldSeats(("S-A-1",))), Ask(8, "R", HoldSeats(("R-A-1",))))
NEW = Gathering("gth_1", "evt_1", "ann", "buyer", (), "k", b"body", 7, ASKS, NOW_MS, NOW_MS + 5_000)


def test_one_key_of_one_buyer_is_one_gathering() -> None:
    """Asked again it is found again; other keys and other buyers never find it, however they are cut."""
    assert gathering_id("ann", "k") == gathering_id("ann", "k")
    pairs = [("ann", "k"), ("ann", "l"), ("bob", "k"), ("an", "nk"), ("annk", ""), ("1:a", "b"), ("1", ":ab")]
    assert len(pairs) == len({gathering_id(*pair) for pair in pairs})
    assert "gth_" == gathering_id("ann", "k")[:4]


def test_a_gathering_has_no_other_name() -> None:
    """Stores look for a row by its alias too: nothing must be found by one that is not there."""
    assert None is NEW.alias


def test_an_outcome_is_kept_with_the_record_that_says_so() -> None:
    """The number of tries begins anew: it counts those of telling it to the sections."""
    tried = stuck(NEW, NOW_MS)
    gathered = decided(tried, Outcome(False, 7, 12, "key"), NOW_MS + 9)
    assert State.GATHERED is gathered.state
    assert (7, 12, "key") == (gathered.decided_by, gathered.decided_seq, gathered.decided_under)
    assert (NOW_MS + 9, 0, 2) == (gathered.due_ms, gathered.tries, gathered.version)
    assert State.REFUSED is decided(tried, Outcome(True, 8, 3, "key"), NOW_MS).state


def test_what_is_done_is_looked_after_no_more() -> None:
    """Or later, as somebody says; each change is a new version."""
    tried = stuck(NEW, NOW_MS)
    assert (None, 0, 2) == ((done := due(tried, None)).due_ms, done.tries, done.version)
    assert NOW_MS + 1 == due(tried, NOW_MS + 1).due_ms


def test_a_section_that_does_not_answer_is_asked_ever_later_and_never_given_up() -> None:
    """Twice as long each time, up to the longest wait, also after a year of tries."""
    tries = list(accumulate(repeat(NOW_MS, 9), stuck, initial=NEW))[1:]
    waits = [(each.due_ms or 0) - NOW_MS for each in tries]
    assert RETRY_FIRST_MS == waits[0]
    assert [500, 1_000, 2_000, 4_000, 8_000, 16_000] == waits[:6]
    assert {RETRY_MAX_MS} == set(waits[6:])
    assert list(range(1, 10)) == [each.tries for each in tries] == [each.version for each in tries]
    assert NOW_MS + RETRY_MAX_MS == stuck(replace(NEW, tries=1_000_000), NOW_MS).due_ms

from __future__ import annotations

from proof.history.exhaustive import can_have_happened, disagreements
from proof.history.order import Step, out_of_order

HISTORIES = 30_000


def test_the_linear_check_agrees_with_exhaustive_search() -> None:
    """On 30,000 random histories, of which a good part can have happened and a good part cannot."""
    possible, found = disagreements(HISTORIES, seed=1)
    assert [] == found
    assert HISTORIES / 4 < possible < 3 * HISTORIES / 4


def test_a_read_of_the_past_is_found_by_both() -> None:
    """Record 2 was acknowledged before a read began that saw record 1 alone."""
    steps = [Step(2, 0, 1), Step(4, 2, 3), Step(3, 4, 5)]
    assert [(1, 2)] == out_of_order(steps)
    assert not can_have_happened(steps)


def test_what_overlaps_has_no_order() -> None:
    """The read began before the record was acknowledged, and may have come before it."""
    steps = [Step(2, 0, 1), Step(4, 2, 5), Step(3, 4, 6)]
    assert [] == out_of_order(steps)
    assert can_have_happened(steps)


def test_a_call_without_an_answer_may_have_come_last() -> None:
    """Nobody knows when it ended: it is no reason for anything."""
    assert [] == out_of_order([Step(4, 0, None), Step(2, 10, 11)])


def test_one_instant_gives_no_order() -> None:
    """What begins as another ends may have come before it."""
    assert [] == out_of_order([Step(4, 0, 5), Step(2, 5, 6)])

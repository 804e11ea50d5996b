from __future__ import annotations

import pytest

from bench.fairness import Fairness, earlier_wins, fairness_of, jain, longest_gap, rank_correlation


def test_nobody_was_treated_unfairly_where_all_got_the_same_in_their_order() -> None:
    """Every figure says so."""
    found = fairness_of([0, 1, 0, 1], [1.0, 2.0, 3.0, 4.0], [0.5] * 4, [True] * 4, 2)
    assert Fairness(1.0, 1.0, 0, 1.0, 0.0, 500.0) == found


def test_a_connection_that_got_nothing_is_starved() -> None:
    """It pulls down the index too."""
    found = fairness_of([0, 0, 1, 1], [1.0, 2.0, 3.0, 4.0], [0.1] * 4, [True, True, False, False], 2)
    assert found is not None
    assert (0.5, 0.0, 1, 1.0) == (found.jain, found.least_share, found.starved, found.earlier_wins)


def test_nothing_is_said_of_nobody() -> None:
    """There is no fairness without replies."""
    assert fairness_of([], [], [], [], 3) is None


@pytest.mark.parametrize(("shares", "expected"), [([3, 3], 1.0), ([1, 0, 0, 0], 0.25), ([0, 0], 0.0)])
def test_jains_index(shares: list[int], expected: float) -> None:
    """One when equal, one of n when one has all."""
    assert expected == jain(shares)


def test_being_overtaken_lowers_the_correlation() -> None:
    """To minus one when the order is turned round."""
    assert -1.0 == rank_correlation([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0])


def test_late_winners_are_told_from_early_ones() -> None:
    """Half is chance."""
    assert (0.0, 0.5) == (
        earlier_wins([1.0, 2.0], [False, True]),
        earlier_wins([1.0, 2.0, 3.0, 4.0], [True, False, False, True]),
    )


def test_the_longest_gap_counts_acceptances_alone_and_the_end_too() -> None:
    """Refusals are no sign of a sale that goes on."""
    assert 3.0 == longest_gap([1.0, 2.0, 4.0], [True, False, True], 5.0)
    assert 6.0 == longest_gap([1.0, 4.0], [True, True], 10.0)

"""How often members of a waiting room are told of their places, however many there are."""

from __future__ import annotations

import pytest

from gateway.waiting.room import TELL_INTERVAL_S, TELL_PAUSE_MIN_S, pause_after


@pytest.mark.parametrize("round_s", [0.0, 0.1, 0.4])
def test_a_round_counts_towards_its_interval(round_s: float) -> None:
    """Thousands who take a while to be told do not wait for the whole interval on top of it."""
    assert pytest.approx(TELL_INTERVAL_S) == round_s + pause_after(round_s)


@pytest.mark.parametrize("round_s", [TELL_INTERVAL_S, 0.84, 10.0])
def test_after_a_long_round_others_are_let_on_for_a_moment(round_s: float) -> None:
    """And the next one begins: news of a place is never older than a round and this pause."""
    assert TELL_PAUSE_MIN_S == pause_after(round_s)

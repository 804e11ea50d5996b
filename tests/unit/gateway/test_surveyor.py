"""How far apart the rounds are that look at sections for those who look for events."""

from __future__ import annotations

import pytest

from gateway.discovery.surveyor import EVERY_MAX_S, EVERY_S, pause_s


@pytest.mark.parametrize(
    ("took_s", "paused_s"), [(0.001, EVERY_S), (0.04, EVERY_S), (0.06, 3.0), (3.0, EVERY_MAX_S)]
)
def test_looking_takes_a_fiftieth_of_the_time_at_most(took_s: float, paused_s: float) -> None:
    """Two seconds as long as there are few sections, and never very long."""
    assert pytest.approx(paused_s) == pause_s(took_s)

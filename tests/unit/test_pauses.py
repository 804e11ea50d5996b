"""Since when a sale rests, and why."""

from __future__ import annotations

from engine.catalogue import EventStatus, Pause, pause_in


def test_a_pause_lasts_until_the_sale_goes_on_or_ends() -> None:
    """It keeps its beginning, and its reason until it is given another."""
    steps: list[tuple[EventStatus, str, Pause | None]] = [
        ("open", "of no use", None),
        ("paused", "", Pause(2)),
        ("paused", "Fire drill", Pause(2, "Fire drill")),
        ("paused", "", Pause(2, "Fire drill")),
        ("open", "", None),
        ("paused", "Once more", Pause(6, "Once more")),
        ("closed", "", None),
    ]
    pause: Pause | None = None
    for at_ms, (status, reason, expected) in enumerate(steps, 1):
        pause = pause_in(status, pause, at_ms, reason)
        assert expected == pause

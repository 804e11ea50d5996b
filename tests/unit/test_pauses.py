"""Since when a sale rests, and why; and when it opens by itself."""

from __future__ import annotations

from engine.catalogue import Billing, EventStatus, Pause, opening_ms, pause_in


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


def test_only_a_published_sale_opens_by_itself() -> None:
    """No draft, and nothing that was opened already."""
    billing = Billing(opens_ms=7)
    assert [None, 7, None] == [opening_ms(status, billing) for status in ("draft", "published", "open")]

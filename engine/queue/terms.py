"""The terms of a waiting room: whom it lets in, how fast, and how long places and passes last.

Set when an event is created, written into the first record of the room's journal, and
changed by the organiser at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

Mode = Literal["fifo", "random", "passthrough", "reject"]
DAY_MS: Final = 86_400_000
RANGES: Final[dict[str, tuple[int, int]]] = {
    "rate_per_minute": (0, 1_000_000),
    "active_max": (1, 1_000_000),
    "pass_ttl_ms": (1_000, DAY_MS),
    # Gateways give a sign of life for whoever is connected every 20 seconds.
    "grace_ms": (30_000, DAY_MS),
    "draw_ms": (0, 3_600_000),
    "opens_ms": (0, 253_402_300_800_000),
    "gathers_ms": (0, 253_402_300_800_000),
    "members_max": (1, 1_000_000),
    # Checking a solution takes so many hashes too, while nobody else is served.
    "challenge_cost": (0, 5_000),
    "idempotency_ttl_ms": (DAY_MS, 30 * DAY_MS),
}
"""The least and the most that each number may be."""
BYPASS_MAX: Final = 32


class QueueTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """Durations in milliseconds.

    `mode`: first come first served, a draw among all who are there at the opening (and first
    come first served behind them), let everybody in at once, or let nobody join. `rate_per_minute`
    bounds admissions over time, `active_max` the passes that are valid at the same time.
    `grace_ms` after its holder's last sign of life a place is given up. From `gathers_ms` (Unix time)
    on people may gather, and `opens_ms` opens the room, both by themselves; the draw is made `draw_ms`
    after the list was frozen. Whoever has one of `bypass_channels` does not wait. `challenge_cost` is
    the work asked before joining, 0 for none; what it counts is the challenge's own affair.
    """

    mode: Mode = "random"
    rate_per_minute: int = 600
    active_max: int | None = None
    pass_ttl_ms: int = 600_000
    grace_ms: int = 300_000
    draw_ms: int = 10_000
    opens_ms: int | None = None
    bypass_channels: tuple[str, ...] = ()
    members_max: int = 200_000
    challenge_cost: int = 0
    idempotency_ttl_ms: int = DAY_MS
    gathers_ms: int | None = None


def faults(terms: QueueTerms) -> Iterator[str]:
    """What is wrong with the terms, in words; nothing when they are sound."""
    for name, (least, most) in RANGES.items():
        value = getattr(terms, name)
        if value is not None and not least <= value <= most:
            yield f"{name} must be from {least} to {most}"
    if terms.gathers_ms is not None and terms.opens_ms is not None and terms.gathers_ms >= terms.opens_ms:
        yield "people gather before the room opens"
    if len(terms.bypass_channels) > BYPASS_MAX:
        yield f"there may be {BYPASS_MAX} bypass_channels at most"

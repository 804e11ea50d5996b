"""Every queue, buffer and retry of an actor or a router has its bound here."""

from __future__ import annotations

import msgspec


class ShellLimits(msgspec.Struct, frozen=True):
    """Bounds of one section's shell. Durations in milliseconds.

    `lease_check_ms`: answers that rest on memory alone leave only if a commit or a check
    confirmed the lease within this time. A new owner serves when it has passed, so that what
    its predecessor still reads out is never older than what somebody has heard. `timer_max_ms`:
    after so long a wait for a deadline the clock is looked at again, which may have been set.
    """

    mailbox_max: int = 8_192
    changes_kept_max: int = 8_192
    snapshot_every_records: int = 50_000
    snapshot_every_ms: int = 300_000
    recovery_read_records: int = 20_000
    retry_first_ms: int = 20
    retry_max_ms: int = 500
    lease_check_ms: int = 100
    changes_wait_ms: int = 20_000
    passivate_after_ms: int = 900_000
    timer_max_ms: int = 60_000


class RouterLimits(msgspec.Struct, frozen=True):
    """Bounds of one gateway's way to the actors. Durations in milliseconds.

    `batch_early` is how many requests are worth a further call while others are under way.
    `streams_known_max`: so many streams' actors are remembered, of others it is asked anew.
    """

    batch_early: int = 12
    calls_in_flight_max: int = 8
    queue_max: int = 16_384
    call_timeout_ms: int = 5_000
    retry_first_ms: int = 10
    retry_max_ms: int = 200
    sweep_ms: int = 100
    probe_every_ms: int = 2_000
    probe_timeout_ms: int = 2_000
    probe_misses_max: int = 3
    streams_known_max: int = 100_000

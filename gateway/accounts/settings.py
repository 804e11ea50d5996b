"""Every bound of accounts."""

from __future__ import annotations

import msgspec

DAY_MS = 86_400_000


class AccountSettings(msgspec.Struct, frozen=True):
    """Durations in milliseconds unless their names say otherwise.

    `refresh_grace_ms`: for so long the token just before the newest gets the same successor again, as
    its first answer may have been lost. `revocations_every_ms` is how often each gateway looks for what
    was revoked, `revocations_overlap_ms` how far back, for transactions that took their time.
    """

    access_ttl_s: int = 600
    guest_ttl_s: int = 86_400
    refresh_ttl_ms: int = 30 * DAY_MS
    refresh_grace_ms: int = 10_000
    code_digits: int = 8
    code_ttl_ms: int = 600_000
    code_tries: int = 5
    enrolment_ttl_s: int = 600
    hashes_at_once: int = 2
    hashes_waiting_max: int = 64
    mails_waiting_max: int = 256
    revocations_every_ms: int = 1_000
    revocations_overlap_ms: int = 15_000
    keys_cached_max: int = 1_000
    keys_cached_ms: int = 2_000
    attempts_per_address: str = "60/m burst 30"
    attempts_per_account: str = "30/h burst 15"
    mails_per_account: str = "12/h burst 5"

"""Every bound and choice of the gateway that an operator may change."""

from __future__ import annotations

import msgspec

from gateway.limiting.quotas import Quotas
from gateway.stripe_page import StripePage


class GatewaySettings(msgspec.Struct, frozen=True):
    """Durations in milliseconds, sizes in bytes.

    `origins` lists the browser origins that may open a websocket and read replies ("*" for any);
    callers without an `Origin` header are no browsers. `quotas` limit principals, addresses and events across
    connections. `metrics_token` is who may read
    `/metrics`; without one that is this machine alone. `messages_per_second` and
    `message_burst` bound one connection and are wide enough for a load generator's
    closed loop. `ticket_keys` are private Ed25519 keys of 32 bytes: the first signs tickets,
    all are trusted; none means one that follows from `secret`. `token_keys`
    are the same for access tokens of accounts. `echo` mounts the bare echo
    that benchmarks use as their ceiling. With `stripe` the checkout takes cards by Stripe's script.
    """

    secret: str
    origins: tuple[str, ...] = ()
    deadline_ms: int = 5_000
    deadline_max_ms: int = 30_000
    messages_per_second: float = 3_000.0
    message_burst: float = 3_000.0
    replies_waiting_max: int = 512
    reply_bytes_waiting_max: int = 1 << 20
    push_bytes_per_frame: int = 256 * 1024
    send_blocked_max_ms: int = 10_000
    drain_max_ms: int = 10_000
    reconnect_after_ms: int = 2_000
    feed_ring_deltas: int = 256
    feed_ring_changes: int = 20_000
    feed_retry_first_ms: int = 50
    feed_retry_max_ms: int = 2_000
    events_cached: int = 256
    tokens_cached: int = 20_000
    orders_per_statement: int = 500
    orders_waiting_max: int = 10_000
    body_bytes_max: int = 64 * 1024
    plan_bytes_max: int = 64 * 1024 * 1024
    ticket_keys: tuple[bytes, ...] = ()
    token_keys: tuple[bytes, ...] = ()
    quotas: Quotas = Quotas()
    metrics_token: str | None = None
    echo: bool = False
    stripe: StripePage | None = None

"""The bounds of relay and consumers."""

from __future__ import annotations

import msgspec


class Pauses(msgspec.Struct, frozen=True, kw_only=True):
    """How long to pause between rounds of work.

    It is looked again `idle_s` after nothing was found. What is away is tried again after `retry_first_s`,
    and then after longer and longer, up to `retry_max_s`.
    """

    idle_s: float = 0.2
    retry_first_s: float = 0.1
    retry_max_s: float = 5.0


class RelayLimits(Pauses, frozen=True, kw_only=True):
    """How much a relay carries at once. A lease that is not renewed for `lease_ms` is anybody's."""

    records_per_round: int = 512
    streams_per_round: int = 256
    lease_ms: int = 10_000


class ProjectorLimits(Pauses, frozen=True, kw_only=True):
    """How much a projector counts at once; as `RelayLimits` has it.

    With a batch the state of its section is written, which is as large as what is held there: a few large
    batches cost a busy section's database less than many small ones.
    """

    records_per_batch: int = 10_000
    streams_per_round: int = 256
    streams_kept_max: int = 64
    idle_s: float = 0.5
    lease_ms: int = 10_000


class ConsumerLimits(msgspec.Struct, frozen=True):
    """How much a consumer takes at once, and how often it tries what fails.

    A message that fails `tries_max` times is put aside as a dead letter. Storage that is away
    counts as no try: the consumer waits for it, for ever.
    """

    batch: int = 64
    tries_max: int = 5
    retry_first_s: float = 0.5
    retry_max_s: float = 30.0


class BrokerLimits(msgspec.Struct, frozen=True):
    """How long a broker is waited for, and how much is under way to it.

    `confirm_s` bounds a whole batch: a publish on a connection that was lost would wait for ever.
    """

    connect_s: float = 5.0
    confirm_s: float = 10.0
    heartbeat_s: int = 10
    prefetch: int = 128
    retry_delay_ms: int = 5_000
    queue_messages_max: int = 1_000_000
    watch_s: float = 5.0

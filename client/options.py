"""The client's own limits, all named and all changeable."""

from __future__ import annotations

from typing import Literal

import msgspec

Encoding = Literal["msgpack", "json"]


class ClientOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a client behaves. Durations in milliseconds, sizes in bytes.

    `deadline_ms` bounds a call with all its retries, `attempt_ms` one attempt on a connection
    that stays silent. Reconnecting waits a random time up to
    `min(backoff_cap_ms, backoff_base_ms * 2**n)` (full jitter), never less than the server
    asked for; retries of a call do the same from `retry_base_ms`. `connects_max` bounds
    attempts in a row (None: for ever). `catch_up_ms` is how long deltas may lag behind the
    positions of a heartbeat. `record_maps` says whether a recorder hears of maps and changes too, or of
    calls alone. `queue_len_max` bounds calls that wait for a connection or for
    room among those in flight.
    """

    encoding: Encoding = "msgpack"
    name: str = "holdfast-python"
    deadline_ms: int = 15_000
    attempt_ms: int = 10_000
    connect_ms: int = 10_000
    close_ms: int = 2_000
    backoff_base_ms: int = 100
    backoff_cap_ms: int = 10_000
    retry_base_ms: int = 25
    retry_cap_ms: int = 2_000
    connects_max: int | None = None
    catch_up_ms: int = 2_000
    queue_len_max: int = 1_024
    frame_in_bytes_max: int = 4 * 1024 * 1024
    record_maps: bool = True

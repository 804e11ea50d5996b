"""The limits of a connection, told to every client in the reply to `hello`."""

from __future__ import annotations

from typing import Final

import msgspec

FRAME_BYTES_MAX: Final = 64 * 1024
IN_FLIGHT_MAX: Final = 16
MESSAGES_PER_FRAME_MAX: Final = 64
HEARTBEAT_MS: Final = 25_000
HEARTBEATS_MISSED_MAX: Final = 2
HELLO_TIMEOUT_MS: Final = 10_000
SUBSCRIPTIONS_MAX: Final = 512
DELTAS_PER_SECOND: Final = 10
FRAMES_PER_SECOND: Final = 20
COUNTS_PER_SECOND: Final = 2
BOARDS_PER_SECOND: Final = 1


class ConnectionLimits(msgspec.Struct, frozen=True):
    """What a client may rely on; those of a sale come with the event's terms."""

    frame_bytes_max: int = FRAME_BYTES_MAX
    in_flight_max: int = IN_FLIGHT_MAX
    messages_per_frame_max: int = MESSAGES_PER_FRAME_MAX
    subscriptions_max: int = SUBSCRIPTIONS_MAX
    deltas_per_second: int = DELTAS_PER_SECOND
    frames_per_second: int = FRAMES_PER_SECOND
    seats_per_hold: int = 10
    holds_per_buyer: int = 5
    renewals: int = 10

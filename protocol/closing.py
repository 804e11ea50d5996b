"""Websocket close codes in the private range, and the subprotocols they may end."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

MSGPACK: Final = "holdfast.v1.msgpack"
JSON: Final = "holdfast.v1.json"
SUBPROTOCOLS: Final = (MSGPACK, JSON)


class CloseCode(IntEnum):
    """Why the server ended a connection."""

    BAD_FRAME = 4400
    BAD_HELLO = 4401
    FORBIDDEN = 4403
    BAD_SUBPROTOCOL = 4406
    TIMEOUT = 4408
    TOO_BIG = 4413
    RATE = 4429
    SLOW_CONSUMER = 4430
    INTERNAL = 4500
    DRAINING = 4503

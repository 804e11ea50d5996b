"""Where the frames of a websocket lie in a stream of bytes (RFC 6455, section 5.2).

Finds their ends only: whether a frame is right is for others to say.
"""

from __future__ import annotations

from typing import Final

MASKED: Final = 0x80
_LENGTH: Final = 0x7F
_TWO_BYTES: Final = 126
MASK_BYTES: Final = 4
NOT_YET: Final = (0, 0)
"""The span of a frame whose header is not all there."""


def span_of(data: bytes | bytearray, start: int) -> tuple[int, int]:
    """Where the payload of the frame at `start` begins and stops, which may be past the end of `data`.

    A mask lies right before its payload.

    >>> span_of(bytes.fromhex("818537fa213d7f9f4d5158"), 0)
    (6, 11)
    """
    begin = start + 2
    if len(data) < begin:
        return NOT_YET
    second = data[start + 1]
    length = second & _LENGTH
    if length >= _TWO_BYTES:
        begin += 2 if length == _TWO_BYTES else 8
        if len(data) < begin:
            return NOT_YET
        length = int.from_bytes(data[start + 2 : begin], "big")
    if second & MASKED:
        begin += MASK_BYTES
    return begin, begin + length

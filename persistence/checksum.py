"""What ties a stored record to its place: a checksum over its position and its bytes."""

from __future__ import annotations

import struct
import zlib

_POSITION = struct.Struct(">QQQ")


def record_checksum(stream: int, seq: int, epoch: int, data: bytes) -> int:
    """CRC-32 (ISO 3309) over stream, sequence and epoch as big-endian 64-bit numbers, then the data.

    A flipped bit is found, and so is a whole record that was put in another's place.
    """
    return zlib.crc32(data, zlib.crc32(_POSITION.pack(stream, seq, epoch)))

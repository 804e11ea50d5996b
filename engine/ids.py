"""Public ids: a prefix and a UUIDv7 body whose last 32 bits name the owning stream.

A hold's or an order's id leads to its section without a look-up. Ids are opaque to
clients; knowing one gives no right, owners are checked inside the section.
Layout after RFC 9562: 48 bits Unix ms, version 7, 12 random bits, variant, 30 random
bits, 32 bits stream.
"""

from __future__ import annotations

import struct
from hashlib import blake2b

STREAM_BITS = 32
STREAM_MAX = (1 << STREAM_BITS) - 1
RANDOM_BITS = 42
_BODY_LENGTH = 32
_BODY = struct.Struct(">QII")


def id_body(at_ms: int, random_bits: int, stream: int = 0) -> str:
    """The 32 hexadecimal digits of an id made at `at_ms` from 42 random bits."""
    high = (at_ms & 0xFFFFFFFFFFFF) << 16 | 0x7000 | random_bits >> 30 & 0xFFF
    middle = 0x80000000 | random_bits & 0x3FFFFFFF
    return _BODY.pack(high, middle, stream).hex()


def derived_body(body: str, number: int) -> str:
    """A further id body of the same time and stream: number and body alone say which."""
    bits = int.from_bytes(blake2b(f"{body}/{number}".encode(), digest_size=6).digest(), "big")
    value = int(body, 16)
    return id_body(value >> 80, bits >> 6, value & STREAM_MAX)


def stream_of(public_id: str, prefix: str) -> int | None:
    """The stream that an id names, or None when it is no id of that kind.

    >>> stream_of("hld_" + id_body(1, 2, 77), "hld")
    77
    """
    kind, separator, body = public_id.partition("_")
    if kind != prefix or not separator or len(body) != _BODY_LENGTH:
        return None
    try:
        return int(body, 16) & STREAM_MAX
    except ValueError:
        return None

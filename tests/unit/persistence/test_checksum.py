"""A checksum ties a record to its bytes and to its place."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from persistence.checksum import record_checksum

numbers = st.integers(0, 2**32 - 1)


@given(numbers, numbers, numbers, st.binary(max_size=50))
def test_the_checksum_is_that_of_the_place_and_the_data(
    stream: int, seq: int, epoch: int, data: bytes
) -> None:
    """It is the CRC-32 of three big-endian numbers and the data after them."""
    place = b"".join(number.to_bytes(8, "big") for number in (stream, seq, epoch))
    assert zlib.crc32(place + data) == record_checksum(stream, seq, epoch, data)


@given(numbers, numbers, numbers, st.binary(min_size=1, max_size=50), st.integers(0, 399))
def test_a_flipped_bit_is_found(stream: int, seq: int, epoch: int, data: bytes, bit: int) -> None:
    """No single flipped bit goes unnoticed."""
    flipped = bytearray(data)
    flipped[bit // 8 % len(data)] ^= 1 << bit % 8
    assert record_checksum(stream, seq, epoch, bytes(flipped)) != record_checksum(stream, seq, epoch, data)

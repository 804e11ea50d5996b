"""Snapshots are packed for the store, and come back as they were."""

from __future__ import annotations

import pytest

from persistence.packing import pack, unpack

SNAPSHOT = b"hld_0123456789abcdef" * 1_000


@pytest.mark.parametrize("data", [b"", b"\x90", SNAPSHOT])
def test_what_was_packed_comes_back(data: bytes) -> None:
    """Byte for byte, whatever its size."""
    assert data == unpack(pack(data))


def test_what_is_damaged_is_left_to_whoever_knows_its_digest() -> None:
    """It raises nothing: recovery passes over a snapshot whose digest does not fit."""
    damaged = pack(SNAPSHOT)[:-3]
    assert damaged == unpack(damaged)

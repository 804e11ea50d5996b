"""Long arrays in pieces."""

from __future__ import annotations

import msgspec
import pytest

from engine.holds import Ended
from engine.pieces import PIECE, encoded_in_pieces
from engine.transitions import Phase


@pytest.mark.parametrize(
    "count", [0, 1, 15, 16, PIECE - 1, PIECE, PIECE + 1, PIECE + 16, (1 << 16) - 1, 1 << 16]
)
def test_pieces_give_the_same_bytes_as_the_whole(count: int) -> None:
    """Whatever the length, and so whatever the array's header."""
    items = tuple(Ended(f"hld_{number}", "usr_ann", number, Phase.RELEASED) for number in range(count))
    assert msgspec.msgpack.encode(items) == b"".join(encoded_in_pieces(items))

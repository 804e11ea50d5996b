"""Where frames lie, for every length and wherever the stream is cut."""

from __future__ import annotations

import pytest

from gateway.websocket.frame_spans import NOT_YET, span_of
from tests.e2e.raw_websocket import BINARY, frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("masked", [True, False])
def test_a_payload_lies_at_the_end_of_its_frame(size: int, masked: bool) -> None:
    """All three ways to write a length, with a mask and without."""
    data = b"..." + frame(BINARY, b"x" * size, masked=masked) + b"more"
    begin, stop = span_of(data, 3)
    assert (b"x" * size, b"more") == (data[begin:stop], data[stop:])


def test_a_header_that_is_not_whole_says_nothing_yet() -> None:
    """Of a length of eight bytes all must be there; the mask need not."""
    data = frame(BINARY, b"x" * 70_000)
    assert [NOT_YET] * 10 == [span_of(data[:size], 0) for size in range(10)]
    assert (14, 70_014) == span_of(data[:10], 0)

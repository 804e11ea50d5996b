"""What a client makes of frames that no server of ours sends."""

from __future__ import annotations

import pytest

from client.codec import Codec
from client.errors import ProtocolViolation
from protocol.replies import HelloReply

UNREADABLE = {
    "a text that is no UTF-8": b"\x81\xa1t\xa2\xff\xff",
    "a code that is no UTF-8": b"\x82\xa2re\x01\xa1e\x81\xa4code\xa1\xff",
    "a deep nest": b"\x91" * 100_000,
    "half a message": b"\x81",
    "nothing": b"",
}


@pytest.mark.parametrize("frame", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_frame_that_cannot_be_read_is_a_violation(frame: bytes) -> None:
    """Whatever is wrong with its bytes: a reader task must end with its own error."""
    with pytest.raises(ProtocolViolation):
        Codec("msgpack").messages(frame)


def test_a_body_that_cannot_be_read_is_a_violation() -> None:
    """Bodies are read later than their frames."""
    codec = Codec("msgpack")
    (message,) = codec.messages(b"\x83\xa2re\x01\xa2ok\xc3\xa1d\x81\xa7session\xa1\xff")
    with pytest.raises(ProtocolViolation):
        codec.body(message.d, HelloReply)

"""The two codecs of the websocket: MessagePack in binary frames, JSON in text frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from protocol.closing import JSON, MSGPACK
from protocol.errors import Problem
from protocol.replies import Push, Reply
from protocol.requests import AnyRequest


class _Probe(msgspec.Struct, frozen=True):
    """Just enough of a bad message to answer it."""

    id: int


UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises for bytes that are no message of the codec."""


class Codec(Protocol):
    """How messages become frames. Encoded messages may be shared between connections."""

    name: str
    text: bool

    def request(self, message: bytes | str | msgspec.Raw) -> AnyRequest:
        """One typed message. Raises `msgspec.ValidationError` or others of `UNREADABLE`."""

    def split(self, frame: bytes | str) -> list[msgspec.Raw] | None:
        """The messages of an array, undecoded, or None when the frame is one message."""

    def number(self, message: bytes | str | msgspec.Raw) -> int | None:
        """The `id` of a message that is bad otherwise. Raises others of `UNREADABLE`."""

    def accepted(self, number: int, body: msgspec.Raw) -> bytes:
        """A reply whose body is MessagePack already."""

    def refused(self, number: int | None, problem: Problem) -> bytes:
        """A reply that says no."""

    def push(self, push: Push, body: msgspec.Struct | None = None) -> bytes:
        """News, with its body."""

    def join(self, messages: Sequence[bytes]) -> bytes:
        """Several encoded messages as one frame."""


class MsgpackCodec:
    """MessagePack in binary frames: answers of sections pass through untouched."""

    name = MSGPACK
    text = False

    def __init__(self) -> None:
        self.request = msgspec.msgpack.Decoder(AnyRequest).decode
        self._encode = msgspec.msgpack.Encoder().encode
        self._probe = msgspec.msgpack.Decoder(_Probe).decode
        self._messages = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode

    def split(self, frame: bytes | str) -> list[msgspec.Raw] | None:
        first = frame[0] if frame else 0xC0
        if isinstance(first, int) and (first & 0xF0 == 0x90 or first in (0xDC, 0xDD)):
            return self._messages(frame)
        return None

    def number(self, message: bytes | str | msgspec.Raw) -> int | None:
        try:
            return self._probe(message).id
        except msgspec.ValidationError:
            return None

    def accepted(self, number: int, body: msgspec.Raw) -> bytes:
        return self._encode(Reply(number, True, body))

    def refused(self, number: int | None, problem: Problem) -> bytes:
        return self._encode(Reply(number, False, e=problem))

    def push(self, push: Push, body: msgspec.Struct | None = None) -> bytes:
        if body is not None:
            push = msgspec.structs.replace(push, d=msgspec.Raw(self._encode(body)))
        return self._encode(push)

    def join(self, messages: Sequence[bytes]) -> bytes:
        count = len(messages)
        if count == 1:
            return messages[0]
        header = bytes((0x90 | count,)) if count < 16 else b"\xdc" + count.to_bytes(2, "big")
        return header + b"".join(messages)


class JsonCodec:
    """JSON in text frames, for people and for browsers without MessagePack."""

    name = JSON
    text = True

    def __init__(self) -> None:
        self.request = msgspec.json.Decoder(AnyRequest).decode
        self._encode = msgspec.json.Encoder().encode
        self._from_msgpack = msgspec.msgpack.Decoder().decode
        self._probe = msgspec.json.Decoder(_Probe).decode
        self._messages = msgspec.json.Decoder(list[msgspec.Raw]).decode

    def split(self, frame: bytes | str) -> list[msgspec.Raw] | None:
        if isinstance(frame, str) and frame.lstrip(" \t\r\n").startswith("["):
            return self._messages(frame)
        return None

    def number(self, message: bytes | str | msgspec.Raw) -> int | None:
        try:
            return self._probe(message).id
        except msgspec.ValidationError:
            return None

    def accepted(self, number: int, body: msgspec.Raw) -> bytes:
        return self._encode(Reply(number, True, msgspec.Raw(self.transcode(body))))

    def transcode(self, body: msgspec.Raw) -> bytes:
        """A MessagePack body as JSON; bytes become base64."""
        return self._encode(self._from_msgpack(body))

    def refused(self, number: int | None, problem: Problem) -> bytes:
        return self._encode(Reply(number, False, e=problem))

    def push(self, push: Push, body: msgspec.Struct | None = None) -> bytes:
        if body is not None:
            push = msgspec.structs.replace(push, d=msgspec.Raw(self._encode(body)))
        return self._encode(push)

    def join(self, messages: Sequence[bytes]) -> bytes:
        return messages[0] if len(messages) == 1 else b"[" + b",".join(messages) + b"]"


MSGPACK_CODEC: Final = MsgpackCodec()
JSON_CODEC: Final = JsonCodec()
CODECS: Final[dict[str, Codec]] = {MSGPACK: MSGPACK_CODEC, JSON: JSON_CODEC}

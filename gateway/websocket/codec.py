"""The two codecs of the websocket: MessagePack in binary frames, JSON in text frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from protocol.closing import JSON, MSGPACK
from protocol.errors import Problem
from protocol.replies import Push, Reply
from protocol.requests import AnyRequest

Frame = Any
"""`bytes` for MessagePack, `str` for JSON, `msgspec.Raw` for a message of an array; sessions check which."""
UNREADABLE: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What decoding raises for bytes that are no message of the codec."""


class _Probe(msgspec.Struct, frozen=True):
    """Just enough of a bad message to answer it."""

    id: int


class Codec:
    """How messages become frames. Encoded messages may be shared between connections.

    `request` decodes one typed message; it raises `msgspec.ValidationError` for what is no
    request, and others of `UNREADABLE` for what is no message at all.
    """

    name: str
    text: bool

    def __init__(
        self,
        request: Callable[[Frame], AnyRequest],
        probe: Callable[[Frame], _Probe],
        messages: Callable[[Frame], list[msgspec.Raw]],
        encode: Callable[[Any], bytes],
    ) -> None:
        self.request = request
        self._probe = probe
        self._messages = messages
        self.encode = encode

    def split(self, frame: Frame) -> list[msgspec.Raw] | None:
        """The messages of an array, undecoded, or None when the frame is one message."""
        raise NotImplementedError

    def number(self, message: Frame) -> int | None:
        """The `id` of a message that is bad otherwise. Raises others of `UNREADABLE`."""
        try:
            return self._probe(message).id
        except msgspec.ValidationError:
            return None

    def accepted(self, number: int, body: msgspec.Raw) -> bytes:
        """A reply whose body is MessagePack already."""
        raise NotImplementedError

    def refused(self, number: int | None, refusal: Problem) -> bytes:
        """A reply that says no."""
        return self.encode(Reply(number, False, e=refusal))

    def push(self, push: Push, body: msgspec.Struct | None = None) -> bytes:
        """News, with its body."""
        if body is not None:
            push = msgspec.structs.replace(push, d=msgspec.Raw(self.encode(body)))
        return self.encode(push)

    def join(self, messages: Sequence[bytes]) -> bytes:
        """Several encoded messages as one frame; a single one stays as it is."""
        raise NotImplementedError


class MsgpackCodec(Codec):
    """MessagePack in binary frames: answers of sections pass through untouched."""

    name = MSGPACK
    text = False

    def __init__(self) -> None:
        super().__init__(
            msgspec.msgpack.Decoder(AnyRequest).decode,
            msgspec.msgpack.Decoder(_Probe).decode,
            msgspec.msgpack.Decoder(list[msgspec.Raw]).decode,
            msgspec.msgpack.Encoder().encode,
        )

    def split(self, frame: Frame) -> list[msgspec.Raw] | None:
        """Arrays are known by their first byte."""
        if frame and (frame[0] & 0xF0 == 0x90 or frame[0] in (0xDC, 0xDD)):
            return self._messages(frame)
        return None

    def accepted(self, number: int, body: msgspec.Raw) -> bytes:
        """The body's bytes are copied as they are."""
        return self.encode(Reply(number, True, body))

    def join(self, messages: Sequence[bytes]) -> bytes:
        """An array of up to 65,535 messages."""
        count = len(messages)
        if count == 1:
            return messages[0]
        header = bytes((0x90 | count,)) if count < 16 else b"\xdc" + count.to_bytes(2, "big")
        return header + b"".join(messages)


class JsonCodec(Codec):
    """JSON in text frames, for people and for browsers without MessagePack."""

    name = JSON
    text = True

    def __init__(self) -> None:
        super().__init__(
            msgspec.json.Decoder(AnyRequest).decode,
            msgspec.json.Decoder(_Probe).decode,
            msgspec.json.Decoder(list[msgspec.Raw]).decode,
            msgspec.json.Encoder().encode,
        )
        self._from_msgpack = msgspec.msgpack.Decoder().decode

    def split(self, frame: Frame) -> list[msgspec.Raw] | None:
        """Arrays are known by their first character."""
        return self._messages(frame) if frame.lstrip(" \t\r\n").startswith("[") else None

    def accepted(self, number: int, body: msgspec.Raw) -> bytes:
        """The body is written anew as JSON."""
        return self.encode(Reply(number, True, msgspec.Raw(self.transcode(body))))

    def transcode(self, body: msgspec.Raw) -> bytes:
        """A MessagePack body as JSON; bytes become base64."""
        return self.encode(self._from_msgpack(body))

    def join(self, messages: Sequence[bytes]) -> bytes:
        """A JSON array."""
        return messages[0] if len(messages) == 1 else b"[" + b",".join(messages) + b"]"


MSGPACK_CODEC: Final = MsgpackCodec()
JSON_CODEC: Final = JsonCodec()
CODECS: Final[dict[str, Codec]] = {MSGPACK: MSGPACK_CODEC, JSON: JSON_CODEC}

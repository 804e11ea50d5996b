"""Bytes to messages and back, in both subprotocols.

A frame holds one message or an array of messages, both ways.
"""

from __future__ import annotations

from typing import Final, Protocol, TypeVar, cast

import msgspec

from client.errors import ProtocolViolation
from client.options import Encoding
from protocol.closing import JSON, MSGPACK
from protocol.errors import Problem
from protocol.requests import AnyRequest

BodyT = TypeVar("BodyT")
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What decoding raises for bytes that are no message."""
_NO_BODY: Final[dict[Encoding, bytes]] = {"msgpack": b"\x80", "json": b"{}"}


class Message(msgspec.Struct, frozen=True):
    """Anything the server sends: a reply when `t` is absent, else a push."""

    t: str | None = None
    re: int | None = None
    ok: bool = False
    d: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    e: Problem | msgspec.UnsetType = msgspec.UNSET
    ch: str | None = None
    ep: str | None = None
    seq: int | None = None
    from_: int | None = msgspec.field(name="from", default=None)


class _Decoder(Protocol):
    def decode(self, buf: bytes | msgspec.Raw, /) -> object: ...


class Codec:
    """Encodes requests and decodes frames and bodies. Raises `ProtocolViolation` on what does not fit."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding: Final = encoding
        self.binary: Final = encoding == "msgpack"
        self.subprotocol: Final = MSGPACK if self.binary else JSON
        encoder = msgspec.msgpack.Encoder() if self.binary else msgspec.json.Encoder()
        self._encode = encoder.encode
        self._bodies: dict[type, _Decoder] = {}
        self._frames = self._decoder(Message | list[Message])

    def _decoder(self, kind: object) -> _Decoder:
        module = msgspec.msgpack if self.binary else msgspec.json
        return cast(_Decoder, module.Decoder(kind))

    def encode(self, request: AnyRequest) -> bytes:
        """One message as a frame's payload."""
        return self._encode(request)

    def messages(self, frame: bytes) -> list[Message]:
        """The messages of a frame, in order."""
        try:
            found = self._frames.decode(frame)
        except _UNREADABLE as error:
            raise ProtocolViolation(str(error)) from error
        return cast(list[Message], found) if isinstance(found, list) else [cast(Message, found)]

    def body(self, raw: msgspec.Raw | msgspec.UnsetType, kind: type[BodyT]) -> BodyT:
        """A message's `d` as `kind`; an absent one counts as empty."""
        decoder = self._bodies.get(kind)
        if decoder is None:
            decoder = self._bodies[kind] = self._decoder(kind)
        try:
            source = _NO_BODY[self.encoding] if raw is msgspec.UNSET else raw
            return cast(BodyT, decoder.decode(source))
        except _UNREADABLE as error:
            raise ProtocolViolation(str(error)) from error

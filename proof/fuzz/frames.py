"""The frame codecs: bytes of clients to requests, and bytes of servers to what a client makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any, Final

import msgspec

from client.codec import Codec as ClientCodec
from client.errors import ProtocolViolation
from gateway.websocket.codec import JSON_CODEC, MSGPACK_CODEC, UNREADABLE, Codec
from proof.fuzz.messages import REPLIES, REQUESTS
from proof.fuzz.spoiling import damaged, spoil
from proof.fuzz.target import Finding

SPOILED_AS_BYTES: Final = 0.2
_CLIENTS: Final = {False: ClientCodec("msgpack"), True: ClientCodec("json")}


class Frames:
    """Every input is tried as MessagePack and, where it is text, as JSON."""

    name = "frames"

    def seeds(self) -> Sequence[bytes]:
        """Each message alone and all of them in one frame, in both codecs."""
        values: list[Any] = [*REQUESTS, *REPLIES, list(REQUESTS), list(REPLIES)]
        return [encode(value) for value in values for encode in (msgspec.msgpack.encode, msgspec.json.encode)]

    def mutate(self, data: bytes, random: Random) -> bytes:
        """Another value in the same codec, or other bytes."""
        if random.random() < SPOILED_AS_BYTES:
            return damaged(data, random)
        codecs: list[Any] = [msgspec.msgpack, msgspec.json]
        random.shuffle(codecs)
        for codec in codecs:
            try:
                return bytes(codec.encode(spoil(codec.decode(data), random)))
            except (*UNREADABLE, TypeError, ValueError, OverflowError):
                continue
        return damaged(data, random)

    def run(self, data: bytes) -> Iterable[str]:
        """Whatever it is: requests, malformed messages, or a frame that cannot be read."""
        yield from _heard(MSGPACK_CODEC, data)
        yield _client_heard(data, text=False)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            yield "json: no text"
        else:
            yield from _heard(JSON_CODEC, text)
            yield _client_heard(data, text=True)


def _heard(codec: Codec, frame: bytes | str) -> Iterator[str]:
    kind = "json" if codec.text else "msgpack"
    try:
        messages = codec.split(frame)
        for message in [frame] if messages is None else messages:
            yield f"{kind}: {_message(codec, message)}"
    except UNREADABLE:
        yield f"{kind}: unreadable"


def _message(codec: Codec, message: Any) -> str:
    try:
        request = codec.request(message)
    except msgspec.ValidationError:
        return "malformed" if codec.number(message) is None else "malformed, with its id"
    written = codec.encode(request)
    again = codec.request(written.decode() if codec.text else written)
    if again != request:
        raise Finding(f"{request} was written as {written!r} and read as {again}")
    return str(request.__struct_config__.tag)


def _client_heard(data: bytes, *, text: bool) -> str:
    try:
        _CLIENTS[text].messages(data)
    except ProtocolViolation:
        return "client: a violation"
    return "client: understood"

"""Journal records as bytes: MessagePack of the tagged structs, and back."""

from __future__ import annotations

import msgspec

from engine.events import Record

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


def encode_record(record: Record) -> bytes:
    """The bytes to be stored; equal records give equal bytes."""
    return _encoder.encode(record)


def decode_record(data: bytes) -> Record:
    """The record that was stored. Raises `msgspec.DecodeError` (or its `ValidationError`)."""
    return _decoder.decode(data)

"""What the catalogue has to tell: records of one stream more, which is no section's.

The catalogue writes them in the same transaction as what they tell of, and the relay reads them
like all others. Records are for ever: add fields at the end.
"""

from __future__ import annotations

from typing import Final

import msgspec

from engine.catalogue import EventInfo

ANNOUNCEMENTS: Final = 0
"""The number of this stream; those of sections begin with 1."""


class EventPublished(msgspec.Struct, frozen=True, array_like=True, tag="published"):
    """An event is no draft any more: everybody may see it. `starts_ms` is Unix time."""

    event: str
    name: str
    organiser: str
    mode: str
    venue: str | None
    starts_ms: int | None


class Announcement(msgspec.Struct, frozen=True, array_like=True):
    """One record: what is told, and when it happened."""

    at_ms: int
    told: EventPublished


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Announcement)


def publication(event: EventInfo, at_ms: int) -> Announcement:
    """The record of an event that was published."""
    billing = event.billing
    return Announcement(
        at_ms,
        EventPublished(event.id, event.name, event.organiser, event.mode, billing.venue, billing.starts_ms),
    )


def encode_announcement(announcement: Announcement) -> bytes:
    """The bytes to be stored."""
    return _encoder.encode(announcement)


def decode_announcement(data: bytes) -> Announcement:
    """What was stored. Raises `msgspec.DecodeError`."""
    return _decoder.decode(data)

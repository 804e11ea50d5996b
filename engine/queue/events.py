"""What happened to a waiting room. Past tense; each event says enough to evolve state.

Members are named by their numbers, which count the joins of a room from 1 on; times are Unix
milliseconds.
"""

from __future__ import annotations

import msgspec

from engine.queue.terms import QueueTerms
from engine.refusals import Refusal


# None can be part of a reference cycle, so the collector need not walk thousands of them.
class RoomEvent(msgspec.Struct, frozen=True, array_like=True, gc=False, tag_field="kind"):
    """Root of all events; each subclass is tagged with its own name."""


class RoomCreated(RoomEvent, frozen=True, array_like=True, gc=False, tag="created"):
    """The first record of every room's journal."""

    event: str
    terms: QueueTerms


class RoomGathered(RoomEvent, frozen=True, array_like=True, gc=False, tag="gathered"):
    """People may join; the draw, if there will be one, is bound to `seed`, a secret until then."""

    seed: bytes


class ListFrozen(RoomEvent, frozen=True, array_like=True, gc=False, tag="frozen"):
    """Who is there now takes part in the draw, which is made at `draws_ms`."""

    list_hash: str
    draws_ms: int


class LineDrawn(RoomEvent, frozen=True, array_like=True, gc=False, tag="drawn"):
    """The draw is made and the room is open; the seed is no secret any more."""


class RoomOpened(RoomEvent, frozen=True, array_like=True, gc=False, tag="opened"):
    """The room is open."""


class RoomPaused(RoomEvent, frozen=True, array_like=True, gc=False, tag="paused"):
    """Nobody is let in for a while; `reason` is what people are told of why, empty for nothing."""

    reason: str = ""


class RoomResumed(RoomEvent, frozen=True, array_like=True, gc=False, tag="resumed"):
    """People are let in again."""


class RoomEnded(RoomEvent, frozen=True, array_like=True, gc=False, tag="ended"):
    """All who waited were sent home, because nothing is left or because the organiser said so."""

    sold_out: bool


class TermsSet(RoomEvent, frozen=True, array_like=True, gc=False, tag="terms"):
    """The terms changed from here on."""

    terms: QueueTerms


class MemberJoined(RoomEvent, frozen=True, array_like=True, gc=False, tag="joined"):
    """The record's principal has a place, or (`pass_expires_ms`) did not need to wait."""

    ticket: str
    number: int
    pass_expires_ms: int = 0


class MemberLeft(RoomEvent, frozen=True, array_like=True, gc=False, tag="left"):
    """A member gave up their place or gave back their pass."""

    number: int
    ticket: str


class PlacesLapsed(RoomEvent, frozen=True, array_like=True, gc=False, tag="lapsed"):
    """These members gave no sign of life for too long and lost their places."""

    numbers: tuple[int, ...]


class MembersAdmitted(RoomEvent, frozen=True, array_like=True, gc=False, tag="admitted"):
    """These members have a pass until `expires_ms`; `credit` is what is left to admit more.

    `by_hand`: the organiser let them in, whatever the credit.
    """

    numbers: tuple[int, ...]
    expires_ms: int
    credit: int
    by_hand: bool = False


class PassesExpired(RoomEvent, frozen=True, array_like=True, gc=False, tag="expired"):
    """The passes of these members ended by their time."""

    numbers: tuple[int, ...]


class PassRevoked(RoomEvent, frozen=True, array_like=True, gc=False, tag="revoked"):
    """A member's pass or place ended by the organiser's word."""

    number: int
    ticket: str


class MembersSeen(RoomEvent, frozen=True, array_like=True, gc=False, tag="seen"):
    """These members gave a sign of life."""

    numbers: tuple[int, ...]


class PressureSet(RoomEvent, frozen=True, array_like=True, gc=False, tag="pressure"):
    """`source` takes `level` thousandths of the rate away; 0 when it said nothing for too long."""

    source: str
    level: int


class StockSet(RoomEvent, frozen=True, array_like=True, gc=False, tag="stock"):
    """How many places of the event are free and how many are held."""

    free: int
    held: int


class RoomRefused(RoomEvent, frozen=True, array_like=True, gc=False, tag="refused"):
    """A refusal under an idempotency key: kept so that a retry gets the same answer."""

    refusal: Refusal


AnyRoomEvent = (
    RoomCreated
    | RoomGathered
    | ListFrozen
    | LineDrawn
    | RoomOpened
    | RoomPaused
    | RoomResumed
    | RoomEnded
    | TermsSet
    | MemberJoined
    | MemberLeft
    | PlacesLapsed
    | MembersAdmitted
    | PassesExpired
    | PassRevoked
    | MembersSeen
    | PressureSet
    | StockSet
    | RoomRefused
)


class RoomRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One journal record: the event, when it happened, and whose key it answers."""

    at_ms: int
    principal: str
    event: AnyRoomEvent
    idem: str | None = None
    fingerprint: bytes = b""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(RoomRecord)


def encode_room_record(record: RoomRecord) -> bytes:
    """The bytes to be stored; equal records give equal bytes."""
    return _encoder.encode(record)


def decode_room_record(data: bytes) -> RoomRecord:
    """The record that was stored. Raises `msgspec.DecodeError` (or its `ValidationError`)."""
    return _decoder.decode(data)

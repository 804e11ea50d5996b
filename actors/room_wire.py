"""What travels from waiting rooms to gateways: how the room stands, and what became of its members."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.queue.news import Admission, Departure
from engine.queue.waits import Tempo


class RoomHeader(msgspec.Struct, frozen=True, array_like=True):
    """How a room stands at one position. Times are Unix milliseconds, `pressure` thousandths.

    `turn` changes whenever people are let in at another pace by somebody's will: estimates of
    one turn may be compared. `left` is how many places of the event are free, if that is known.
    `opens_ms` is when the room opens by itself, `draws_ms` when a frozen list is drawn, and
    `paused_ms` since when nobody is let in, 0 if that is not known or not so; `pause_reason` is what is
    told of why.
    """

    phase: str
    sold_out: bool
    turn: int
    tempo: Tempo
    waiting: int
    active: int
    pressure: int
    left: int | None
    opens_ms: int
    draws_ms: int
    challenge_cost: int
    lined_up: bool
    paused_ms: int = 0
    pause_reason: str = ""


class WholeLine(msgspec.Struct, frozen=True, array_like=True):
    """All of a line: one bit a slot (`engine.queue.line.Line.bits`), and the tickets of void passes."""

    bits: bytes
    last: int
    void: tuple[tuple[str, int], ...]


class RoomChanges(msgspec.Struct, frozen=True, array_like=True):
    """What became durable in a room after `from_seq`, up to and including `seq`, in order.

    When the room does not remember `from_seq`, or the line is another one now, `whole` has the
    line and the other lists are empty.
    """

    stream: int
    history: str
    from_seq: int
    seq: int
    header: RoomHeader
    joined: tuple[bool, ...] = ()
    admitted: tuple[Admission, ...] = ()
    departed: tuple[Departure, ...] = ()
    whole: WholeLine | None = None


room_changes_decoder: Final[msgspec.msgpack.Decoder[RoomChanges | None]] = msgspec.msgpack.Decoder(
    RoomChanges | None
)

"""Who waits and who was let in, as a room remembers them: frozen, replaced when they change."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from engine.queue.events import AnyRoomEvent


class Ending(IntEnum):
    """How a place or a pass ended. Numbers are stored in snapshots: never renumber."""

    LEFT = 1
    LAPSED = 2
    EXPIRED = 3
    REVOKED = 4
    SOLD_OUT = 5
    CLOSED = 6


class Member(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Somebody with a place (`place` 0: not drawn yet) or, once `pass_expires_ms` is set, a pass."""

    number: int
    ticket: str
    principal: str
    place: int = 0
    pass_expires_ms: int = 0

    @property
    def waits(self) -> bool:
        """Whether they are still to be let in."""
        return not self.pass_expires_ms

    @property
    def slot(self) -> int:
        """Where they stand in the line, which until the draw is in the order of joining."""
        return self.place or self.number


class Former(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of a member who is none any more, so that they can be told why."""

    principal: str
    ticket: str
    at_ms: int
    ending: Ending


class Draw(msgspec.Struct, frozen=True, array_like=True):
    """The frozen list in the order of joining; `places`, parallel to it, once the draw is made.

    `list_hash` is empty while no list was frozen, `drawn_ms` 0 until the draw is made.
    """

    tickets: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    list_hash: str = ""
    draws_ms: int = 0
    places: tuple[int, ...] = ()
    drawn_ms: int = 0


class Pressure(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one source takes away of the rate, in thousandths, and when it said so."""

    source: str
    level: int
    at_ms: int


class Pace(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One batch of admissions: how many, and how long their turn took."""

    count: int
    elapsed_ms: int


class KeyOutcome(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The first answer under an idempotency key: the event and its journal position."""

    principal: str
    idem: str
    fingerprint: bytes
    at_ms: int
    seq: int
    event: AnyRoomEvent

"""What a record changed for those who wait, and for those who let them in."""

from __future__ import annotations

import msgspec

from engine.queue.members import Ending


class Admission(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Somebody has a pass; `slot` is where they stood in the line."""

    slot: int
    ticket: str
    principal: str
    expires_ms: int


class Departure(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Somebody's place (`slot`) ended, or (`slot` 0) their pass."""

    slot: int
    ticket: str
    principal: str
    ending: Ending
    pass_expires_ms: int = 0


class News(msgspec.Struct, frozen=True, array_like=True):
    """`joined` has an item for each slot that was added: whether somebody waits there.

    `anew`: the line is another one now, forget the one you knew.
    """

    joined: tuple[bool, ...] = ()
    admitted: tuple[Admission, ...] = ()
    departed: tuple[Departure, ...] = ()
    anew: bool = False


NOTHING = News()

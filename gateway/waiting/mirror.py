"""A gateway's copy of a waiting room's line: who is where without asking for each."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from actors.room_feed import VOIDING
from actors.room_wire import RoomChanges, RoomHeader
from engine.queue.line import Line

UNKNOWN: Final = -1


class RoomMirror:
    """The line of one room as of its journal's `seq`; `header` is None until something is known."""

    def __init__(self) -> None:
        self.seq = UNKNOWN
        self.header: RoomHeader | None = None
        self._line = Line()
        self._void: OrderedDict[str, int] = OrderedDict()

    def apply(self, changes: RoomChanges) -> bool:
        """Take over what became durable; True when the line is another one now."""
        self.seq, self.header = changes.seq, changes.header
        if changes.whole is not None:
            self._line = Line.from_bits(changes.whole.bits, changes.whole.last)
            self._void = OrderedDict(changes.whole.void)
            return True
        for taken in changes.joined:
            self._line.append(taken)
        for slot in [*(each.slot for each in changes.admitted), *(each.slot for each in changes.departed)]:
            if self._line.taken(slot):
                self._line.leave(slot)
        for each in changes.departed:
            if each.pass_expires_ms and each.ending in VOIDING:
                self._void[each.ticket] = each.pass_expires_ms
        return False

    def position(self, slot: int) -> int | None:
        """How many wait up to and including this slot; None while places are not known."""
        if self.header is None or not self.header.lined_up or not self._line.taken(slot):
            return None
        return self._line.position(slot)

    def has_left(self, slot: int) -> bool:
        """Whether it is known here that nobody waits at this slot any more."""
        return 0 < slot <= self._line.last and not self._line.taken(slot)

    def is_void(self, ticket: str) -> bool:
        """Whether this ticket's pass ended before its time."""
        return ticket in self._void

    def void(self, ticket: str, expires_ms: int) -> None:
        """A pass was just ended from here; the news of it is on its way."""
        self._void[ticket] = expires_ms

    def forget(self, now_ms: int) -> None:
        """Passes whose own time is over need not be remembered."""
        while self._void and next(iter(self._void.values())) <= now_ms:
            self._void.popitem(last=False)

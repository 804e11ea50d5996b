"""Which slots can be taken now, and low-water marks that make finding the best of them cheap.

Everything here is derived from the section's state and changes no outcome: a mark only
remembers that nothing before it can fit, but for the windows that changes have revived since.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from heapq import heappop, heappush

from engine.layout import SectionLayout
from engine.windows import Filter, WindowOrder, Windows

CLOSED = 0
OPEN = 1
CHANNEL_ONLY = 2
_LADDERS_MAX = 32
_LOG_MAX = 65_536
_CATCH_UP_MAX = 2048

Channels = frozenset[str]


class Mark:
    """How far down a window order everything is known to be unsuitable, but for what came back.

    Before `position` only the windows in `revived` (a heap of positions, each once) can suit:
    a release near the best end does not make all behind it be looked at again.
    """

    __slots__ = ("_members", "position", "revived")

    def __init__(self) -> None:
        self.position = 0
        self.revived: list[int] = []
        self._members: set[int] = set()

    def revive(self, position: int) -> None:
        """A window before the mark has become suitable again."""
        if position < self.position and position not in self._members:
            self._members.add(position)
            heappush(self.revived, position)

    def drop_first(self) -> None:
        """Take the best revived window away."""
        self._members.remove(heappop(self.revived))


class Ladder:
    """One window order and what is known of it.

    `fits` marks windows that can be taken, `calm` those that can be taken without leaving a
    single seat alone. `seen` is how much of the change log both marks reflect.
    """

    __slots__ = ("calm", "channels", "fits", "order", "seen")

    def __init__(self, order: WindowOrder, channels: Channels, seen: int) -> None:
        self.order = order
        self.channels = channels
        self.start_over(seen)

    def start_over(self, seen: int) -> None:
        """Forget what is known: everything may suit."""
        self.fits = Mark()
        self.calm = Mark()
        self.seen = seen


class Availability:
    """By slot: CLOSED, OPEN to everybody, or CHANNEL_ONLY. `changes` counts all changes so far."""

    def __init__(self, layout: SectionLayout, channel_of: Callable[[int], str | None]) -> None:
        self.windows = Windows(layout)
        self._slot_of = self.windows.slot_of
        self.slots = bytearray(self.windows.slots)
        for slot in self._slot_of:
            self.slots[slot] = OPEN
        self.changes = 0
        self._log: list[int] = []
        self._log_start = 0
        self._ladders: OrderedDict[tuple[Filter, Channels], Ladder] = OrderedDict()
        self._channel_of = channel_of

    def put(self, seat: int, value: int) -> None:
        """Say what a seat is from now on. The only writer of slots."""
        slot = self._slot_of[seat]
        self.slots[slot] = value
        self.changes += 1
        self._log.append(slot)
        if len(self._log) > _LOG_MAX:
            self._log_start += len(self._log)
            self._log.clear()

    def best(self, wanted: Filter, channels: Channels, *, calm: bool) -> int | None:
        """The best window that fits, as its first slot; `calm`: that leaves no single seat alone."""
        ladder = self._ladder(wanted, channels)
        starts, qty = ladder.order.starts, wanted.qty
        mark = ladder.calm if calm else ladder.fits
        while mark.revived:
            start = starts[mark.revived[0]]
            if self._suits(start, qty, channels, calm=calm):
                return start
            mark.drop_first()
        slots, position, count = self.slots, mark.position, len(starts)
        # Most windows fall at their first byte or two: the whole test is for those that may pass.
        open_all = b"\x01" * qty
        while position < count:
            start = starts[position]
            if (channels or slots[start : start + qty] == open_all) and self._suits(
                start, qty, channels, calm=calm
            ):
                break
            position += 1
        mark.position = position
        return starts[position] if position < count else None

    def several(self, wanted: Filter, channels: Channels, count: int) -> list[int]:
        """The best `count` windows that fit (fewer when there are no more), as their first slots."""
        ladder = self._ladder(wanted, channels)
        starts, mark = ladder.order.starts, ladder.fits
        found: list[int] = []
        while mark.revived and len(found) < count:
            position = mark.revived[0]
            mark.drop_first()
            if self.fits(starts[position], wanted.qty, channels):
                found.append(position)
        # The mark moves on over windows that fit too: being found again keeps them known.
        while mark.position < len(starts) and len(found) < count:
            if self.fits(starts[mark.position], wanted.qty, channels):
                found.append(mark.position)
            mark.position += 1
        for position in found:
            mark.revive(position)
        return [starts[position] for position in found]

    def fits(self, start: int, qty: int, channels: Channels) -> bool:
        """Whether all of a window can be taken by a caller with these channels."""
        window = self.slots[start : start + qty]
        if window == b"\x01" * qty:
            return True
        return bool(channels) and all(
            value == OPEN
            or (value == CHANNEL_ONLY and self._channel_of(self.windows.seat_of[slot]) in channels)
            for slot, value in enumerate(window, start)
        )

    def leaves_single(self, start: int, qty: int) -> bool:
        """Whether taking a window would leave one free seat alone beside it."""
        slots, after = self.slots, start + qty
        return bool((slots[start - 1] and not slots[start - 2]) or (slots[after] and not slots[after + 1]))

    def _suits(self, start: int, qty: int, channels: Channels, *, calm: bool) -> bool:
        return self.fits(start, qty, channels) and not (calm and self.leaves_single(start, qty))

    def _ladder(self, wanted: Filter, channels: Channels) -> Ladder:
        key = (wanted, channels)
        ladder = self._ladders.get(key)
        if ladder is None:
            ladder = Ladder(self.windows.order(wanted), channels, self.changes)
            self._ladders[key] = ladder
            if len(self._ladders) > _LADDERS_MAX:
                self._ladders.popitem(last=False)
        else:
            self._ladders.move_to_end(key)
            if ladder.seen != self.changes:
                self._catch_up(ladder)
        return ladder

    def _catch_up(self, ladder: Ladder) -> None:
        """Revive windows that became good since the marks were last right."""
        missed = self.changes - ladder.seen
        if missed > _CATCH_UP_MAX or ladder.seen < self._log_start:
            ladder.start_over(self.changes)
            return
        place, qty = ladder.order.place, ladder.order.qty
        # A window's answer depends on its slots and on two more at either side.
        for slot in self._log[len(self._log) - missed :]:
            for start in range(max(slot - qty - 1, 1), min(slot + 3, len(place))):
                if place[start] >= 0 and self.fits(start, qty, ladder.channels):
                    ladder.fits.revive(place[start])
                    if not self.leaves_single(start, qty):
                        ladder.calm.revive(place[start])
        ladder.seen = self.changes

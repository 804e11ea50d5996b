"""Which slots can be taken now, and low-water marks that make finding the best of them cheap.

Everything here is derived from the section's state and changes no outcome: a mark only
remembers that nothing before it can fit, and every change of a slot moves it back as needed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from itertools import islice

from engine.layout import SectionLayout
from engine.windows import Filter, WindowOrder, Windows

CLOSED = 0
OPEN = 1
CHANNEL_ONLY = 2
_LADDERS_MAX = 32
_LOG_MAX = 65_536
_CATCH_UP_MAX = 512

Channels = frozenset[str]


class Ladder:
    """One window order and how far down it everything is known to be gone.

    No window before `fits` can be taken; none before `calm` can be taken without leaving a
    single seat alone. `seen` is how much of the change log both marks reflect.
    """

    __slots__ = ("calm", "channels", "fits", "order", "seen")

    def __init__(self, order: WindowOrder, channels: Channels, seen: int) -> None:
        self.order = order
        self.channels = channels
        self.fits = 0
        self.calm = 0
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
        starts = ladder.order.starts
        position = max(ladder.fits, ladder.calm) if calm else ladder.fits
        # The window test of `fits`, written out where it runs most: nobody with a channel asks.
        if not channels and not calm:
            slots, qty = self.slots, wanted.qty
            taken = b"\x01" * qty
            while position < len(starts):
                start = starts[position]
                if slots[start : start + qty] == taken:
                    break
                position += 1
        else:
            while position < len(starts) and not self._suits(
                starts[position], wanted.qty, channels, calm=calm
            ):
                position += 1
        if calm:
            ladder.calm = position
        else:
            ladder.fits = position
        return starts[position] if position < len(starts) else None

    def fitting(self, wanted: Filter, channels: Channels) -> Iterator[int]:
        """All windows that fit, best first, as their first slots. Take only as many as needed."""
        ladder = self._ladder(wanted, channels)
        if self.best(wanted, channels, calm=False) is not None:
            for start in islice(ladder.order.starts, ladder.fits, None):
                if self.fits(start, wanted.qty, channels):
                    yield start

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
        """Move the marks back over windows that became good since they were last right."""
        missed = self.changes - ladder.seen
        if missed > _CATCH_UP_MAX or ladder.seen < self._log_start:
            ladder.fits = ladder.calm = 0
        else:
            place, qty = ladder.order.place, ladder.order.qty
            # A window's answer depends on its slots and on two more at either side.
            for slot in self._log[len(self._log) - missed :]:
                for start in range(max(slot - qty - 1, 1), min(slot + 3, len(place))):
                    position = place[start]
                    if 0 <= position < max(ladder.fits, ladder.calm):
                        self._revive(ladder, start, position)
        ladder.seen = self.changes

    def _revive(self, ladder: Ladder, start: int, position: int) -> None:
        qty = ladder.order.qty
        if self.fits(start, qty, ladder.channels):
            ladder.fits = min(ladder.fits, position)
            if not self.leaves_single(start, qty):
                ladder.calm = min(ladder.calm, position)

"""What a section tells the world: its durable changes, in order, and nothing earlier.

The feed keeps its own copy of the public statuses as of the last commit, because the
section's state runs ahead of what is durable.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import msgspec

from actors.watchers import Watchers
from actors.wire import Changes
from engine.causes import Causes
from engine.views import packed_status


class Change(msgspec.Struct, frozen=True, array_like=True):
    """What one record changed: `(ordinal, status)` of seats, `(index, free)` of areas, the waitlist.

    `rests_on` are records of other streams, as (stream, number).
    """

    seats: tuple[tuple[int, int], ...] = ()
    areas: tuple[tuple[int, int], ...] = ()
    waitlist: bool = False
    rests_on: Causes = ()


NOTHING = Change()


class Feed:
    """The durable statuses of one section and its latest changes (at most `kept_max` records)."""

    def __init__(self, stream: int, history: str, kept_max: int) -> None:
        """An empty feed; `reset` gives it its first position."""
        self.stream = stream
        self.history = history
        self.seq = 0
        self.counts = (0, 0, 0)
        self.waitlist_seq = 0
        self._statuses = bytearray()
        self._areas: list[int] = []
        self._causes: dict[int, int] = {}
        self._kept: deque[Change] = deque(maxlen=kept_max)
        self._watchers = Watchers()

    def reset(
        self, seq: int, statuses: bytes | bytearray, areas: Sequence[int], counts: tuple[int, int, int]
    ) -> None:
        """Start from a recovered state."""
        self.seq = self.waitlist_seq = seq
        self.counts = counts
        self._statuses = bytearray(statuses)
        self._areas = list(areas)
        self._kept.clear()

    @property
    def watched(self) -> bool:
        """Whether a gateway is waiting for news right now."""
        return bool(self._watchers)

    def publish(self, changes: Sequence[Change], counts: tuple[int, int, int]) -> None:
        """Show what a commit made durable: one change for each of its records, in order."""
        for seq, change in enumerate(changes, self.seq + 1):
            if change.waitlist:
                self.waitlist_seq = seq
            for ordinal, status in change.seats:
                self._statuses[ordinal] = status
            for area, free in change.areas:
                self._areas[area] = free
            _rest(self._causes, change.rests_on)
        self._kept.extend(changes)
        self.seq += len(changes)
        self.counts = counts
        self._watchers.wake()

    def close(self) -> None:
        """Let everybody who waits go with what there is."""
        self._watchers.wake()

    async def wait(self, after_seq: int, timeout_s: float) -> Changes:
        """Changes after `after_seq`: at once if there are any, else when the next commit comes.

        Answers with `seq == after_seq` when nothing happened in `timeout_s`.
        """
        if after_seq == self.seq:
            await self._watchers.wait(timeout_s)
        return self.since(after_seq)

    def since(self, after_seq: int) -> Changes:
        """Changes after `after_seq`, conflated; the whole status when they are not kept any more."""
        first_kept = self.seq - len(self._kept)
        if not first_kept <= after_seq <= self.seq:
            return self._whole()
        seats: dict[int, int] = {}
        areas: dict[int, int] = {}
        causes: dict[int, int] = {}
        # The kept changes are consecutive, so the wanted tail is counted, not searched.
        for offset in range(len(self._kept) - (self.seq - after_seq), len(self._kept)):
            seats.update(self._kept[offset].seats)
            areas.update(self._kept[offset].areas)
            _rest(causes, self._kept[offset].rests_on)
        return Changes(
            stream=self.stream,
            history=self.history,
            from_seq=after_seq,
            seq=self.seq,
            seats=tuple(seats.items()),
            areas=tuple(areas.items()),
            counts=self.counts,
            waitlist_seq=self.waitlist_seq,
            rests_on=tuple(causes.items()),
        )

    def _whole(self) -> Changes:
        return Changes(
            stream=self.stream,
            history=self.history,
            from_seq=-1,
            seq=self.seq,
            seats=(),
            areas=tuple(enumerate(self._areas)),
            counts=self.counts,
            packed=packed_status(self._statuses),
            waitlist_seq=self.waitlist_seq,
            rests_on=tuple(self._causes.items()),
        )


def _rest(causes: dict[int, int], more: Causes) -> None:
    """What rests on these too; of each stream the newest record counts, whichever was told first."""
    for stream, seq in more:
        causes[stream] = max(seq, causes.get(stream, 0))

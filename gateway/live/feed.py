"""The live map of one section: its packed status, its latest deltas, and frames made once for all.

A delta holds last statuses, not steps, so that one that overlaps what a client knows
already does no harm, and several merge into one by taking the later status of each seat.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from actors.wire import Changes
from engine.causes import Causes
from engine.layout import SectionLayout
from gateway.settings import GatewaySettings
from gateway.websocket.codec import Codec
from gateway.websocket.frames import Frames
from protocol.replies import Push, ResetNotice, SeatsDelta, SeatsSnapshot

STATUS_LETTERS: Final = "fhsb"
RESTING_MAX: Final = 64
"""So many of the latest deltas that rest on other streams are looked at: what they rest on comes soon."""
UNKNOWN: Final = -1
"""The position of a feed that has heard nothing yet."""


class Watcher(Protocol):
    """Who wants to know that a feed moved."""

    def news(self) -> None:
        """The feed has moved; called on the loop."""


class Delta(msgspec.Struct, frozen=True):
    """Last statuses by ordinal, free places by area index, after `from_seq` up to `seq`.

    `rests_on` are records of other streams, as (stream, number).
    """

    from_seq: int
    seq: int
    seats: tuple[tuple[int, int], ...]
    areas: tuple[tuple[int, int], ...]
    rests_on: Causes = ()


class SectionFeed:
    """What the gateway knows of one section. `seq` is `UNKNOWN` until the first news came."""

    def __init__(
        self, event: str, section: str, stream: int, layout: SectionLayout, settings: GatewaySettings
    ) -> None:
        self.channel = f"{event}/{section}"
        self.section = section
        self.stream = stream
        self.history = ""
        self.seq = UNKNOWN
        self.counts = (0, 0, 0)
        self.waitlist_seq = 0
        self.watchers: dict[Watcher, None] = {}
        self._labels = layout.labels
        self._area_names = layout.area_names
        self._packed = bytearray()
        self._areas: dict[int, int] = {}
        self._ring: deque[Delta] = deque()
        self._ring_changes = 0
        self._resting: deque[Delta] = deque(maxlen=RESTING_MAX)
        self._deltas_max = settings.feed_ring_deltas
        self._changes_max = settings.feed_ring_changes
        self.frames = Frames()

    @property
    def position(self) -> tuple[str, int]:
        """`[ep, seq]` of the newest status known here."""
        return self.history, self.seq

    def apply(self, changes: Changes) -> None:
        """Take news of the section and tell the watchers. News of the past is ignored."""
        if changes.history == self.history and changes.seq < self.seq:
            return  # also a whole status may come late, from an owner that was replaced
        if changes.packed is not None:
            self._replace(changes, changes.packed)
        elif changes.history != self.history or changes.from_seq > self.seq:
            # Nothing can be built on; the next question asks for the whole status.
            self.seq = UNKNOWN
            return
        elif changes.seq > self.seq:
            self._advance(changes)
        else:
            return
        self.waitlist_seq = changes.waitlist_seq
        self.frames.clear()
        for watcher in tuple(self.watchers):
            watcher.news()

    def _replace(self, changes: Changes, packed: bytes) -> None:
        self.history, self.seq, self.counts = changes.history, changes.seq, changes.counts
        self._packed = bytearray(packed)
        self._areas = dict(changes.areas)
        self._ring.clear()
        self._ring_changes = 0
        self._resting.clear()
        if changes.rests_on:
            self._resting.append(Delta(UNKNOWN, self.seq, (), (), changes.rests_on))

    def _advance(self, changes: Changes) -> None:
        packed = self._packed
        for ordinal, status in changes.seats:
            shift = (ordinal & 1) << 2
            packed[ordinal >> 1] = packed[ordinal >> 1] & (0xF0 >> shift) | status << shift
        self._areas.update(changes.areas)
        delta = Delta(self.seq, changes.seq, changes.seats, changes.areas, changes.rests_on)
        self._ring.append(delta)
        if delta.rests_on:
            self._resting.append(delta)
        self._ring_changes += len(changes.seats) + len(changes.areas)
        self.seq, self.counts = changes.seq, changes.counts
        while len(self._ring) > self._deltas_max or self._ring_changes > self._changes_max:
            dropped = self._ring.popleft()
            self._ring_changes -= len(dropped.seats) + len(dropped.areas)

    @property
    def rests(self) -> bool:
        """Whether anything that came lately rests on records of other streams."""
        return bool(self._resting)

    def up_to(self, reached: Mapping[int, int]) -> int:
        """The newest position with nothing before it that rests on more than these streams have reached.

        Streams that are not named do not count. `UNKNOWN` where there is no such position.
        """
        for delta in self._resting:
            if any(reached.get(stream, seq) < seq for stream, seq in delta.rests_on):
                return delta.from_seq
        return self.seq

    def forget_causes(self) -> None:
        """Whatever came so far is to rest on nothing more: who has it does not tell of it."""
        self._resting.clear()

    def reaches(self, position: tuple[str, int]) -> bool:
        """Whether deltas lead from `position` to the newest status."""
        history, seq = position
        if history != self.history or self.seq == UNKNOWN:
            return False
        return seq == self.seq or (bool(self._ring) and self._ring[0].from_seq <= seq < self.seq)

    def delta_frame(self, codec: Codec, from_seq: int, to_seq: int) -> bytes:
        """The message that leads from `from_seq`, which this feed reaches, to its position `to_seq`."""
        key = codec.name, from_seq, to_seq
        frame = self.frames.get(key)
        if frame is None:
            push = Push("seats.delta", self.channel, self.history, to_seq, from_seq)
            frame = self.frames.keep(key, codec.push(push, self.merged(from_seq, to_seq)))
        return frame

    def merged(self, from_seq: int, to_seq: int) -> SeatsDelta:
        """The last statuses of all that changed after `from_seq`, which this feed reaches, up to `to_seq`."""
        seats: dict[int, int] = {}
        areas: dict[int, int] = {}
        for delta in self._ring:
            if from_seq < delta.seq <= to_seq:
                seats.update(delta.seats)
                areas.update(delta.areas)
        labels, names = self._labels, self._area_names
        return SeatsDelta(
            (
                *[(labels[ordinal], STATUS_LETTERS[status]) for ordinal, status in seats.items()],
                *[(names[area], free) for area, free in areas.items()],
            )
        )

    def snapshot_frame(self, codec: Codec) -> bytes:
        """The message with the whole status."""
        frame = self.frames.get((codec.name, UNKNOWN))
        if frame is None:
            push = Push("seats.snapshot", self.channel, self.history, self.seq)
            frame = self.frames.keep((codec.name, UNKNOWN), codec.push(push, self.snapshot()))
        return frame

    def snapshot(self) -> SeatsSnapshot:
        """The whole status."""
        return SeatsSnapshot(
            bytes(self._packed), {self._area_names[area]: free for area, free in self._areas.items()}
        )

    def statuses(self) -> tuple[bytes, dict[int, int]]:
        """The packed status, and free places by area index."""
        return bytes(self._packed), dict(self._areas)

    def reset_frame(self, codec: Codec, reason: ResetNotice) -> bytes:
        """The message that voids what a client knew of this channel."""
        return codec.push(Push("reset", self.channel), reason)

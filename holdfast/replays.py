"""Journals replayed with every step examined, whatever their streams are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.catalogue import QUEUE
from engine.invariants import Breach
from engine.journal import StoredRecord, StreamSource
from engine.layout import SectionLayout
from engine.plans.canonical import parse_canonical
from engine.queue.events import decode_room_record
from engine.queue.replay import replay_room
from engine.queue.snapshot import restore_room, room_digest
from engine.queue.state import RoomState
from engine.record_codec import decode_record
from engine.replay import replay
from engine.snapshot import digest, restore
from engine.state import SectionState
from engine.transitions import Phase
from engine.views import counts
from proof.auditor import Auditor


class Replay(Protocol):
    """One stream's state as its records give it. Decoding raises `msgspec.MsgspecError`."""

    @property
    def seq(self) -> int:
        """The number of the last record that was applied."""

    @property
    def held_and_sold(self) -> tuple[int, int]:
        """Seats and places."""

    @property
    def bookings(self) -> Mapping[str, int]:
        """The orders that stand booked, with their price in minor units."""

    def take(self, page: Sequence[StoredRecord]) -> list[Breach]:
        """Apply further records; what they break."""

    def digest(self) -> str:
        """The digest of the state."""

    def digest_of(self, snapshot: bytes) -> str:
        """The digest of the state that a snapshot restores."""


class SectionReplay:
    """A section's journal; the auditor beside the replay shares no code with it."""

    def __init__(self, source: StreamSource) -> None:
        self._auditor = Auditor(source)
        self._layout = SectionLayout(parse_canonical(source.plan), source.section)
        self._state = SectionState(self._layout)

    @property
    def seq(self) -> int:
        """The number of the last record that was applied."""
        return self._state.seq

    @property
    def held_and_sold(self) -> tuple[int, int]:
        """Seats and places."""
        return counts(self._state)[1:]

    @property
    def bookings(self) -> Mapping[str, int]:
        """The orders that stand booked, with their price in minor units."""
        orders = self._state.orders.values()
        return {order.id: order.amount for order in orders if order.phase is Phase.BOOKED}

    def take(self, page: Sequence[StoredRecord]) -> list[Breach]:
        """Apply further records; what they break, of the invariants and of the auditor's rules."""
        for stored in page:
            self._auditor.take(stored)
        audited = [Breach(each.rule, each.detail, each.seq) for each in self._auditor.breaches]
        records = [(stored.seq, decode_record(stored.data)) for stored in page]
        self._state, breaches = replay(self._layout, records, self._state)
        return breaches + audited

    def digest(self) -> str:
        """The digest of the state."""
        return digest(self._state)

    def digest_of(self, snapshot: bytes) -> str:
        """The digest of the state that a snapshot restores."""
        return digest(restore(self._layout, snapshot))


class RoomReplay:
    """A waiting room's journal."""

    held_and_sold = (0, 0)

    def __init__(self) -> None:
        self.bookings: Mapping[str, int] = {}
        self._state = RoomState()

    @property
    def seq(self) -> int:
        """The number of the last record that was applied."""
        return self._state.seq

    def take(self, page: Sequence[StoredRecord]) -> list[Breach]:
        """Apply further records; what they break."""
        records = [(stored.seq, decode_room_record(stored.data)) for stored in page]
        self._state, breaches = replay_room(records, self._state)
        return breaches

    def digest(self) -> str:
        """The digest of the state."""
        return room_digest(self._state)

    def digest_of(self, snapshot: bytes) -> str:
        """The digest of the state that a snapshot restores."""
        return room_digest(restore_room(snapshot))


def replay_of(source: StreamSource) -> Replay:
    """An empty state for the journal of this stream."""
    return RoomReplay() if source.section == QUEUE else SectionReplay(source)

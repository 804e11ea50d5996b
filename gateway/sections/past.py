"""A section as it was: its journal replayed up to a record or a time, from the newest snapshot before it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Final

import msgspec

from engine.events import Record
from engine.evolve import evolve
from engine.journal import JournalCorrupt, StoredSnapshot
from engine.layout import SectionLayout
from engine.snapshot import digest, restore
from engine.state import SectionState
from gateway.sections.archive import Journals, records_after

RECORDS_MAX: Final = 50_000
"""Records that are replayed for one request, of all sections that it asks for together."""
SEQ_MAX: Final = 1 << 53
"""Beyond any record, and still exact in JSON."""


class TooLong(Exception):
    """More records lie between the nearest snapshot and that moment than one request may replay."""


class Moment(msgspec.Struct, frozen=True):
    """Up to which record, and up to which time in Unix milliseconds; both, if both are given."""

    seq: int = SEQ_MAX
    at_ms: int = SEQ_MAX

    def has(self, seq: int, at_ms: int) -> bool:
        """Whether a record of this number and time is before it, or just then."""
        return seq <= self.seq and at_ms <= self.at_ms


class Replayer:
    """Replays sections for one request, within what one request may cost."""

    def __init__(self, journals: Journals, moment: Moment) -> None:
        self._journals = journals
        self._moment = moment
        self._left = RECORDS_MAX

    async def state(self, layout: SectionLayout, stream: int) -> SectionState:
        """The section as it was; at `seq` 0 it was not there yet. Raises `TooLong` and `StorageError`."""
        state = await self._nearest(layout, stream)
        # One more than may be replayed: the one that is not, but says whether that was the end.
        async with aclosing(records_after(self._journals, stream, state.seq, self._left + 1)) as records:
            async for seq, record in records:
                if not self._applied(state, seq, record):
                    break
        return state

    def _applied(self, state: SectionState, seq: int, record: Record) -> bool:
        if not self._moment.has(seq, record.at_ms):
            return False
        if self._left == 0:
            raise TooLong
        self._left -= 1
        evolve(state, record)
        return True

    async def _nearest(self, layout: SectionLayout, stream: int) -> SectionState:
        """The section as the newest sound snapshot before the moment has it, or before its first record."""
        for snapshot in await self._snapshots(stream):
            if snapshot.seq > self._moment.seq:
                continue
            # In a thread: a large one would keep everybody waiting.
            state = await asyncio.to_thread(_restored, layout, snapshot)
            if state is not None and self._moment.has(state.seq, state.at_ms):
                return state
        return SectionState(layout)

    async def _snapshots(self, stream: int) -> list[StoredSnapshot]:
        """Those that are kept, newest first; none where one is damaged: they save time and are not needed."""
        try:
            return await self._journals.snapshots(stream)
        except JournalCorrupt:
            return []


def _restored(layout: SectionLayout, snapshot: StoredSnapshot) -> SectionState | None:
    """The state of a snapshot; None of one that is not what it says: the journal is the truth."""
    try:
        state = restore(layout, snapshot.data)
    except (msgspec.DecodeError, ValueError):
        return None
    return state if state.seq == snapshot.seq and digest(state) == snapshot.digest else None

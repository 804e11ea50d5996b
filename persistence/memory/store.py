"""The section store in memory: the same promises as PostgreSQL's, within one process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from engine.journal import (
    JournalCorrupt,
    Lease,
    StorageUnavailable,
    StoredRecord,
    StoredSnapshot,
    StreamSource,
)
from persistence.checksum import record_checksum
from persistence.memory.database import MemoryDatabase, MemoryRecord, MemoryStream

SNAPSHOTS_KEPT = 2


class MemorySectionStore:
    """A section store on a shared `MemoryDatabase`.

    When a new owner ends this store's connections the next call raises
    `StorageUnavailable`, once, and the one after that sees the lease as it is now.
    """

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._owner = ""
        self._endings_seen = 0
        self._closed = False

    async def source(self, stream: int) -> StreamSource:
        """What the stream sells. Raises `StreamUnknown`."""
        return (await self._stream(stream)).source

    async def take_over(self, stream: int, owner: str) -> Lease:
        """End the previous owner's connections, then take the lease with a newer epoch."""
        found = await self._stream(stream)
        if found.owner not in ("", self._owner):
            self._database.end_connections(found.owner)
        self._owner = owner
        self._endings_seen = self._database.endings(owner)
        found.owner = owner
        found.lease = Lease(stream, found.lease.epoch + 1, found.lease.next_seq)
        return found.lease

    async def append(
        self, stream: int, epoch: int, first_seq: int, at_ms: int, records: Sequence[bytes]
    ) -> bool:
        """Make one or more records durable; False: another epoch or another next number is stored."""
        if not records:
            raise ValueError("an append without records cannot be told from a fenced one")
        found = await self._stream(stream)
        if found.lease != Lease(stream, epoch, first_seq):
            return False
        self._database.write(found, at_ms, list(records))
        if self._database.lost_replies:
            self._database.lost_replies -= 1
            raise StorageUnavailable("the reply was lost")
        return True

    async def position(self, stream: int) -> Lease:
        """The lease as it is stored now. Raises `StreamUnknown`."""
        return (await self._stream(stream)).lease

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Up to `limit` records after `after_seq`, in order and without a gap.

        Raises `JournalCorrupt` and `StreamUnknown`.
        """
        found = await self._stream(stream)
        rows = [row for row in found.records[after_seq : after_seq + limit] if row.seq > after_seq]
        for row in rows:
            _verify(stream, row)
        expected = range(after_seq + 1, min(after_seq + 1 + limit, found.lease.next_seq))
        if [row.seq for row in rows] != list(expected):
            raise JournalCorrupt(f"stream {stream}: records are missing after {after_seq}")
        return [StoredRecord(row.seq, row.epoch, row.data) for row in rows]

    async def newest_snapshot(self, stream: int) -> StoredSnapshot | None:
        """The newest snapshot, if there is one."""
        return next(iter(await self.snapshots(stream)), None)

    async def snapshots(self, stream: int) -> list[StoredSnapshot]:
        """All snapshots kept, newest first."""
        return list((await self._stream(stream)).snapshots)

    async def save_snapshot(self, stream: int, epoch: int, snapshot: StoredSnapshot) -> None:
        """Keep a snapshot and one older; of an owner without the lease nothing is kept."""
        found = await self._stream(stream)
        if found.lease.epoch != epoch or any(kept.seq == snapshot.seq for kept in found.snapshots):
            return
        newest_first = sorted((*found.snapshots, snapshot), key=lambda kept: kept.seq, reverse=True)
        found.snapshots = newest_first[:SNAPSHOTS_KEPT]

    async def close(self) -> None:
        """Nothing can be asked any more. May be called twice."""
        self._closed = True

    async def _stream(self, number: int) -> MemoryStream:
        # A store that never yields would hide every race that the real one has.
        await asyncio.sleep(0)
        endings = self._database.endings(self._owner)
        if self._closed or endings != self._endings_seen:
            self._endings_seen = endings
            raise StorageUnavailable("the connection was closed or ended")
        return self._database.stream(number)


def _verify(stream: int, row: MemoryRecord) -> None:
    if row.checksum != record_checksum(stream, row.seq, row.epoch, row.data):
        raise JournalCorrupt(f"stream {stream}: record {row.seq} does not match its checksum")

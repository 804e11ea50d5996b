"""Everything that is stored, for whoever checks the books."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from engine.catalogue import QUEUE, StreamRef
from engine.journal import Lease, StoredRecord, StoredSnapshot, StreamSource

BATCH = 5_000


class AuditedStore(Protocol):
    """What an audit asks of a section store; both stores of this package have it."""

    async def source(self, stream: int) -> StreamSource:
        """What the stream sells."""

    async def position(self, stream: int) -> Lease:
        """The lease as it is stored now."""

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Records in order. Raises `JournalCorrupt`."""

    async def snapshots(self, stream: int) -> list[StoredSnapshot]:
        """All snapshots kept, newest first. Raises `JournalCorrupt`."""


class AuditedCatalogue(Protocol):
    """What an audit asks of a catalogue."""

    async def streams(self) -> list[StreamRef]:
        """Every journal stream, by number."""


class StreamBooks(msgspec.Struct, frozen=True):
    """One stream's books as they stood when its lease was read: records 1 to `lease.next_seq - 1`."""

    source: StreamSource
    lease: Lease

    @property
    def last_seq(self) -> int:
        """The number of the last record that belongs to these books."""
        return self.lease.next_seq - 1


async def all_books(
    catalogue: AuditedCatalogue, store: AuditedStore, *, rooms: bool = False
) -> AsyncIterator[StreamBooks]:
    """The books of every section, and of waiting rooms too if asked, by number.

    The sale may go on meanwhile.
    """
    for ref in await catalogue.streams():
        if ref.section == QUEUE and not rooms:
            continue
        yield StreamBooks(await store.source(ref.stream), await store.position(ref.stream))


async def records_of(store: AuditedStore, books: StreamBooks) -> AsyncIterator[StoredRecord]:
    """The records of these books in order, a batch in memory at a time.

    Raises `JournalCorrupt` where a record is damaged or missing.
    """
    after_seq = 0
    while after_seq < books.last_seq:
        limit = min(BATCH, books.last_seq - after_seq)
        for record in await store.read(books.lease.stream, after_seq, limit):
            yield record
        after_seq += limit


async def snapshots_of(store: AuditedStore, books: StreamBooks) -> list[StoredSnapshot]:
    """The snapshots within these books, newest first. Raises `JournalCorrupt` for a damaged one."""
    kept = await store.snapshots(books.lease.stream)
    return [snapshot for snapshot in kept if snapshot.seq <= books.last_seq]

"""The journals of sections, read at ease for those who ask what happened, and never through an actor."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from engine.events import Record
from engine.journal import StoredRecord, StoredSnapshot
from engine.record_codec import decode_record

READERS_MAX: Final = 4
"""Requests of one gateway that read journals at the same time."""
RECORDS_A_READ: Final = 250
"""Records that are decoded without a pause; others on the loop wait that long."""


class Journals(Protocol):
    """What is stored of sections, to be read. May raise `engine.journal.StorageError`."""

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Up to `limit` records after `after_seq`, in order and without a gap."""

    async def snapshots(self, stream: int) -> list[StoredSnapshot]:
        """All snapshots kept, newest first."""


class ArchiveBusy(Exception):
    """As many read already as may read at once."""


class Archive:
    """Journals that only so many may read at once."""

    def __init__(self, journals: Journals) -> None:
        self.journals = journals
        self._readers = 0

    @contextmanager
    def reading(self) -> Iterator[Journals]:
        """Read for a while. Raises `ArchiveBusy`."""
        if self._readers >= READERS_MAX:
            raise ArchiveBusy
        self._readers += 1
        try:
            yield self.journals
        finally:
            self._readers -= 1


async def records_after(
    journals: Journals, stream: int, after_seq: int, records_max: int
) -> AsyncGenerator[tuple[int, Record], None]:
    """Up to `records_max` records after `after_seq` with their numbers."""
    last_seq = after_seq + records_max
    while after_seq < last_seq:
        page = await journals.read(stream, after_seq, min(RECORDS_A_READ, last_seq - after_seq))
        if not page:
            return
        for stored in page:
            yield stored.seq, decode_record(stored.data)
        after_seq = page[-1].seq

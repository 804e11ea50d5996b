"""The audit sees every record of every stream, and what is wrong with them."""

from __future__ import annotations

import pytest

from engine.journal import JournalCorrupt, StoredSnapshot
from persistence import audit
from tests.contract.backends import AT_MS, Backend, new_streams


async def test_the_audit_reads_everything(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams, records and snapshots come out as they went in, also over several batches."""
    monkeypatch.setattr(audit, "BATCH", 3)
    streams, store = await new_streams(backend, 3), backend.open_store()
    snapshot = StoredSnapshot(4, "digest", b"state")
    for stream in streams:
        await store.take_over(stream, "one")
        await store.append(stream, 1, 2, AT_MS, [b"%d" % seq for seq in range(2, 10)])
        await store.save_snapshot(stream, 1, snapshot)
    books = [found async for found in audit.all_books(backend.catalogue, store)]
    assert streams == [found.source.stream for found in books]
    for found in books:
        records = [record async for record in audit.records_of(store, found)]
        assert list(range(1, 10)) == [record.seq for record in records]
        assert [b"%d" % seq for seq in range(2, 10)] == [record.data for record in records[1:]]
        assert [snapshot] == await audit.snapshots_of(store, found)


async def test_the_audit_leaves_out_what_came_later(backend: Backend) -> None:
    """Books end where the lease stood when they were opened."""
    (stream,), store = await new_streams(backend), backend.open_store()
    await store.take_over(stream, "one")
    books = [found async for found in audit.all_books(backend.catalogue, store)]
    await store.append(stream, 1, 2, AT_MS, [b"late"])
    await store.save_snapshot(stream, 1, StoredSnapshot(2, "digest", b"late"))
    assert [1] == [record.seq async for record in audit.records_of(store, books[0])]
    assert [] == await audit.snapshots_of(store, books[0])


async def test_the_audit_finds_damage(backend: Backend) -> None:
    """A damaged record ends the reading of its stream with an error."""
    (stream,), store = await new_streams(backend), backend.open_store()
    await store.take_over(stream, "one")
    await store.append(stream, 1, 2, AT_MS, [b"a", b"b"])
    await backend.corrupt_record(stream, 3)
    books = [found async for found in audit.all_books(backend.catalogue, store)]
    with pytest.raises(JournalCorrupt):
        [record async for record in audit.records_of(store, books[0])]

"""What a section store promises, wherever it lives."""

from __future__ import annotations

import asyncio

import pytest

from actors.ports import SectionStore
from engine.events import SectionCreated
from engine.journal import (
    JournalCorrupt,
    Lease,
    StorageUnavailable,
    StoredRecord,
    StoredSnapshot,
    StreamUnknown,
)
from engine.record_codec import decode_record
from tests.contract.backends import AT_MS, Backend, new_stream, new_streams


def conforms(store: SectionStore) -> SectionStore:
    """Checked by the type checker: what is given here is a section store."""
    return store


async def ended(store: SectionStore, lease: Lease) -> bool:
    """Whether a store that lost its lease was told so, by an error or by a refused append."""
    try:
        return not await store.append(lease.stream, lease.epoch, lease.next_seq, AT_MS, [b"zombie"])
    except StorageUnavailable:
        return True


async def test_a_stream_begins_with_its_genesis_record(backend: Backend) -> None:
    """A new stream has one record, which says what is sold on which terms."""
    stream = await new_stream(backend)
    store = conforms(backend.open_store())
    source = await store.source(stream)
    records = await store.read(stream, 0, 10)
    assert [1] == [record.seq for record in records]
    genesis = decode_record(records[0].data)
    assert isinstance(genesis.event, SectionCreated)
    assert (source.event, source.section) == (genesis.event.event, genesis.event.section)
    assert Lease(stream, 0, 2) == await store.position(stream)


async def test_source_gives_the_plan_it_was_made_of(backend: Backend) -> None:
    """A stream's source carries the plan's canonical bytes and its public epoch."""
    stream = await new_stream(backend)
    source = await backend.open_store().source(stream)
    event = await backend.catalogue.event_of_stream(stream)
    assert event is not None
    assert (event.plan, event.sections[0].history) == (source.plan_id, source.history)
    assert b"House of 1" in source.plan


async def test_records_come_back_in_order(backend: Backend) -> None:
    """What was appended is read in order, by any slice."""
    stream, store = await new_stream(backend), backend.open_store()
    lease = await store.take_over(stream, "one")
    assert Lease(stream, 1, 2) == lease
    assert await store.append(stream, 1, 2, AT_MS, [b"a", b"b", b"c"])
    assert await store.append(stream, 1, 5, AT_MS, [b""])
    assert [StoredRecord(3, 1, b"b"), StoredRecord(4, 1, b"c")] == await store.read(stream, 2, 2)
    assert [StoredRecord(5, 1, b"")] == await store.read(stream, 4, 100)
    assert [] == await store.read(stream, 5, 100)


async def test_the_same_block_twice_is_written_once(backend: Backend) -> None:
    """An append that is repeated is refused and changes nothing."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    assert await store.append(stream, 1, 2, AT_MS, [b"a"])
    assert not await store.append(stream, 1, 2, AT_MS, [b"a"])
    assert Lease(stream, 1, 3) == await store.position(stream)


async def test_an_append_that_would_leave_a_gap_is_refused(backend: Backend) -> None:
    """Only the next number can be written."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    assert not await store.append(stream, 1, 4, AT_MS, [b"a"])
    assert Lease(stream, 1, 2) == await store.position(stream)


async def test_an_append_of_nothing_is_a_bug(backend: Backend) -> None:
    """No records cannot be told from a fenced append, so nobody may ask for it."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    with pytest.raises(ValueError, match="without records"):
        await store.append(stream, 1, 2, AT_MS, [])


async def test_a_stale_owner_cannot_write(backend: Backend) -> None:
    """After a take-over the old owner writes nothing, however often it tries."""
    stream, old, new = await new_stream(backend), backend.open_store(), backend.open_store()
    stale = await old.take_over(stream, "old")
    assert await old.append(stream, stale.epoch, 2, AT_MS, [b"a"])
    assert Lease(stream, 2, 3) == await new.take_over(stream, "new")
    stale = Lease(stream, 1, 3)
    assert [True, True, True] == [await ended(old, stale) for _ in range(3)]
    assert Lease(stream, 2, 3) == await old.position(stream)
    assert await new.append(stream, 2, 3, AT_MS, [b"b"])
    assert [b"a", b"b"] == [record.data for record in await new.read(stream, 1, 9)]


async def test_taking_over_ones_own_stream_ends_nothing(backend: Backend) -> None:
    """A store that takes a stream again gets a newer epoch and keeps working."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    assert Lease(stream, 2, 2) == await store.take_over(stream, "one")
    assert await store.append(stream, 2, 2, AT_MS, [b"a"])


async def test_streams_of_one_store_do_not_disturb_each_other(backend: Backend) -> None:
    """Several streams append at once over one store, each in its own order."""
    streams, store = await new_streams(backend, 4), backend.open_store()
    for stream in streams:
        await store.take_over(stream, "one")

    async def sell(stream: int) -> None:
        for seq in range(2, 12):
            assert await store.append(stream, 1, seq, AT_MS, [b"%d/%d" % (stream, seq)])

    await asyncio.gather(*(sell(stream) for stream in streams))
    for stream in streams:
        expected = [b"%d/%d" % (stream, seq) for seq in range(2, 12)]
        assert expected == [record.data for record in await store.read(stream, 1, 100)]


async def test_of_two_racing_writers_one_wins_each_number(backend: Backend) -> None:
    """Writers that race under one epoch share out the numbers without a gap or a loss."""
    stream, first, second = await new_stream(backend), backend.open_store(), backend.open_store()
    await first.take_over(stream, "one")

    async def race(store: SectionStore, name: bytes) -> list[int]:
        won = []
        for _ in range(20):
            seq = (await store.position(stream)).next_seq
            if await store.append(stream, 1, seq, AT_MS, [name]):
                won.append(seq)
        return won

    wins = await asyncio.gather(race(first, b"1"), race(second, b"2"))
    records = await first.read(stream, 1, 100)
    assert sorted(wins[0] + wins[1]) == [record.seq for record in records]
    assert dict.fromkeys(wins[0], b"1") | dict.fromkeys(wins[1], b"2") == {
        record.seq: record.data for record in records
    }


async def test_a_lost_reply_leaves_the_outcome_to_position(backend: Backend) -> None:
    """The append took effect though its reply was lost, and the lease says so."""
    stream = await new_stream(backend)
    store, lose_next_reply = await backend.open_lossy_store()
    await store.take_over(stream, "one")
    assert await store.append(stream, 1, 2, AT_MS, [b"a"])
    lose_next_reply()
    with pytest.raises(StorageUnavailable):
        await store.append(stream, 1, 3, AT_MS, [b"b"])
    assert Lease(stream, 1, 4) == await store.position(stream)
    assert await store.append(stream, 1, 4, AT_MS, [b"c"])
    assert [b"a", b"b", b"c"] == [record.data for record in await store.read(stream, 1, 9)]


async def test_a_damaged_record_is_found(backend: Backend) -> None:
    """A record whose bytes changed after they were written is never handed out."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    await store.append(stream, 1, 2, AT_MS, [b"a", b"b", b"c"])
    await backend.corrupt_record(stream, 3)
    assert [StoredRecord(2, 1, b"a")] == await store.read(stream, 1, 1)
    with pytest.raises(JournalCorrupt):
        await store.read(stream, 1, 9)


@pytest.mark.parametrize("lost", [2, 3, 4], ids=["first", "middle", "last"])
async def test_a_missing_record_is_found(backend: Backend, lost: int) -> None:
    """A record that the lease promises and that is gone is a gap, also at either end."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    await store.append(stream, 1, 2, AT_MS, [b"a", b"b", b"c"])
    await backend.lose_record(stream, lost)
    with pytest.raises(JournalCorrupt):
        await store.read(stream, 1, 9)


async def test_two_snapshots_are_kept(backend: Backend) -> None:
    """The newest two snapshots stay, whatever the order they were saved in."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    assert await store.newest_snapshot(stream) is None
    snapshots = [StoredSnapshot(seq, f"digest {seq}", b"state %d" % seq) for seq in (1, 2, 3)]
    for snapshot in (snapshots[0], snapshots[2], snapshots[1]):
        await store.save_snapshot(stream, 1, snapshot)
    assert snapshots[2] == await store.newest_snapshot(stream)
    assert [snapshots[2], snapshots[1]] == await store.snapshots(stream)


async def test_a_stale_owner_keeps_no_snapshot(backend: Backend) -> None:
    """A snapshot under an epoch that is not the lease's is not stored."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.take_over(stream, "one")
    await store.save_snapshot(stream, 7, StoredSnapshot(1, "digest", b"state"))
    assert await store.newest_snapshot(stream) is None


async def test_an_unknown_stream_is_named(backend: Backend) -> None:
    """Every call about a stream that is not there says that it is unknown."""
    store = backend.open_store()
    for call in (
        store.source(4_000_000_000),
        store.position(4_000_000_000),
        store.read(4_000_000_000, 0, 1),
        store.take_over(4_000_000_000, "one"),
    ):
        with pytest.raises(StreamUnknown):
            await call


async def test_a_closed_store_is_closed(backend: Backend) -> None:
    """Closing twice does no harm, and a closed store answers nothing."""
    stream, store = await new_stream(backend), backend.open_store()
    await store.position(stream)
    await store.close()
    await store.close()
    with pytest.raises(StorageUnavailable):
        await store.position(stream)

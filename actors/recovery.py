"""How a section comes back: take the lease, load the snapshot, replay the tail, check, serve."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import structlog

from actors.keeper import Keeper
from actors.ports import SectionStore
from engine.journal import JournalCorrupt, Lease, StreamSource

log = structlog.get_logger()
Make = Callable[[StreamSource], Keeper]


class Recovered(msgspec.Struct, frozen=True):
    """A stream ready to serve, and the right to write it."""

    keeper: Keeper
    lease: Lease
    snapshot_seq: int


async def recover(store: SectionStore, stream: int, owner: str, page: int, make: Make) -> Recovered:
    """Own the stream and rebuild its state as of the last durable record.

    `page` is how many records are read at a time; `make` gives an empty keeper. Raises
    `StorageUnavailable` (try again), `StreamUnknown`, or `JournalCorrupt` when what is stored
    cannot be trusted.
    """
    source = await store.source(stream)
    # The lease first: after it no other owner can add a record to what is read below.
    lease = await store.take_over(stream, owner)
    keeper, snapshot_seq = await _restored(store, source, make)
    while keeper.seq < lease.next_seq - 1:
        records = await store.read(stream, keeper.seq, page)
        if not records:
            raise JournalCorrupt(f"stream {stream}: records after {keeper.seq} are missing")
        for stored in records:
            if stored.seq != keeper.seq + 1:
                raise JournalCorrupt(f"stream {stream}: {keeper.seq} is followed by {stored.seq}")
            keeper.apply(stored.data)
    breaches = keeper.breaches()
    if breaches:
        raise JournalCorrupt(f"stream {stream}: {breaches[0]}")
    keeper.begin()
    return Recovered(keeper, lease, snapshot_seq)


async def _restored(store: SectionStore, source: StreamSource, make: Make) -> tuple[Keeper, int]:
    """What the newest snapshot says, or an empty keeper: the journal is the truth, a snapshot saves time."""
    keeper, stream = make(source), source.stream
    snapshot = await store.newest_snapshot(stream)
    if snapshot is None:
        return keeper, 0
    try:
        found = keeper.restore(snapshot.data)
    except (msgspec.DecodeError, ValueError):
        log.warning("snapshot_unreadable", stream=stream, seq=snapshot.seq)
        return make(source), 0
    if found != snapshot.digest or keeper.seq != snapshot.seq:
        log.warning("snapshot_untrue", stream=stream, seq=snapshot.seq)
        return make(source), 0
    return keeper, snapshot.seq

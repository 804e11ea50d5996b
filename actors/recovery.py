"""How a section comes back: take the lease, load the snapshot, replay the tail, check, serve."""

from __future__ import annotations

import msgspec
import structlog

from actors.ports import SectionStore
from engine.evolve import evolve
from engine.invariants import check
from engine.journal import JournalCorrupt, Lease, StreamSource
from engine.layout import SectionLayout
from engine.plans.canonical import parse_canonical
from engine.record_codec import decode_record
from engine.snapshot import digest, restore
from engine.state import SectionState

log = structlog.get_logger()


class Recovered(msgspec.Struct, frozen=True):
    """A section ready to serve, and the right to write it."""

    source: StreamSource
    lease: Lease
    layout: SectionLayout
    state: SectionState
    snapshot_seq: int


async def recover(store: SectionStore, stream: int, owner: str, page: int) -> Recovered:
    """Own the stream and rebuild its state as of the last durable record.

    `page` is how many records are read at a time. Raises `StorageUnavailable` (try again),
    `StreamUnknown`, or `JournalCorrupt` when what is stored cannot be trusted.
    """
    source = await store.source(stream)
    layout = SectionLayout(parse_canonical(source.plan), source.section)
    # The lease first: after it no other owner can add a record to what is read below.
    lease = await store.take_over(stream, owner)
    state, snapshot_seq = await _restore(store, stream, layout)
    while state.seq < lease.next_seq - 1:
        records = await store.read(stream, state.seq, page)
        if not records:
            raise JournalCorrupt(f"stream {stream}: records after {state.seq} are missing")
        for stored in records:
            if stored.seq != state.seq + 1:
                raise JournalCorrupt(f"stream {stream}: {state.seq} is followed by {stored.seq}")
            evolve(state, decode_record(stored.data))
    breaches = check(state)
    if breaches:
        raise JournalCorrupt(f"stream {stream}: {breaches[0]}")
    return Recovered(source, lease, layout, state, snapshot_seq)


async def _restore(store: SectionStore, stream: int, layout: SectionLayout) -> tuple[SectionState, int]:
    snapshot = await store.newest_snapshot(stream)
    if snapshot is None:
        return SectionState(layout), 0
    # A snapshot only saves time; the journal is the truth.
    try:
        state = restore(layout, snapshot.data)
    except (msgspec.DecodeError, ValueError):
        log.warning("snapshot_unreadable", stream=stream, seq=snapshot.seq)
        return SectionState(layout), 0
    if digest(state) != snapshot.digest or state.seq != snapshot.seq:
        log.warning("snapshot_untrue", stream=stream, seq=snapshot.seq)
        return SectionState(layout), 0
    return state, snapshot.seq

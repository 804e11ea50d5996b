"""The audit of the books: replays every journal and checks every invariant, from storage alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import msgspec

from engine.events import Record
from engine.journal import JournalCorrupt, StoredSnapshot
from engine.layout import SectionLayout
from engine.plans.canonical import parse_canonical
from engine.record_codec import decode_record
from engine.replay import replay
from engine.snapshot import digest, restore
from engine.state import SectionState
from engine.views import counts
from persistence.audit import StreamBooks, all_books, records_of, snapshots_of
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore
from proof.auditor import Auditor
from proof.history import Report

BREACHES_TOLD_MAX = 200
PAGE_RECORDS = 10_000


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong with the books: where, and which invariant it breaks."""

    stream: int
    event: str
    section: str
    breach: str


class Verdict(msgspec.Struct, frozen=True):
    """What an audit found. `held` and `sold` count seats and places as the journals end.

    Breaches are of the engine's invariants (`I…`), of the independent auditor's rules (`A…`) or
    of a recorded history (`H…`); `history` says what of that was looked at.
    """

    streams: int
    records: int
    snapshots: int
    sold: int
    held: int
    breaches: tuple[Finding, ...]
    history: Report | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaches


class _Audited(msgspec.Struct, frozen=True):
    records: int
    snapshots: int
    held: int
    sold: int
    breaches: tuple[str, ...]


async def verify(dsn: str, on_progress: Callable[[int, int], None]) -> Verdict:
    """Audit every stream of a database; `on_progress` gets streams and records done so far.

    Raises `StorageUnavailable` when the database cannot be read.
    """
    catalogue, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn)
    streams = records = snapshots = held = sold = 0
    findings: list[Finding] = []
    try:
        async for books, audited in _audits(catalogue, store):
            streams += 1
            records += audited.records
            snapshots += audited.snapshots
            held += audited.held
            sold += audited.sold
            source = books.source
            findings.extend(
                Finding(source.stream, source.event, source.section, breach) for breach in audited.breaches
            )
            on_progress(streams, records)
    finally:
        await store.close()
        await catalogue.close()
    return Verdict(streams, records, snapshots, sold, held, tuple(findings[:BREACHES_TOLD_MAX]))


async def _audits(
    catalogue: PostgresCatalogue, store: PostgresSectionStore
) -> AsyncIterator[tuple[StreamBooks, _Audited]]:
    async for books in all_books(catalogue, store):
        yield books, await _audit(store, books)


async def _audit(store: PostgresSectionStore, books: StreamBooks) -> _Audited:
    """Replay one stream's records and hold its snapshots against the replay."""
    source = books.source
    layout = SectionLayout(parse_canonical(source.plan), source.section)
    state = SectionState(layout)
    auditor = Auditor(source)
    breaches: list[str] = []
    done = 0
    try:
        snapshots = sorted(await snapshots_of(store, books), key=lambda snapshot: snapshot.seq)
        async for page in _pages(store, books, [snapshot.seq for snapshot in snapshots], auditor):
            state, found = replay(layout, page, state)
            breaches.extend(str(breach) for breach in found)
            if found:
                break
            done = state.seq
            breaches.extend(_against(layout, state, snapshots))
    except (JournalCorrupt, msgspec.MsgspecError) as error:
        snapshots = []
        breaches.append(f"I5: {error}")
    breaches.extend(f"{each.rule}: {each.detail} (record {each.seq})" for each in auditor.breaches)
    _, held, sold = counts(state)
    return _Audited(done, len(snapshots), held, sold, tuple(breaches))


async def _pages(
    store: PostgresSectionStore, books: StreamBooks, stops: list[int], auditor: Auditor
) -> AsyncIterator[list[tuple[int, Record]]]:
    """The records in pages that end where a snapshot was taken, so that it can be compared there.

    The independent auditor sees the bytes as they are stored.
    """
    page: list[tuple[int, Record]] = []
    pending = set(stops)
    async for stored in records_of(store, books):
        auditor.take(stored)
        page.append((stored.seq, decode_record(stored.data)))
        if stored.seq in pending or len(page) >= PAGE_RECORDS:
            yield page
            page = []
    if page:
        yield page


def _against(layout: SectionLayout, state: SectionState, snapshots: list[StoredSnapshot]) -> list[str]:
    """What is wrong with the snapshots that claim to be this very state."""
    found = []
    for snapshot in snapshots:
        if snapshot.seq == state.seq:
            restored = digest(restore(layout, snapshot.data))
            if not snapshot.digest == restored == digest(state):
                found.append(f"the snapshot at {snapshot.seq} is not the state that the journal gives")
    return found

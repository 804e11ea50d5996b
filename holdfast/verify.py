"""The audit of the books: replays every journal and checks every invariant, from storage alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

import msgspec

from engine.due_rows import DueRows
from engine.journal import JournalCorrupt, StoredRecord, StoredSnapshot
from engine.payments.payment import Payment
from holdfast.replays import Replay, replay_of
from holdfast.takings import Takings, Till
from persistence.audit import StreamBooks, all_books, records_of, snapshots_of
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.due_rows import PostgresDueRows
from persistence.postgres.store import PostgresSectionStore
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
    of a recorded history (`H…`), of payments (`P…`) or between payments and journals (`M…`);
    `history` and `takings` say what of that was looked at.
    """

    streams: int
    records: int
    snapshots: int
    sold: int
    held: int
    breaches: tuple[Finding, ...]
    takings: tuple[Takings, ...] = ()
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
    bookings: Mapping[str, int]
    breaches: tuple[str, ...]


async def verify(dsn: str, on_progress: Callable[[int, int], None]) -> Verdict:
    """Audit every stream of a database; `on_progress` gets streams and records done so far.

    Raises `StorageUnavailable` when the database cannot be read.
    """
    catalogue, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn)
    streams = records = snapshots = held = sold = 0
    findings: list[Finding] = []
    ledger, till = PostgresDueRows(dsn, "payments", Payment), Till()
    doubts: list[tuple[Payment, Finding]] = []
    try:
        await till.read(ledger)
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
            doubts.extend(
                (payment, Finding(source.stream, source.event, source.section, breach))
                for payment, breach in till.against(source.stream, audited.bookings)
            )
            on_progress(streams, records)
        findings.extend(await _certain(ledger, doubts))
    finally:
        await ledger.close()
        await store.close()
        await catalogue.close()
    return Verdict(
        streams, records, snapshots, sold, held, tuple(findings[:BREACHES_TOLD_MAX]), till.takings()
    )


async def _certain(ledger: DueRows[Payment], doubts: list[tuple[Payment, Finding]]) -> list[Finding]:
    """Of what seems wrong, that which did not change while the journals were read."""
    now = {payment.id: payment.version for payment in await ledger.among([each.id for each, _ in doubts])}
    return [finding for payment, finding in doubts if now.get(payment.id) == payment.version]


async def _audits(
    catalogue: PostgresCatalogue, store: PostgresSectionStore
) -> AsyncIterator[tuple[StreamBooks, _Audited]]:
    async for books in all_books(catalogue, store, rooms=True):
        yield books, await _audit(store, books)


async def _audit(store: PostgresSectionStore, books: StreamBooks) -> _Audited:
    """Replay one stream's records and hold its snapshots against the replay."""
    replay = replay_of(books.source)
    breaches: list[str] = []
    done = 0
    try:
        snapshots = sorted(await snapshots_of(store, books), key=lambda snapshot: snapshot.seq)
        async for page in _pages(store, books, [snapshot.seq for snapshot in snapshots]):
            found = replay.take(page)
            breaches.extend(str(breach) for breach in found)
            if found:
                break
            done = replay.seq
            breaches.extend(_against(replay, snapshots))
    except (JournalCorrupt, msgspec.MsgspecError) as error:
        snapshots = []
        breaches.append(f"I5: {error}")
    held, sold = replay.held_and_sold
    return _Audited(done, len(snapshots), held, sold, replay.bookings, tuple(breaches))


async def _pages(
    store: PostgresSectionStore, books: StreamBooks, stops: list[int]
) -> AsyncIterator[list[StoredRecord]]:
    """The records in pages that end where a snapshot was taken, so that it can be compared there."""
    page: list[StoredRecord] = []
    pending = set(stops)
    async for stored in records_of(store, books):
        page.append(stored)
        if stored.seq in pending or len(page) >= PAGE_RECORDS:
            yield page
            page = []
    if page:
        yield page


def _against(replay: Replay, snapshots: list[StoredSnapshot]) -> list[str]:
    """What is wrong with the snapshots that claim to be this very state."""
    return [
        f"the snapshot at {snapshot.seq} is not the state that the journal gives"
        for snapshot in snapshots
        if snapshot.seq == replay.seq
        and not snapshot.digest == replay.digest_of(snapshot.data) == replay.digest()
    ]

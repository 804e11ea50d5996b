"""An event's journals, read from the database and replayed with every step examined."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from engine.events import Record
from engine.journal import StoredRecord
from engine.layout import SectionLayout
from engine.plans.canonical import parse_canonical
from engine.record_codec import decode_record
from engine.replay import replay
from engine.state import FREE, SectionState
from engine.transitions import Phase
from persistence.audit import all_books, records_of
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore


class Books(msgspec.Struct, frozen=True):
    """One section: `records` as `(seq, epoch, record)`, and the state and breaches of their replay."""

    stream: int
    layout: SectionLayout
    records: tuple[tuple[int, int, Record], ...]
    state: SectionState
    breaches: tuple[str, ...]

    @property
    def taken(self) -> set[str]:
        """Labels of the seats that are not free."""
        labels, public = self.layout.labels, self.state.public
        return {labels[seat] for seat in range(len(labels)) if public[seat] != FREE}

    def contents(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Every live hold and every booked order with its seats."""
        labels = self.layout.labels
        for hold in self.state.holds.values():
            yield hold.id, frozenset(labels[item.seat] for item in hold.seats)
        for order in self.state.orders.values():
            if order.phase is Phase.BOOKED:
                yield order.id, frozenset(labels[item.seat] for item in order.seats)


async def read_books(dsn: str, event: str) -> dict[str, Books]:
    """The books of an event by section. Raises `JournalCorrupt`, `StorageUnavailable`."""
    catalogue, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn)
    found = {}
    try:
        async for books in all_books(catalogue, store):
            if books.source.event == event:
                stored = [each async for each in records_of(store, books)]
                layout = SectionLayout(parse_canonical(books.source.plan), books.source.section)
                found[books.source.section] = _replayed(books.source.stream, layout, stored)
    finally:
        await store.close()
        await catalogue.close()
    return found


def _replayed(stream: int, layout: SectionLayout, stored: list[StoredRecord]) -> Books:
    records = tuple((each.seq, each.epoch, decode_record(each.data)) for each in stored)
    state, breaches = replay(layout, [(seq, record) for seq, _, record in records])
    return Books(stream, layout, records, state, tuple(str(breach) for breach in breaches))

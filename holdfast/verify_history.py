"""A recorded history held against the journals of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.journal import StoredRecord
from holdfast.verify import Finding
from persistence.audit import all_books, records_of
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore
from proof.auditor import Journal
from proof.history import Report, check, read_lines
from protocol.history import AnyLine


async def check_history(dsn: str, files: Sequence[Path]) -> Report:
    """Check recordings, all together, against the whole journals of the sections they speak of.

    Journals are held in memory. Raises `NotAHistory`, `OSError`, `StorageUnavailable`, and
    `JournalCorrupt` where a record is damaged or missing.
    """
    journals = await _journals(dsn)
    return check(_lines(files), journals)


def findings_of(report: Report) -> tuple[Finding, ...]:
    """What a check found, as a verdict tells it; breaches of the journal itself are told by its audit.

    A history knows sections by name alone: the number of the stream is 0.
    """
    return tuple(
        Finding(0, *_parted(breach.section), f"{breach.rule}: {breach.detail} (record {breach.seq})")
        for breach in report.breaches
        if breach.rule.startswith("H")
    )


def _parted(section: str) -> tuple[str, str]:
    event, _, name = section.partition("/")
    return event, name


def _lines(files: Iterable[Path]) -> Iterator[AnyLine]:
    for file in files:
        with file.open("rb") as lines:
            yield from read_lines(lines)


async def _journals(dsn: str) -> list[Journal]:
    catalogue, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn)
    try:
        found = []
        async for books in all_books(catalogue, store):
            rows: list[StoredRecord] = [each async for each in records_of(store, books)]
            found.append(Journal(books.source, rows))
        return found
    finally:
        await store.close()
        await catalogue.close()

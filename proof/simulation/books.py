"""The books of all sections, kept anew from what is stored."""

from __future__ import annotations

from collections.abc import Callable

from proof.auditor.audit import Auditor
from proof.auditor.ledger import Ledger
from proof.auditor.records import Entry, read_entry
from proof.simulation.storage import Storage

Look = Callable[[int, Ledger, Entry], None]
"""Is shown a record, with its stream and the books as they were before it."""


def books_of(storage: Storage, look: Look | None = None) -> dict[int, Auditor]:
    """By stream. A section's books end before the first record that breaks a rule: the judge says which."""
    books: dict[int, Auditor] = {}
    for section in storage.event.sections:
        stored = storage.database.streams[section.stream]
        auditor = Auditor(stored.source)
        for row in stored.records:
            if look is not None:
                look(section.stream, auditor.ledger, read_entry(row.data))
            auditor.take(row)
        books[section.stream] = auditor
    return books

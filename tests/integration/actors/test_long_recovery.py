from __future__ import annotations

from actors.section import Section
from engine.snapshot import digest
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore
from scripts.long_recovery import BLOCK_RECORDS, LongJournal, event_on, recovered

SNAPSHOT_EVERY = 1_000


async def test_a_long_journal_is_recovered_from_its_newest_snapshot_and_a_short_tail() -> None:
    """What is replayed is bounded by the snapshots and not by the journal, and gives the same state."""
    database = MemoryDatabase()
    stream = (await event_on(MemoryCatalogue(database))).sections[0].stream
    journal = await LongJournal.begin(MemorySectionStore(database), stream, SNAPSHOT_EVERY)
    await journal.write(5_500)
    found = await recovered(MemorySectionStore(database), stream, "successor")
    assert isinstance(found.keeper, Section)
    assert digest(journal.section.state) == digest(found.keeper.state)
    assert 0 < found.keeper.seq - found.snapshot_seq <= SNAPSHOT_EVERY + BLOCK_RECORDS

"""How long a section with a long journal takes to come back: makes one, recovers it, and tells.

    python -m scripts.long_recovery --records 300000

The journal is made by the section itself, from holds that are taken and given back under keys
of their own, and written through the real store with the snapshots that a server would take.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from time import monotonic, process_time

import msgspec

from actors.batch import Batch
from actors.clock import RandomIds, SystemClock
from actors.limits import ShellLimits
from actors.ports import SectionStore
from actors.process import tune_process
from actors.recovery import Recovered, recover
from actors.section import Section
from actors.wire import Answer
from engine.catalogue import EventInfo
from engine.commands import AnyCommand, HoldSeats, ReleaseHold, Request
from engine.journal import Lease, StoredSnapshot, StreamSource
from engine.plans.fixtures import theatre
from engine.terms import Limits, Terms
from persistence.embedded import EmbeddedPostgres
from persistence.memory.catalogue import MemoryCatalogue
from persistence.migrate import upgrade
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore

BLOCK_RECORDS = 200
TERMS = Terms(limits=Limits(seats_per_buyer=1_000_000, holds_per_buyer=1_000_000), sale="open")


class LongJournal:
    """A section that writes on and on."""

    def __init__(self, store: SectionStore, section: Section, lease: Lease, snapshot_every: int) -> None:
        """`lease` is the right to write the stream; a snapshot is taken every so many records."""
        self.section = section
        self._store = store
        self._lease = lease
        self._snapshot_every = snapshot_every
        self._snapshot_seq = 0

    @classmethod
    async def begin(cls, store: SectionStore, stream: int, snapshot_every: int) -> LongJournal:
        """Own the stream, as it is stored."""
        own = await recovered(store, stream, "writer")
        if not isinstance(own.keeper, Section):
            raise TypeError(f"stream {stream} is no section's")
        return cls(store, own.keeper, own.lease, snapshot_every)

    async def write(self, records: int) -> None:
        """Write at least so many records."""
        number = 0
        while self.section.seq < records:
            for _ in range(BLOCK_RECORDS // 2):
                number += 1
                batch = Batch(2, _unheard)
                labels = self.section.state.layout.labels
                self._ask(number, HoldSeats((labels[number % len(labels)],)), f"hold-{number}", batch)
                for hold in list(self.section.state.holds):
                    self._ask(number, ReleaseHold(hold), f"release-{number}", batch)
            await self._commit()

    def _ask(self, number: int, command: AnyCommand, key: str, batch: Batch) -> None:
        self.section.handle(Request(f"usr_{number % 5_000}", command, key, b"f" * 8), batch, 0)

    async def _commit(self) -> None:
        block = self.section.cut()
        written = await self._store.append(
            self._lease.stream, self._lease.epoch, block.first_seq, block.last_at_ms, block.records
        )
        if not written:
            raise RuntimeError("somebody else writes this journal")
        if self.section.seq - self._snapshot_seq >= self._snapshot_every:
            self._snapshot_seq = self.section.seq
            data, digest = self.section.snapshot()()
            snapshot = StoredSnapshot(seq=self.section.seq, digest=digest, data=data)
            await self._store.save_snapshot(self._lease.stream, self._lease.epoch, snapshot)


def _unheard(_answers: list[Answer | None]) -> None:
    """Nobody waits for these answers."""


def section_of(source: StreamSource) -> Section:
    """An empty section as a shell makes it."""
    return Section(source, SystemClock(), RandomIds(), ShellLimits().changes_kept_max)


async def event_on(catalogue: MemoryCatalogue | PostgresCatalogue) -> EventInfo:
    """A theatre on sale, whose holds nobody limits."""
    plan = await catalogue.save_plan(theatre(), 1)
    return await catalogue.create_event("A long run", plan.id, TERMS, 1)


async def recovered(store: SectionStore, stream: int, owner: str) -> Recovered:
    """Recover the section as a shell does."""
    return await recover(store, stream, owner, ShellLimits().recovery_read_records, section_of, SystemClock())


class Figures(msgspec.Struct, frozen=True):
    """What came out: how long the recovery took, of it the processor time here, and what it found."""

    records: int
    snapshot_at: int
    snapshot_bytes: int
    recovery_s: float
    processor_s: float


async def measure(dsn: str, records: int, snapshot_every: int) -> Figures:
    """Write a journal into an empty, migrated database, and recover it over new connections."""
    catalogue, writer, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn), PostgresSectionStore(dsn)
    try:
        stream = (await event_on(catalogue)).sections[0].stream
        journal = await LongJournal.begin(writer, stream, snapshot_every)
        await journal.write(records)
        await writer.close()
        began_s, worked_s = monotonic(), process_time()
        found = await recovered(store, stream, "successor")
        took_s, worked_s = monotonic() - began_s, process_time() - worked_s
        snapshot = await store.newest_snapshot(stream)
        size = 0 if snapshot is None else len(snapshot.data)
        return Figures(found.keeper.seq, found.snapshot_seq, size, took_s, worked_s)
    finally:
        await store.close()
        await catalogue.close()


def main() -> None:
    """Measure as the command line asks, on an embedded server of its own."""
    parser = argparse.ArgumentParser(prog="long_recovery", description=__doc__)
    parser.add_argument("--records", type=int, default=300_000, help="how long the journal is (300000)")
    parser.add_argument(
        "--snapshot-every", type=int, default=ShellLimits().snapshot_every_records, help="in records"
    )
    options = parser.parse_args()
    tune_process()  # as an actor does
    with tempfile.TemporaryDirectory(prefix="holdfast-long-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "data")
        dsn = server.start()
        try:
            asyncio.run(_measured(dsn, options.records, options.snapshot_every))
        finally:
            server.stop()


async def _measured(dsn: str, records: int, snapshot_every: int) -> None:
    await upgrade(dsn)
    print(msgspec.json.encode(await measure(dsn, records, snapshot_every)).decode())


if __name__ == "__main__":
    main()

"""Journal, leases and snapshots in PostgreSQL, for one writer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from engine.journal import (
    JournalCorrupt,
    Lease,
    StoredRecord,
    StoredSnapshot,
    StreamSource,
    StreamUnknown,
)
from persistence.checksum import record_checksum
from persistence.packing import pack, unpack
from persistence.postgres.appending import Append, Appends
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.sql import load_statements

SQL = load_statements("persistence.postgres", "section_store.sql")

OWNER_LENGTH_MAX = 63
STATEMENT_TIMEOUT_S = 10.0


class PostgresSectionStore:
    """A section store over two connections: the writer's, and one for reads and snapshots.

    Serves any number of streams, also at once. Every call may raise `StorageUnavailable`;
    the outcome of a write is unknown then, and the next call connects anew. Both
    connections carry the owner's name once `take_over` has told it.
    """

    def __init__(self, dsn: str, *, timeout_s: float = STATEMENT_TIMEOUT_S) -> None:
        self._writer = DedicatedConnection(dsn, UNNAMED, timeout_s)
        self._reader = DedicatedConnection(dsn, UNNAMED, timeout_s)
        self._appends = Appends(self._writer)

    async def source(self, stream: int) -> StreamSource:
        """What the stream sells. Raises `StreamUnknown`."""
        row = _only(stream, await self._reader.fetch(SQL["source"], stream))
        return StreamSource(
            stream, row["event"], row["section"], row["history"], row["plan_id"], row["canonical"]
        )

    async def take_over(self, stream: int, owner: str) -> Lease:
        """End the previous owner's connections, then take the lease with a newer epoch.

        `owner` is 1 to 63 printable ASCII characters and different for each life of an owner.
        Raises `StreamUnknown`, and ValueError for a name that PostgreSQL would change.
        """
        self._carry_name(owner)
        previous = _only(stream, await self._writer.fetch(SQL["previous_owner"], stream))["owner"]
        if previous:
            own = [pid for pid in (self._writer.backend, self._reader.backend) if pid is not None]
            await self._writer.fetch(SQL["end_connections"], previous, own)
        row = _only(stream, await self._writer.fetch(SQL["take_lease"], stream, owner))
        return Lease(stream, row["epoch"], row["next_seq"])

    async def append(
        self, stream: int, epoch: int, first_seq: int, at_ms: int, records: Sequence[bytes]
    ) -> bool:
        """Make one or more records durable in one fenced statement, which other streams' may share.

        False: the stored lease has another epoch or another next number, nothing was written.
        """
        if not records:
            raise ValueError("an append without records cannot be told from a fenced one")
        return await self._appends.add(Append(stream, epoch, first_seq, at_ms, records))

    async def position(self, stream: int) -> Lease:
        """The lease as it is stored now. Raises `StreamUnknown`."""
        row = _only(stream, await self._writer.fetch(SQL["position"], stream))
        return Lease(stream, row["epoch"], row["next_seq"])

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Up to `limit` records after `after_seq`, in order and without a gap.

        Raises `JournalCorrupt` and `StreamUnknown`.
        """
        rows = await self._reader.fetch(SQL["read_records"], stream, after_seq, limit)
        next_seq = _only(stream, rows[:1])["next_seq"]
        records = [_verified(stream, row) for row in rows if row["seq"] is not None]
        expected = range(after_seq + 1, min(after_seq + 1 + limit, next_seq))
        if [record.seq for record in records] != list(expected):
            raise JournalCorrupt(f"stream {stream}: records are missing after {after_seq}")
        return records

    async def newest_snapshot(self, stream: int) -> StoredSnapshot | None:
        """The newest snapshot that is whole, if there is one; a damaged one is passed over."""
        rows = await self._reader.fetch(SQL["snapshots"], stream)
        newest = next((row for row in rows if _is_whole(stream, row)), None)
        return None if newest is None else await _snapshot(newest)

    async def snapshots(self, stream: int) -> list[StoredSnapshot]:
        """All snapshots kept, newest first. Raises `JournalCorrupt` for a damaged one."""
        rows = await self._reader.fetch(SQL["snapshots"], stream)
        for row in rows:
            if not _is_whole(stream, row):
                raise JournalCorrupt(f"stream {stream}: the snapshot at {row['seq']} is damaged")
        return [await _snapshot(row) for row in rows]

    async def save_snapshot(self, stream: int, epoch: int, snapshot: StoredSnapshot) -> None:
        """Keep a snapshot and one older; of an owner without the lease nothing is kept."""
        data = await asyncio.to_thread(pack, snapshot.data)
        checksum = record_checksum(stream, snapshot.seq, epoch, data)
        await self._reader.execute(
            SQL["save_snapshot"], *(stream, snapshot.seq, epoch, snapshot.digest, checksum, data)
        )
        await self._reader.execute(SQL["drop_old_snapshots"], stream)

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        await self._writer.close()
        await self._reader.close()

    def _carry_name(self, owner: str) -> None:
        if not (0 < len(owner) <= OWNER_LENGTH_MAX and owner.isascii() and owner.isprintable()):
            raise ValueError(f"not 1 to {OWNER_LENGTH_MAX} printable ASCII characters: {owner!r}")
        self._writer.application_name = owner
        self._reader.application_name = owner


def open_store(dsn: str) -> PostgresSectionStore:
    """A store for `dsn`; it connects when it is first used."""
    return PostgresSectionStore(dsn)


def _only(stream: int, rows: list[Any]) -> Any:
    if not rows:
        raise StreamUnknown(f"there is no stream {stream}")
    return rows[0]


def _verified(stream: int, row: Any) -> StoredRecord:
    if not _is_whole(stream, row):
        raise JournalCorrupt(f"stream {stream}: record {row['seq']} does not match its checksum")
    return StoredRecord(row["seq"], row["epoch"], row["data"])


def _is_whole(stream: int, row: Any) -> bool:
    return bool(row["checksum"] == record_checksum(stream, row["seq"], row["epoch"], row["data"]))


async def _snapshot(row: Any) -> StoredSnapshot:
    data = await asyncio.to_thread(unpack, row["data"]) if row["packed"] else row["data"]
    return StoredSnapshot(row["seq"], row["digest"], data)

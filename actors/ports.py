"""What a section's actor needs from outside. The composition root hands over the real ones.

Every port has two homes, PostgreSQL and memory, under one set of contract tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.journal import Lease, StoredRecord, StoredSnapshot, StreamSource


class SectionStore(Protocol):
    """Journal, lease and snapshots, over one connection of its writer's own.

    All calls may raise `StorageUnavailable`; after that the caller knows nothing of the
    outcome and asks `position` once the store answers again.
    """

    async def source(self, stream: int) -> StreamSource:
        """What the stream sells. Raises `StreamUnknown`."""

    async def take_over(self, stream: int, owner: str) -> Lease:
        """End the previous owner's connections, then take the lease with a newer epoch."""

    async def append(
        self, stream: int, epoch: int, first_seq: int, at_ms: int, records: Sequence[bytes]
    ) -> bool:
        """Make records durable in one fenced statement; False: another owner has the lease."""

    async def position(self, stream: int) -> Lease:
        """The lease as it is stored now: says who owns the stream and what was written."""

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Up to `limit` records after `after_seq`, in order. Raises `JournalCorrupt`."""

    async def newest_snapshot(self, stream: int) -> StoredSnapshot | None:
        """The newest snapshot, if there is one."""

    async def save_snapshot(self, stream: int, epoch: int, snapshot: StoredSnapshot) -> None:
        """Keep a snapshot (and one older); uses a connection apart from the writer's."""

    async def close(self) -> None:
        """Close the connections. May be called twice."""


class Clock(Protocol):
    """Time as an argument: Unix milliseconds for records, monotonic seconds for waiting."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""

    def monotonic(self) -> float:
        """Seconds that never go back."""


class IdSource(Protocol):
    """Where fresh id bodies come from: UUIDv7 text that carries its stream's number."""

    def fresh(self, stream: int, at_ms: int) -> str:
        """A new id body for something that `stream` owns."""

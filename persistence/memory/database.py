"""What all stores in memory share: the tables, and which owners' connections were ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.announcements import ANNOUNCEMENTS
from engine.journal import Lease, StorageUnavailable, StoredSnapshot, StreamSource, StreamUnknown
from persistence.checksum import record_checksum


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """A journal row: what was written and the checksum that it had then."""

    seq: int
    epoch: int
    at_ms: int
    checksum: int
    data: bytes


@dataclass(slots=True)
class MemoryStream:
    """One stream's rows in every table; `records[0]` is record 1."""

    source: StreamSource
    lease: Lease
    owner: str = ""
    records: list[MemoryRecord] = field(default_factory=list)
    snapshots: list[StoredSnapshot] = field(default_factory=list)


class MemoryDatabase:
    """A journal database in memory, shared by the stores that are opened on it.

    It can fail as a server does: while `down` every call is refused, and each of
    `lost_replies` lets one append through and loses the answer.
    """

    def __init__(self) -> None:
        self.streams: dict[int, MemoryStream] = {}
        source = StreamSource(ANNOUNCEMENTS, "", "", "", "", b"")
        self.announcements = MemoryStream(source, Lease(ANNOUNCEMENTS, 0, 1))
        self.down = False
        self.lost_replies = 0
        self._ended: dict[str, int] = {}

    def add_stream(self, source: StreamSource, at_ms: int, genesis: bytes) -> None:
        """Begin a stream with its first record, as the creation of an event does."""
        stream = MemoryStream(source, Lease(source.stream, 0, 1))
        self.streams[source.stream] = stream
        self.write(stream, at_ms, [genesis])

    def stream(self, number: int) -> MemoryStream:
        """The stream by its number. Raises `StorageUnavailable` while down, `StreamUnknown`."""
        if self.down:
            raise StorageUnavailable("the database is down")
        try:
            return self.announcements if number == ANNOUNCEMENTS else self.streams[number]
        except KeyError:
            raise StreamUnknown(f"there is no stream {number}") from None

    def write(self, stream: MemoryStream, at_ms: int, records: list[bytes]) -> None:
        """Add records at the lease's next number and move it on."""
        lease = stream.lease
        for seq, data in enumerate(records, lease.next_seq):
            checksum = record_checksum(lease.stream, seq, lease.epoch, data)
            stream.records.append(MemoryRecord(seq, lease.epoch, at_ms, checksum, data))
        stream.lease = Lease(lease.stream, lease.epoch, lease.next_seq + len(records))

    def end_connections(self, owner: str) -> None:
        """End the connections that carry this owner's name, as a new owner does first."""
        self._ended[owner] = self.endings(owner) + 1

    def endings(self, owner: str) -> int:
        """How often this owner's connections were ended."""
        return self._ended.get(owner, 0)

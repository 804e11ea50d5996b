"""Endpoints of outgoing webhooks in memory."""

from __future__ import annotations

from engine.announcements import ANNOUNCEMENTS
from engine.journal import StorageUnavailable
from engine.webhooks import Delivery, Endpoint
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.due_rows import MemoryDueRows


class MemoryWebhooks:
    """Endpoints on a `MemoryDatabase`. Every call raises `StorageUnavailable` while that is down."""

    def __init__(
        self, database: MemoryDatabase, catalogue: MemoryCatalogue, sent: MemoryDueRows[Delivery]
    ) -> None:
        """`sent` are the deliveries that are looked through."""
        self._database = database
        self._catalogue = catalogue
        self._sent = sent
        self._rows: dict[str, Endpoint] = {}

    async def create(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""
        self._reach()
        self._rows[endpoint.id] = endpoint

    async def get(self, endpoint_id: str) -> Endpoint | None:
        """An endpoint."""
        self._reach()
        return self._rows.get(endpoint_id)

    async def advance(self, endpoint: Endpoint) -> bool:
        """Put an endpoint in the place of the version before it."""
        self._reach()
        before = self._rows.get(endpoint.id)
        if before is None or before.version != endpoint.version - 1:
            return False
        self._rows[endpoint.id] = endpoint
        return True

    async def remove(self, endpoint_id: str) -> None:
        """Drop an endpoint."""
        self._reach()
        self._rows.pop(endpoint_id, None)

    async def of_owner(self, owner: str, after: str, rows_max: int) -> list[Endpoint]:
        """An organiser's endpoints in the order of their ids."""
        self._reach()
        found = [row for key, row in sorted(self._rows.items()) if row.owner == owner and key > after]
        return found[:rows_max]

    async def count(self, owner: str) -> int:
        """How many an organiser has."""
        return len(await self.of_owner(owner, "", len(self._rows)))

    async def enabled(self) -> list[Endpoint]:
        """All that are told anything."""
        self._reach()
        return [row for _, row in sorted(self._rows.items()) if not row.disabled]

    async def mark(self) -> str:
        """Another one whenever an endpoint came, went or changed."""
        self._reach()
        return str(sorted((row.id, row.version) for row in self._rows.values()))

    async def owner_of(self, event: str) -> str | None:
        """The organiser that an event belongs to."""
        info = await self._catalogue.event(event)
        return None if info is None else info.organiser

    async def deliveries(self, endpoint_id: str, before: str, rows_max: int) -> list[Delivery]:
        """What went to an endpoint or is on its way, the newest first."""
        rows = [row for row in await self._sent.page("", 1 << 30) if row.endpoint == endpoint_id]
        return [row for row in reversed(rows) if not before or row.id < before][:rows_max]

    async def streams(self, event: str, section: str) -> list[tuple[int, int]]:
        """The streams of an event and that of announcements, or of one section, each with its last number."""
        self._reach()
        told = [] if section else [(ANNOUNCEMENTS, self._database.announcements)]
        streams = [
            (number, stream)
            for number, stream in sorted(self._database.streams.items())
            if stream.source.event == event and section in ("", stream.source.section)
        ]
        return [(number, stream.lease.next_seq - 1) for number, stream in streams + told]

    async def close(self) -> None:
        """Nothing to close. May be called twice."""

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")

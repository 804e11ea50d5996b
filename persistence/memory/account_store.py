"""Everything about accounts in memory, on the same `MemoryDatabase` as the catalogue."""

from __future__ import annotations

from persistence.memory.accounts import MemoryPeople
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.organisers import MemoryOrganisers
from persistence.memory.sessions import MemorySessions


class MemoryAccounts:
    """The three stores of accounts; `catalogue` has the names on orders and tickets."""

    def __init__(self, database: MemoryDatabase, catalogue: MemoryCatalogue) -> None:
        self.sessions = MemorySessions(database)
        self.organisers = MemoryOrganisers(database)
        self.people = MemoryPeople(database, catalogue, self.sessions, self.organisers)

    async def close(self) -> None:
        """Nothing to close. May be called twice."""

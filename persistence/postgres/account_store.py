"""Everything about accounts in PostgreSQL, over one small pool."""

from __future__ import annotations

from persistence.postgres.accounts import PostgresPeople
from persistence.postgres.engine import catalogue_engine
from persistence.postgres.organisers import PostgresOrganisers
from persistence.postgres.sessions import PostgresSessions


class PostgresAccounts:
    """The three stores of accounts and the pool that they share."""

    def __init__(self, dsn: str) -> None:
        self._engine = catalogue_engine(dsn)
        self.people = PostgresPeople(self._engine)
        self.sessions = PostgresSessions(self._engine)
        self.organisers = PostgresOrganisers(self._engine)

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        await self._engine.dispose()

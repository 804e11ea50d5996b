"""What a search costs in questions to the server, each of which waits for a core of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.listings import EventQuery, Near
from engine.places import Place
from persistence.postgres.discovery import PostgresDiscovery
from persistence.postgres.engine import catalogue_engine
from tests.contract.backends import PostgresBackend


async def test_a_search_is_one_round_trip(postgres: PostgresBackend) -> None:
    """Once its statement is prepared: no transaction around it, and no asking if the server is there."""
    engine = catalogue_engine(postgres.dsn)
    said: list[str] = []

    def listen(connection: Any, _record: Any) -> None:
        connection.driver_connection.add_query_logger(lambda logged: said.append(logged.query))

    sa.event.listen(engine.sync_engine, "connect", listen)
    discovery = PostgresDiscovery(engine)
    query = EventQuery(near=Near(Place(48.2, 16.4)))
    try:
        first = await discovery.search(query, "distance", 10)
        said.clear()
        assert first == await discovery.search(query, "distance", 10)
        assert [] == said  # the driver tells of everything but what is prepared: BEGIN, COMMIT, a ping
        assert await discovery.claim_surveys(0, 0, 1) == []
        assert said  # and this is how a transaction is told of
    finally:
        await engine.dispose()

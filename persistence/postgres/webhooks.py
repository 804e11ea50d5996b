"""Endpoints of outgoing webhooks and the log of what went to them, in PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.webhooks import Delivery, Endpoint
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.postgres.rows import storable
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "webhooks.sql")
TIMEOUT_S: Final = 10.0
_endpoints: Final = msgspec.json.Decoder(Endpoint)
_deliveries: Final = msgspec.json.Decoder(Delivery)


class PostgresWebhooks:
    """Endpoints over a connection of its own. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)

    async def create(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""
        row = endpoint.id, endpoint.owner, endpoint.version, _encoded(endpoint)
        await self._connection.execute(SQL["create"], *row)

    async def get(self, endpoint_id: str) -> Endpoint | None:
        """An endpoint."""
        rows = await self._connection.fetch(SQL["get"], storable(endpoint_id))
        return _endpoints.decode(rows[0]["data"]) if rows else None

    async def advance(self, endpoint: Endpoint) -> bool:
        """Put an endpoint in the place of the version before it; False where that is not there any more."""
        row = endpoint.id, endpoint.version, _encoded(endpoint)
        return await self._connection.execute(SQL["advance"], *row) == "UPDATE 1"

    async def remove(self, endpoint_id: str) -> None:
        """Drop an endpoint; what is on its way to it is dropped when it is due."""
        await self._connection.execute(SQL["remove"], storable(endpoint_id))

    async def of_owner(self, owner: str, after: str, rows_max: int) -> list[Endpoint]:
        """An organiser's endpoints in the order of their ids."""
        rows = await self._connection.fetch(SQL["of_owner"], owner, storable(after), rows_max)
        return [_endpoints.decode(row["data"]) for row in rows]

    async def count(self, owner: str) -> int:
        """How many an organiser has."""
        return int((await self._connection.fetch(SQL["count"], owner))[0]["endpoints"])

    async def enabled(self) -> list[Endpoint]:
        """All that are told anything."""
        return [_endpoints.decode(row["data"]) for row in await self._connection.fetch(SQL["enabled"])]

    async def mark(self) -> str:
        """Another one whenever an endpoint came, went or changed."""
        return str((await self._connection.fetch(SQL["mark"]))[0]["mark"])

    async def owner_of(self, event: str) -> str | None:
        """The organiser that an event belongs to."""
        rows = await self._connection.fetch(SQL["owner_of"], event)
        return rows[0]["organiser"] if rows else None

    async def deliveries(self, endpoint_id: str, before: str, rows_max: int) -> list[Delivery]:
        """What went to an endpoint or is on its way, the newest first, from before the id `before`."""
        rows = await self._connection.fetch(
            SQL["deliveries"], storable(endpoint_id), storable(before), rows_max
        )
        return [_deliveries.decode(row["data"]) for row in rows]

    async def streams(self, event: str, section: str) -> list[tuple[int, int]]:
        """The streams of an event and that of announcements, or of one section, each with its last number."""
        rows = await self._connection.fetch(SQL["stream_end"], storable(event), storable(section))
        return [(row["stream"], row["last_seq"]) for row in rows]

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()


def _encoded(row: Any) -> str:
    return msgspec.json.encode(row).decode()

"""How far each stream was relayed, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.bus import Backlog
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "relay.sql")
TIMEOUT_S: Final = 10.0
BUS: Final = "bus"


class PostgresRelay:
    """Positions of the relays that share a name. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str, name: str = BUS) -> None:
        self._name = name
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)

    async def take_lease(self, owner: str, ttl_ms: int) -> int | None:
        """The epoch of the lease that `owner` has now; None while another one has it."""
        rows = await self._connection.fetch(SQL["take_lease"], self._name, owner, ttl_ms)
        return rows[0]["epoch"] if rows else None

    async def give_up(self, owner: str) -> None:
        """Let go of the lease."""
        await self._connection.execute(SQL["give_up"], self._name, owner)

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not relayed, the longest neglected first."""
        return [Backlog(*row) for row in await self._connection.fetch(SQL["behind"], streams_max)]

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some, in the same order."""
        return [Backlog(*row) for row in await self._connection.fetch(SQL["behind_of"], list(streams))]

    async def advance(self, epoch: int, moved: Sequence[Backlog]) -> bool:
        """Keep that these streams were relayed up to their `last_seq`; False for an old epoch."""
        streams, numbers = [each.stream for each in moved], [each.last_seq for each in moved]
        rows = await self._connection.fetch(SQL["advance"], self._name, epoch, streams, numbers)
        return bool(rows[0]["fenced"])

    async def lag(self) -> int:
        """Records of all streams that were not relayed yet."""
        return int((await self._connection.fetch(SQL["lag"]))[0]["records"])

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()

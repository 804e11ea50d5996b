"""What relays and consumers keep, on the simulated server: the twins in memory over a wire that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from engine.bus import Backlog, TrailRow
from persistence.memory.inbox import MemoryAuditTrail
from persistence.memory.relay import MemoryRelay
from proof.simulation.wire import Connection, Server

T = TypeVar("T")


class OverTheWire:
    """Statements of one process on the simulated server, each whole or not at all."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = Connection(server)

    async def run(self, statement: Callable[[], Awaitable[T]], *, writes: bool = True) -> T:
        """Execute what a twin in memory does. Raises `StorageUnavailable`."""
        if self._connection.lost:
            self._connection = Connection(self._server)
        return await self._connection.run(lambda: at_once(statement()), writes=writes)


def at_once(work: Awaitable[T]) -> T:
    """The outcome of a coroutine that waits for nothing."""
    try:
        work.__await__().send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("the twins in memory wait for nothing")


class SimulatedPositions:
    """`workers.ports.Positions` over the wire."""

    def __init__(self, wire: OverTheWire, positions: MemoryRelay) -> None:
        self._wire = wire
        self._positions = positions

    async def take_lease(self, owner: str, ttl_ms: int) -> int | None:
        """The epoch of the lease, if it is `owner`'s."""
        return await self._wire.run(lambda: self._positions.take_lease(owner, ttl_ms))

    async def give_up(self, owner: str) -> None:
        """Let go of the lease."""
        await self._wire.run(lambda: self._positions.give_up(owner))

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not relayed."""
        return await self._wire.run(lambda: self._positions.behind(streams_max), writes=False)

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some."""
        return await self._wire.run(lambda: self._positions.behind_of(streams), writes=False)

    async def advance(self, epoch: int, moved: Sequence[Backlog]) -> bool:
        """Keep how far streams were relayed."""
        return await self._wire.run(lambda: self._positions.advance(epoch, moved))


class SimulatedTrail:
    """`workers.audit.Trail` over the wire."""

    def __init__(self, wire: OverTheWire, trail: MemoryAuditTrail) -> None:
        self._wire = wire
        self._trail = trail

    async def write(self, consumer: str, rows: Sequence[TrailRow], at_ms: int) -> int:
        """Write what is not written yet."""
        return await self._wire.run(lambda: self._trail.write(consumer, rows, at_ms))

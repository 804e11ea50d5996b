"""The journal's store and the catalogue, as clients of the simulated server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from engine.catalogue import (
    DEFAULT_ORGANISER,
    Billing,
    EventInfo,
    EventPage,
    EventStatus,
    Mode,
    OrderRow,
    PlanInfo,
)
from engine.journal import Lease, StoredRecord, StoredSnapshot, StreamSource
from engine.plan import Plan
from engine.queue.terms import QueueTerms
from engine.terms import Terms
from persistence.memory.catalogue import NO_BILLING, MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from proof.simulation.wire import Connection, Server

T = TypeVar("T")
SNAPSHOTS_KEPT: Final = 2


class SimulatedSectionStore:
    """`actors.ports.SectionStore` over two connections, as the real one has: the writer's and a reader's."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._database: MemoryDatabase = server.database
        self._owner = ""
        self._writer = Connection(server)
        self._reader = Connection(server)
        self._doubt: tuple[int, int] | None = None

    async def _write(self, statement: Callable[[], T], *, commits: bool = True) -> T:
        if self._writer.lost:
            self._writer = Connection(self._server)
        self._writer.owner = self._owner
        return await self._writer.run(statement, writes=commits)

    async def _read(self, statement: Callable[[], T]) -> T:
        if self._reader.lost:
            self._reader = Connection(self._server)
        self._reader.owner = self._owner
        return await self._reader.run(statement)

    async def source(self, stream: int) -> StreamSource:
        """What the stream sells. Raises `StreamUnknown`."""
        return await self._read(lambda: self._database.stream(stream).source)

    async def take_over(self, stream: int, owner: str) -> Lease:
        """End the previous owner's connections, then take the lease with a newer epoch."""
        self._owner = owner
        previous = await self._write(lambda: self._database.stream(stream).owner, commits=False)
        if previous == owner:
            self._server.world.ledger.sometimes("a section left and came back")
        elif previous:
            keep = (self._writer, self._reader)
            await self._write(lambda: self._server.end_connections(previous, keep), commits=False)
        return await self._write(lambda: self._take_lease(stream, owner))

    def _take_lease(self, stream: int, owner: str) -> Lease:
        found = self._database.stream(stream)
        found.owner = owner
        found.lease = Lease(stream, found.lease.epoch + 1, found.lease.next_seq)
        return found.lease

    async def append(
        self, stream: int, epoch: int, first_seq: int, at_ms: int, records: Sequence[bytes]
    ) -> bool:
        """Make records durable in one fenced statement."""
        self._doubt = (stream, first_seq + len(records))
        done = await self._write(lambda: self._append(stream, epoch, first_seq, at_ms, records))
        self._doubt = None
        return done

    def _append(self, stream: int, epoch: int, first_seq: int, at_ms: int, records: Sequence[bytes]) -> bool:
        found = self._database.stream(stream)
        ledger = self._server.world.ledger
        if found.lease != Lease(stream, epoch, first_seq):
            ledger.sometimes(
                "a stale owner was fenced" if found.lease.epoch != epoch else "a late copy fenced"
            )
            return False
        if len(records) > 1:
            ledger.sometimes("many records in one commit")
        self._database.write(found, at_ms, list(records))
        ledger.trace(b"J%d/%d " % (stream, first_seq), *records)
        return True

    async def position(self, stream: int) -> Lease:
        """The lease as it is stored now."""
        lease = await self._write(lambda: self._database.stream(stream).lease, commits=False)
        if self._doubt is not None and self._doubt[0] == stream:
            found = self._doubt == (stream, lease.next_seq)
            name = "a commit whose reply was lost was found" if found else "a lost commit was found missing"
            self._server.world.ledger.sometimes(name)
            self._doubt = None
        return lease

    async def read(self, stream: int, after_seq: int, limit: int) -> list[StoredRecord]:
        """Up to `limit` records after `after_seq`, in order."""
        rows = await self._read(lambda: self._database.stream(stream).records[after_seq : after_seq + limit])
        return [StoredRecord(row.seq, row.epoch, row.data) for row in rows]

    async def newest_snapshot(self, stream: int) -> StoredSnapshot | None:
        """The newest snapshot, if there is one."""
        kept = await self._read(lambda: list(self._database.stream(stream).snapshots))
        if kept:
            self._server.world.ledger.sometimes("a section came back from a snapshot")
        return kept[0] if kept else None

    async def save_snapshot(self, stream: int, epoch: int, snapshot: StoredSnapshot) -> None:
        """Keep a snapshot and one older; of an owner without the lease nothing is kept."""
        await self._read(lambda: self._save(stream, epoch, snapshot))

    def _save(self, stream: int, epoch: int, snapshot: StoredSnapshot) -> None:
        found = self._database.stream(stream)
        if found.lease.epoch == epoch and all(kept.seq != snapshot.seq for kept in found.snapshots):
            newest_first = sorted((*found.snapshots, snapshot), key=lambda kept: kept.seq, reverse=True)
            found.snapshots = newest_first[:SNAPSHOTS_KEPT]

    async def close(self) -> None:
        """Let go of both connections."""
        self._writer.lose()
        self._reader.lose()


class SimulatedCatalogue:
    """`gateway.ports.Catalogue` over one connection of a gateway's."""

    def __init__(self, server: Server, stored: MemoryCatalogue) -> None:
        self._server = server
        self._stored = stored
        self._connection = Connection(server)
        self.tickets = stored.tickets
        self.discovery = stored.discovery

    async def _reach(self) -> None:
        """The way to the server and back, with all that may befall it; what is asked comes after it."""
        if self._connection.lost:
            self._connection = Connection(self._server)
        await self._connection.run(lambda: None)

    async def save_plan(self, plan: Plan, at_ms: int, organiser: str = DEFAULT_ORGANISER) -> PlanInfo:
        """Keep a plan."""
        await self._reach()
        return await self._stored.save_plan(plan, at_ms, organiser)

    async def plan(self, plan_id: str) -> Plan | None:
        """The plan itself."""
        await self._reach()
        return await self._stored.plan(plan_id)

    async def plan_info(self, plan_id: str) -> PlanInfo | None:
        """What is known of a plan."""
        await self._reach()
        return await self._stored.plan_info(plan_id)

    async def create_event(  # what an event is made of
        self,
        name: str,
        plan_id: str,
        terms: Terms,
        at_ms: int,
        queue: QueueTerms | None = None,
        *,
        mode: Mode = "live",
        billing: Billing = NO_BILLING,
    ) -> EventInfo:
        """A new draft event."""
        await self._reach()
        return await self._stored.create_event(name, plan_id, terms, at_ms, queue, mode=mode, billing=billing)

    async def change_event(self, event_id: str, name: str, billing: Billing) -> EventInfo | None:
        """Change how an event is announced."""
        await self._reach()
        return await self._stored.change_event(event_id, name, billing)

    async def events_by_id(self, event_ids: Sequence[str]) -> dict[str, EventInfo]:
        """The events that there are of these."""
        await self._reach()
        return await self._stored.events_by_id(event_ids)

    async def event(self, event_id: str) -> EventInfo | None:
        """An event by its id."""
        await self._reach()
        return await self._stored.event(event_id)

    async def events(self, limit: int, after: str | None = None) -> EventPage:
        """Some events, newest first."""
        await self._reach()
        return await self._stored.events(limit, after)

    async def set_event_status(
        self, event_id: str, status: EventStatus, at_ms: int, reason: str = ""
    ) -> EventInfo | None:
        """Change the status of an event."""
        await self._reach()
        return await self._stored.set_event_status(event_id, status, at_ms, reason)

    async def set_price(self, event_id: str, category: str, ticket_type: str, amount: int) -> None:
        """Keep a price."""
        await self._reach()
        await self._stored.set_price(event_id, category, ticket_type, amount)

    async def event_of_stream(self, stream: int) -> EventInfo | None:
        """The event that a stream belongs to."""
        await self._reach()
        return await self._stored.event_of_stream(stream)

    async def save_orders(self, rows: Sequence[OrderRow]) -> None:
        """Keep order rows; the reply to it can be lost as well."""
        await self._reach()
        await self._stored.save_orders(rows)
        await self._reach()

    async def order(self, order_id: str) -> OrderRow | None:
        """An order row by its id."""
        await self._reach()
        return await self._stored.order(order_id)

    async def orders_of(
        self, principals: Sequence[str], limit: int, after: str | None = None
    ) -> list[OrderRow]:
        """The order rows of these people."""
        await self._reach()
        return await self._stored.orders_of(principals, limit, after)

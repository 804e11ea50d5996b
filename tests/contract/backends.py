"""The homes that a store may have, and how to do to each what a contract test needs done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Protocol

import asyncpg

from actors.ports import SectionStore
from engine.catalogue import (
    DEFAULT_ORGANISER,
    Billing,
    EventInfo,
    EventPage,
    EventStatus,
    Mode,
    OrderRow,
    PlanInfo,
    StreamRef,
)
from engine.journal import StoredSnapshot
from engine.plan import Category, Plan, Row, Seat, Section
from engine.queue.terms import QueueTerms
from engine.terms import Terms
from gateway.accounts.ports import AccountStore
from gateway.ports import Discovery, Openings, Tickets
from persistence.memory.account_store import MemoryAccounts
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore
from persistence.postgres.account_store import PostgresAccounts
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore
from scripts.torture.proxy import before_postgres
from tests.databases import temporary_directory

AT_MS = 1_700_000_000_000


class Store(SectionStore, Protocol):
    """A section store with what audits need beside it."""

    async def snapshots(self, stream: int) -> list[StoredSnapshot]: ...


class Catalogue(Protocol):
    """What both catalogues promise."""

    @property
    def tickets(self) -> Tickets: ...

    async def save_plan(self, plan: Plan, at_ms: int, organiser: str = DEFAULT_ORGANISER) -> PlanInfo: ...
    async def plan_info(self, plan_id: str) -> PlanInfo | None: ...
    async def plan(self, plan_id: str) -> Plan | None: ...
    @property
    def discovery(self) -> Discovery: ...
    @property
    def openings(self) -> Openings: ...

    async def create_event(
        self,
        name: str,
        plan_id: str,
        terms: Terms,
        at_ms: int,
        queue: QueueTerms | None = None,
        *,
        mode: Mode = "live",
        billing: Billing = ...,
    ) -> EventInfo: ...
    async def change_event(self, event_id: str, name: str, billing: Billing) -> EventInfo | None: ...
    async def events_by_id(self, event_ids: Sequence[str]) -> dict[str, EventInfo]: ...
    async def event(self, event_id: str) -> EventInfo | None: ...
    async def events(self, limit: int, after: str | None = None) -> EventPage: ...
    async def set_event_status(
        self, event_id: str, status: EventStatus, at_ms: int, reason: str = ""
    ) -> EventInfo | None: ...
    async def set_price(self, event_id: str, category: str, ticket_type: str, amount: int) -> None: ...
    async def event_of_stream(self, stream: int) -> EventInfo | None: ...
    async def streams(self) -> list[StreamRef]: ...
    async def save_orders(self, rows: list[OrderRow]) -> None: ...
    async def order(self, order_id: str) -> OrderRow | None: ...
    async def orders_of(
        self, principals: Sequence[str], limit: int, after: str | None = None
    ) -> list[OrderRow]: ...
    async def close(self) -> None: ...


class Backend(Protocol):
    """One home; everything it opens is closed with it."""

    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def accounts(self) -> AccountStore: ...
    def open_store(self) -> Store: ...
    async def open_lossy_store(self) -> tuple[Store, Callable[[], None]]: ...
    async def corrupt_record(self, stream: int, seq: int) -> None: ...
    async def lose_record(self, stream: int, seq: int) -> None: ...
    async def close(self) -> None: ...


class MemoryBackend:
    """Stores that share a `MemoryDatabase`."""

    def __init__(self) -> None:
        self.database = MemoryDatabase()
        self.catalogue = MemoryCatalogue(self.database)
        self.accounts = MemoryAccounts(self.database, self.catalogue)

    def open_store(self) -> MemorySectionStore:
        return MemorySectionStore(self.database)

    async def open_lossy_store(self) -> tuple[Store, Callable[[], None]]:
        def lose_next_reply() -> None:
            self.database.lost_replies += 1

        return self.open_store(), lose_next_reply

    async def corrupt_record(self, stream: int, seq: int) -> None:
        records = self.database.streams[stream].records
        records[seq - 1] = replace(records[seq - 1], data=b"\xff" + records[seq - 1].data[1:])

    async def lose_record(self, stream: int, seq: int) -> None:
        del self.database.streams[stream].records[seq - 1]

    async def close(self) -> None:
        await self.catalogue.close()


class PostgresBackend:
    """Stores on a PostgreSQL database."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.catalogue = PostgresCatalogue(dsn)
        self.accounts = PostgresAccounts(dsn)
        self._resources = AsyncExitStack()

    def open_store(self, timeout_s: float = 10.0) -> PostgresSectionStore:
        return self._kept(PostgresSectionStore(self.dsn, timeout_s=timeout_s))

    async def open_lossy_store(self) -> tuple[Store, Callable[[], None]]:
        directory = self._resources.enter_context(temporary_directory())
        proxy, dsn = await self._resources.enter_async_context(before_postgres(self.dsn, directory))
        return self._kept(PostgresSectionStore(dsn)), proxy.lose_next_reply

    async def corrupt_record(self, stream: int, seq: int) -> None:
        await self.execute(
            "UPDATE journal SET data = set_byte(data, 0, get_byte(data, 0) # 1)"
            " WHERE stream = $1 AND seq = $2",
            *(stream, seq),
        )

    async def lose_record(self, stream: int, seq: int) -> None:
        await self.execute("DELETE FROM journal WHERE stream = $1 AND seq = $2", stream, seq)

    async def execute(self, statement: str, *arguments: object) -> None:
        async with self.connected() as connection:
            await connection.execute(statement, *arguments)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[asyncpg.Connection]:
        """A bare connection, as another program would have."""
        connection = await asyncpg.connect(self.dsn)
        try:
            yield connection
        finally:
            await connection.close()

    async def close(self) -> None:
        await self._resources.aclose()
        await self.accounts.close()
        await self.catalogue.close()

    def _kept(self, store: PostgresSectionStore) -> PostgresSectionStore:
        self._resources.push_async_callback(store.close)
        return store


async def settled(waiting: asyncio.Task[object], blocked: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a task is done or, as `blocked` tells, waits for a lock."""
    while not waiting.done() and not await blocked():  # noqa: ASYNC110 - the server sets no event of ours
        await asyncio.sleep(0)


def small_plan(name: str, sections: int = 1) -> Plan:
    """A plan of sections `S0`, `S1`, … with one row of two seats each."""
    seats = (Seat("1", 0.0, 0.0, "std"), Seat("2", 1.0, 0.0, "std"))
    return Plan(
        name,
        (Category("std", "Standard"),),
        tuple(Section(f"S{number}", (Row("A", seats),)) for number in range(sections)),
    )


async def new_streams(backend: Backend, count: int = 1) -> list[int]:
    """The streams of a new event with `count` sections."""
    info = await backend.catalogue.save_plan(small_plan(f"House of {count}", count), AT_MS)
    event = await backend.catalogue.create_event("Night", info.id, Terms(), AT_MS)
    return [section.stream for section in event.sections]


async def new_stream(backend: Backend) -> int:
    """The stream of a new event with one section."""
    return (await new_streams(backend))[0]

"""Plans, events and orders in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.announcements import publication
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
from engine.plan import Plan
from engine.plans.canonical import canonical_json, parse_canonical
from engine.queue.terms import QueueTerms
from engine.terms import Terms, with_price
from persistence.drafts import new_id, plan_info
from persistence.errors import PlanUnknown
from persistence.postgres.announcing import announce
from persistence.postgres.bulk import create_all
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.postgres.discovery import PostgresDiscovery
from persistence.postgres.engine import Reader, catalogue_engine, transaction
from persistence.postgres.listing_tables import ListingTable
from persistence.postgres.listings import begin_surveys, list_event, reprice
from persistence.postgres.openings import PostgresOpenings
from persistence.postgres.rows import (
    among,
    begin_streams,
    billed,
    event_info,
    event_row,
    plan_columns,
    standing,
    storable,
)
from persistence.postgres.tables import EventRow, OrderTable, OrganiserTable, PlanRow, StreamRow
from persistence.postgres.tickets import PostgresTickets
from persistence.sql import load_statements

SQL = load_statements("persistence.postgres", "catalogue.sql")
ORDERS_TIMEOUT_S = 10.0
NO_BILLING = Billing()
Rows = Sequence[sa.Row[Any]]


class PostgresCatalogue:
    """The catalogue over a small pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, dsn: str, actors: int = 1) -> None:
        """A catalogue whose new events may have `actors` processes each for their sections."""
        self._actors = actors
        self._engine = catalogue_engine(dsn)
        self._reader = Reader(self._engine)
        self.tickets = PostgresTickets(self._engine)
        self.discovery = PostgresDiscovery(self._engine)
        self.openings = PostgresOpenings(self._engine)
        # Orders come with every checkout: one prepared statement instead of a transaction of three.
        self._orders = DedicatedConnection(dsn, UNNAMED, ORDERS_TIMEOUT_S)

    async def has_organiser(self, organiser: str) -> bool:
        """Whether there is such an organiser."""
        query = sa.select(sa.literal(1)).where(OrganiserTable.id == storable(organiser))
        async with transaction(self._engine) as connection:
            return await connection.scalar(query) is not None

    async def save_plan(self, plan: Plan, at_ms: int, organiser: str = DEFAULT_ORGANISER) -> PlanInfo:
        """Store a plan; the same plan of the same organiser again gives what was stored first."""
        info = plan_info(plan, at_ms, organiser)
        values = {**msgspec.structs.asdict(info), "canonical": canonical_json(plan)}
        async with transaction(self._engine) as connection:
            await connection.execute(
                insert(PlanRow).values(values).on_conflict_do_nothing(index_elements=["organiser", "digest"])
            )
            same = (PlanRow.digest == info.digest, PlanRow.organiser == organiser)
            query = sa.select(*plan_columns()).where(*same)
            return PlanInfo(**(await connection.execute(query)).mappings().one())

    async def plan_info(self, plan_id: str) -> PlanInfo | None:
        """What is known of a plan without its seats."""
        query = sa.select(*plan_columns()).where(PlanRow.id == storable(plan_id))
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else PlanInfo(**row)

    async def plan(self, plan_id: str) -> Plan | None:
        """The whole plan."""
        query = sa.select(PlanRow.canonical).where(PlanRow.id == storable(plan_id))
        async with transaction(self._engine) as connection:
            canonical = await connection.scalar(query)
        return None if canonical is None else parse_canonical(canonical)

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
        """A draft event: a stream for each section, with its lease and first record, or nothing at all.

        With `queue` it has a waiting room, which is a stream too. It belongs to the plan's organiser.
        `billing` is how it is announced. Raises `PlanUnknown` or `VenueUnknown`.
        """
        info, plan = await self.plan_info(plan_id), await self.plan(plan_id)
        if info is None or plan is None:
            raise PlanUnknown(f"there is no plan {plan_id}")
        event = EventInfo(
            *(new_id("evt", at_ms), name, plan_id, "draft", terms, (), at_ms),
            organiser=info.organiser,
            mode=mode,
            actors=self._actors,
            billing=billing,
        )
        async with transaction(self._engine) as connection:
            await connection.execute(insert(EventRow).values(event_row(event)))
            sections, room = await begin_streams(connection, event, info, plan, queue)
            event = msgspec.structs.replace(event, sections=sections, queue=room)
            await list_event(connection, event)
            await begin_surveys(connection, event, plan)
        return event

    async def create_open_events(
        self, plan_id: str, drafts: Sequence[tuple[str, Terms, Billing]], at_ms: int
    ) -> list[str]:
        """Events on sale from the start (their terms say so), by name, terms and billing; their ids.

        All or none, some hundreds at once. Raises `PlanUnknown`.
        """
        info, plan = await self.plan_info(plan_id), await self.plan(plan_id)
        if info is None or plan is None:
            raise PlanUnknown(f"there is no plan {plan_id}")
        events = [
            EventInfo(
                *(new_id("evt", at_ms), name, plan_id, "open", terms, (), at_ms),
                organiser=info.organiser,
                actors=self._actors,
                billing=billing,
            )
            for name, terms, billing in drafts
        ]
        venues = await self.discovery.venues_by_id(
            sorted({event.billing.venue for event in events if event.billing.venue is not None})
        )
        async with transaction(self._engine) as connection:
            await create_all(connection, events, info, plan, venues)
        return [event.id for event in events]

    async def change_event(self, event_id: str, name: str, billing: Billing) -> EventInfo | None:
        """Change how an event is announced. Raises `VenueUnknown`."""
        where = EventRow.id == storable(event_id)
        async with transaction(self._engine) as connection:
            await connection.execute(sa.update(EventRow).where(where).values(billed(name, billing)))
            event = await self._event(connection, where)
            if event is not None:
                await list_event(connection, event)
        return event

    async def events_by_id(self, event_ids: Sequence[str]) -> dict[str, EventInfo]:
        """Those that there are."""
        query = sa.select(EventRow.__table__).where(among(EventRow.id, event_ids))

        async def ask(connection: AsyncConnection) -> tuple[Rows, Rows]:
            rows = (await connection.execute(query)).all()
            return rows, await self._streams_of(connection, [row.id for row in rows])

        rows, streams = await self._reader.read(ask)
        of_event: dict[object, list[sa.Row[Any]]] = {row.id: [] for row in rows}
        for stream in streams:
            of_event[stream.event].append(stream)
        return {row.id: event_info(row, of_event[row.id]) for row in rows}

    async def event(self, event_id: str) -> EventInfo | None:
        """The event with its sections in plan order."""
        async with transaction(self._engine) as connection:
            return await self._event(connection, EventRow.id == storable(event_id))

    async def events(self, limit: int, after: str | None = None) -> EventPage:
        """Up to `limit` events, newest first, of those older than `after`."""
        query = sa.select(EventRow.__table__).order_by(EventRow.id.desc()).limit(limit + 1)
        if after is not None:
            query = query.where(EventRow.id < storable(after))
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).all()
            page = rows[:limit]
            streams = await self._streams_of(connection, [row.id for row in page])
        found = tuple(
            event_info(row, [stream for stream in streams if stream.event == row.id]) for row in page
        )
        return EventPage(found, found[-1].id if len(rows) > limit else None)

    async def set_event_status(
        self, event_id: str, status: EventStatus, at_ms: int, reason: str = ""
    ) -> EventInfo | None:
        """Change an event's status and give the event as it is now; that it is no draft any more is told."""
        async with transaction(self._engine) as connection:
            where = EventRow.id == storable(event_id)
            query = sa.select(EventRow.status, EventRow.pause, EventRow.billing).where(where)
            before = (await connection.execute(query.with_for_update())).one_or_none()
            if before is None:
                return None
            stands = standing(before, status, at_ms, reason)
            await connection.execute(sa.update(EventRow).where(where).values(stands))
            listed = sa.update(ListingTable).where(ListingTable.event == storable(event_id))
            await connection.execute(listed.values(status=status))
            event = await self._event(connection, where)
            if event is not None and before.status == "draft" != status:
                await announce(connection, publication(event, at_ms))
            return event

    async def set_price(self, event_id: str, category: str, ticket_type: str, amount: int) -> None:
        """Keep a price in the event's terms, and find the event by it from now on."""
        where = EventRow.id == storable(event_id)
        async with transaction(self._engine) as connection:
            stored = await connection.scalar(sa.select(EventRow.terms).where(where).with_for_update())
            if stored is None:
                return
            terms = with_price(msgspec.convert(stored, Terms), category, ticket_type, amount)
            kept = sa.update(EventRow).where(where).values(terms=msgspec.to_builtins(terms))
            await connection.execute(kept)
            await reprice(connection, event_id, terms, category)

    async def event_of_stream(self, stream: int) -> EventInfo | None:
        """The event that a stream is a section of."""
        owner = sa.select(StreamRow.event).where(StreamRow.id == stream).scalar_subquery()
        async with transaction(self._engine) as connection:
            return await self._event(connection, EventRow.id == owner)

    async def streams(self) -> list[StreamRef]:
        """Every journal stream, by number."""
        query = sa.select(StreamRow.id, StreamRow.event, StreamRow.section).order_by(StreamRow.id)
        async with transaction(self._engine) as connection:
            return [StreamRef(*row) for row in await connection.execute(query)]

    async def save_orders(self, rows: Sequence[OrderRow]) -> None:
        """Store orders in one statement; one whose id is stored already is left as it is.

        Not to be cancelled: those who may give up waiting leave their rows to an order book.
        """
        if rows:
            written = msgspec.json.encode(rows).decode()
            await self._orders.run_uncancelled(
                lambda connection: connection.execute(SQL["save_orders"], written)
            )

    async def order(self, order_id: str) -> OrderRow | None:
        """An order's personal side."""
        query = sa.select(OrderTable.__table__).where(OrderTable.id == storable(order_id))
        async with transaction(self._engine) as connection:
            row = (await connection.execute(query)).mappings().one_or_none()
        return None if row is None else OrderRow(**row)

    async def orders_of(
        self, principals: Sequence[str], limit: int, after: str | None = None
    ) -> list[OrderRow]:
        """Up to `limit` orders of these people, newest first, of those older than the order `after`."""
        orders = OrderTable.__table__.c
        query = sa.select(OrderTable.__table__).where(orders.principal.in_(map(storable, principals)))
        if after is not None:
            query = query.where(orders.id < storable(after))
        async with transaction(self._engine) as connection:
            rows = await connection.execute(query.order_by(orders.id.desc()).limit(limit))
            return [OrderRow(**row) for row in rows.mappings()]

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        await self._orders.close()
        await self._engine.dispose()

    async def _event(self, connection: AsyncConnection, where: sa.ColumnElement[bool]) -> EventInfo | None:
        row = (await connection.execute(sa.select(EventRow.__table__).where(where))).one_or_none()
        return None if row is None else event_info(row, await self._streams_of(connection, [row.id]))

    async def _streams_of(self, connection: AsyncConnection, events: list[str]) -> Rows:
        query = sa.select(StreamRow.__table__).where(among(StreamRow.event, events))
        return (await connection.execute(query.order_by(StreamRow.event, StreamRow.ordinal))).all()

"""Finds events and venues in PostgreSQL, with PostGIS or without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.listings import DEAR, EventQuery, Found, FoundPage, Near, Sort, Survey, Venue, VenuePage
from engine.offers import at_prices
from persistence.cursors import Cursor, read_cursor, written
from persistence.postgres.conditions import conditions
from persistence.postgres.engine import Reader, transaction
from persistence.postgres.listing_tables import ListingTable, OfferTable, VenueTable
from persistence.postgres.listings import SQL, insert_offers, sum_up, terms_now, venue_of, venue_row
from persistence.postgres.positions import Positions, positions_of
from persistence.postgres.rows import among

LISTINGS: sa.FromClause = ListingTable.__table__
VENUES: sa.FromClause = VenueTable.__table__
Rows = Sequence[sa.Row[Any]]


class PostgresDiscovery:
    """Searches over the catalogue's pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._reader = Reader(engine)
        self._positions: Positions | None = None

    async def search(self, query: EventQuery, sort: Sort, limit: int, after: str | None = None) -> FoundPage:
        """Up to `limit` events that fit, from the page mark `after` on. Raises `CursorInvalid`."""
        cursor = read_cursor(after, sort)

        async def ask(connection: AsyncConnection) -> Rows:
            statement = await self.statement(connection, query, sort, limit + 1, cursor)
            rows: Rows = (await connection.execute(statement)).all()
            return rows

        rows = await self._reader.read(ask)
        found = tuple(
            Found(row.event, row.metres, row.free, None if row.price == DEAR else row.price, row.as_of_ms)
            for row in rows[:limit]
        )
        return FoundPage(found, _next(rows, limit, sort, "event"))

    async def statement(
        self,
        connection: AsyncConnection,
        query: EventQuery,
        sort: Sort,
        limit: int,
        cursor: Cursor | None = None,
    ) -> sa.Select[Any]:
        """The statement of a search, also for those who want it explained."""
        positions = await self._known(connection)
        key, metres = _keys(positions, LISTINGS, query.near, sort)
        columns = LISTINGS.c
        chosen = sa.select(columns.event, columns.free, columns.price, columns.as_of_ms, key, metres)
        statement = chosen.where(*conditions(query, positions))
        if sort == "newest":
            if cursor is not None:
                statement = statement.where(columns.event < cursor.id)
            return statement.order_by(columns.event.desc()).limit(limit)
        if cursor is not None:
            statement = statement.where(_beyond(key.element, columns.event, cursor))
        return _in_order(statement, key, "event", limit)

    async def add_venue(self, venue: Venue) -> None:
        """Keep a venue."""
        await self.add_venues([venue])

    async def add_venues(self, venues: Sequence[Venue]) -> None:
        """Keep several."""
        async with transaction(self._engine) as connection:
            await connection.execute(sa.insert(VenueTable), [venue_row(venue) for venue in venues])

    async def venue(self, venue_id: str) -> Venue | None:
        """The venue by its id."""
        return (await self.venues_by_id([venue_id])).get(venue_id)

    async def venues_by_id(self, venue_ids: Sequence[str]) -> dict[str, Venue]:
        """Those that there are."""
        if not venue_ids:
            return {}
        wanted = sa.select(VENUES).where(among(VENUES.c.id, venue_ids))

        async def ask(connection: AsyncConnection) -> Rows:
            return (await connection.execute(wanted)).all()

        return {row.id: venue_of(row) for row in await self._reader.read(ask)}

    async def venues(self, near: Near | None, limit: int, after: str | None = None) -> VenuePage:
        """Venues, the nearest first, or the newest. Raises `CursorInvalid`."""
        sort: Sort = "newest" if near is None else "distance"
        cursor = read_cursor(after, sort)

        async def ask(connection: AsyncConnection) -> Rows:
            statement = _venues_statement(await self._known(connection), near, limit + 1, cursor)
            rows: Rows = (await connection.execute(statement)).all()
            return rows

        rows = await self._reader.read(ask)
        page = tuple((venue_of(row), row.metres) for row in rows[:limit])
        return VenuePage(page, _next(rows, limit, sort, "id"))

    async def claim_surveys(self, now_ms: int, stale_ms: int, streams_max: int) -> list[int]:
        """Sections that went on since they were looked at, and that nobody has claimed since `stale_ms`."""
        values = {"now_ms": now_ms, "stale_ms": stale_ms, "streams_max": streams_max}
        async with transaction(self._engine) as connection:
            return list((await connection.execute(sa.text(SQL["claim_surveys"]), values)).scalars())

    async def save_survey(self, survey: Survey) -> None:
        """Keep what was found in a section, at the prices of now, unless something newer is known."""
        values = msgspec.structs.asdict(survey)
        del values["offers"]
        async with transaction(self._engine) as connection:
            terms = await terms_now(connection, survey.event)
            if (
                terms is None
                or (await connection.execute(sa.text(SQL["save_survey"]), values)).first() is None
            ):
                return
            await connection.execute(
                sa.delete(OfferTable).where(
                    OfferTable.stream == survey.stream, OfferTable.event == survey.event
                )
            )
            await insert_offers(connection, [at_prices(survey, terms)])
            await sum_up(connection, survey.event)

    async def settle(self) -> None:
        """Tidy up after much was written and count it for the planner, as the server does some time later.

        Until then searches do some of it: whoever reads a row first marks it as there for all.
        """

        async def tidy(connection: AsyncConnection) -> None:
            await connection.execute(sa.text("VACUUM (ANALYZE) listings, venues, offers, surveys"))

        await self._reader.read(tidy)  # it may run twice, and not within a transaction

    async def positions(self) -> str:
        """How positions are kept here: `postgis` or `cube`."""
        return (await self._reader.read(self._known)).name

    async def _known(self, connection: AsyncConnection) -> Positions:
        if self._positions is None:
            self._positions = await positions_of(connection)
        return self._positions


def _venues_statement(
    positions: Positions, near: Near | None, limit: int, cursor: Cursor | None
) -> sa.Select[Any]:
    key, metres = _keys(positions, VENUES, near, "newest" if near is None else "distance")
    statement = sa.select(VENUES, key, metres)
    if near is None:
        if cursor is not None:
            statement = statement.where(VENUES.c.id < cursor.id)
        return statement.order_by(VENUES.c.id.desc()).limit(limit)
    if near.radius_m is not None:
        statement = statement.where(positions.within(VENUES, near.place, near.radius_m))
    if cursor is not None:
        statement = statement.where(_beyond(key.element, VENUES.c.id, cursor))
    return _in_order(statement, key, "id", limit)


def _keys(
    positions: Positions, table: sa.FromClause, near: Near | None, sort: Sort
) -> tuple[sa.Label[Any], sa.Label[Any]]:
    """What the rows are ordered by, as `key`, and how far away they are, as `metres`."""
    order = None if near is None else positions.order(table, near.place)
    metres: sa.ColumnElement[Any] = sa.null() if order is None else positions.metres(order)
    key: sa.ColumnElement[Any] = sa.literal(0.0)
    if sort == "distance" and order is not None:
        key = order
    elif sort == "date":
        key = table.c.starts_ms
    elif sort == "price":
        key = table.c.price
    return key.label("key"), sa.cast(metres, sa.Double).label("metres")


def _in_order(statement: sa.Select[Any], key: sa.Label[Any], name: str, limit: int) -> sa.Select[Any]:
    """By key and then by id. The index gives an order by the key alone, so ties are put in order after it."""
    first = statement.order_by(key.element).fetch(limit, with_ties=True).subquery("first")
    return sa.select(first).order_by(first.c.key, first.c[name]).limit(limit)


def _beyond(key: Any, name: Any, cursor: Cursor) -> sa.ColumnElement[bool]:
    return sa.or_(key > cursor.value, sa.and_(key == cursor.value, name > cursor.id))


def _next(rows: Sequence[Any], limit: int, sort: Sort, name: str) -> str | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return written(Cursor(sort, float(last.key), getattr(last, name)))

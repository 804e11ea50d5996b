"""Sales that open by themselves, in PostgreSQL: events with the hour at which somebody is to look at them."""

from __future__ import annotations

from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from engine.catalogue import Billing, Opening
from persistence.postgres.engine import transaction
from persistence.postgres.listing_tables import ListingTable
from persistence.postgres.rows import storable
from persistence.postgres.tables import EventRow
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "catalogue.sql")


class PostgresOpenings:
    """Over the catalogue's pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, now_ms: int, due_ms: int, limit: int) -> list[Opening]:
        """Those that are due, which nobody else is given before `due_ms`."""
        values = {"now_ms": now_ms, "due_ms": due_ms, "rows_max": limit}
        async with transaction(self._engine) as connection:
            rows = await connection.execute(sa.text(SQL["claim_openings"]), values)
            return [Opening(row.id, due_ms) for row in rows]

    async def begin(self, event_id: str, now_ms: int) -> bool:
        """Have a published event be open if its hour has come; whether it is open now."""
        where = EventRow.id == storable(event_id)
        async with transaction(self._engine) as connection:
            query = sa.select(EventRow.status, EventRow.billing).where(where).with_for_update()
            row = (await connection.execute(query)).one_or_none()
            if row is None or row.status != "published":
                return row is not None and row.status == "open"
            opens_ms = msgspec.convert(row.billing, Billing).opens_ms
            if opens_ms is None or opens_ms > now_ms:
                return False
            await connection.execute(sa.update(EventRow).where(where).values(status="open"))
            listed = sa.update(ListingTable).where(ListingTable.event == storable(event_id))
            await connection.execute(listed.values(status="open"))
            return True

    async def done(self, opening: Opening) -> None:
        """Nobody need look at it again, unless somebody set another hour meanwhile."""
        async with transaction(self._engine) as connection:
            await connection.execute(sa.text(SQL["end_opening"]), msgspec.structs.asdict(opening))

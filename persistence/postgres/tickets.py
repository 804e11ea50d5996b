"""What became of tickets, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec.structs import asdict
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.tickets import CheckinRow, Reissue, Scan, TicketRow, checkin_of, counting_scans, used_by
from persistence.postgres.engine import transaction
from persistence.postgres.rows import storable
from persistence.postgres.tables import CheckinTable, TicketTable

_TICKET = TicketTable.__table__.c
_NAMED = ("order_id", "event", "stream", "seat")


class PostgresTickets:
    """Rows of tickets over the catalogue's pool. Every call may raise `StorageUnavailable`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def rows(self, tickets: Sequence[str]) -> dict[str, TicketRow]:
        """The rows that there are, by ticket."""
        async with transaction(self._engine) as connection:
            return await _rows(connection, [storable(ticket) for ticket in tickets])

    async def admit(self, scans: Sequence[Scan]) -> dict[str, TicketRow]:
        """Let scans in as far as they are the first; the rows as they are then, by ticket.

        Of scans that somebody waits at the first one to come counts, of those made offline the
        earliest; one of another generation than the newest never does. The same scans again
        change nothing.
        """
        if not scans:
            return {}
        async with transaction(self._engine) as connection:
            for offline in (True, False):
                counting = counting_scans(scan for scan in scans if scan.offline is offline)
                if counting:
                    await connection.execute(_first_wins(counting, offline))
            logged = [asdict(checkin_of(scan)) for scan in scans]
            await connection.execute(insert(CheckinTable).values(logged).on_conflict_do_nothing())
            return await _rows(connection, [scan.ticket for scan in scans])

    async def checkins(self, ticket: str) -> list[CheckinRow]:
        """Every scan of a ticket that was brought to the door, the earliest first."""
        scans = CheckinTable.__table__
        earliest_first = scans.c.scanned_ms, scans.c.device.collate("C"), scans.c.scan.collate("C")
        query = sa.select(scans).where(scans.c.ticket == storable(ticket)).order_by(*earliest_first)
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [CheckinRow(**row) for row in rows]

    async def reissue(self, to: Reissue) -> TicketRow:
        """Hand a ticket over if it is of that generation and not used; the row as it is then."""
        named = {"id": to.ticket} | {name: getattr(to, name) for name in _NAMED}
        changed = {name: getattr(to, name) for name in ("owner", "holder_name", "holder_email")}
        begin = insert(TicketTable).values(named | {"generation": 1}).on_conflict_do_nothing()
        change = (
            sa.update(TicketTable)
            .where(_TICKET.id == to.ticket, _TICKET.generation == to.generation, _TICKET.used_ms.is_(None))
            .values(generation=to.generation + 1, reissued_by=to.by, reissued_ms=to.at_ms, **changed)
        )
        async with transaction(self._engine) as connection:
            await connection.execute(begin)
            await connection.execute(change)
            return (await _rows(connection, [to.ticket]))[to.ticket]


def _first_wins(scans: Sequence[Scan], offline: bool) -> sa.Executable:
    """The one statement that decides who is let in.

    Two doors that bring the same ticket at once meet at its row: the second waits for the
    first, and compares itself with what that left. `scans` are in the order of their tickets,
    so that no two doors ever wait for each other.
    """
    statement = insert(TicketTable).values([asdict(used_by(scan)) for scan in scans])
    used = ("used_ms", "used_device", "used_scan", "used_gate")
    came = statement.excluded
    # By code point, as everywhere else: the database's own order of letters depends on where it was made.
    earlier = sa.tuple_(came.used_ms, came.used_device.collate("C"), came.used_scan.collate("C")) < (
        sa.tuple_(_TICKET.used_ms, _TICKET.used_device.collate("C"), _TICKET.used_scan.collate("C"))
    )
    unused = _TICKET.used_ms.is_(None)
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: came[name] for name in used},
        where=sa.and_(
            _TICKET.generation == came.generation,
            sa.or_(unused, earlier) if offline else unused,
        ),
    )


async def _rows(connection: AsyncConnection, tickets: list[str]) -> dict[str, TicketRow]:
    query = sa.select(TicketTable.__table__).where(_TICKET.id.in_(tickets))
    rows = (await connection.execute(query)).mappings().all()
    return {row["id"]: TicketRow(**row) for row in rows}

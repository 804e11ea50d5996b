"""What became of tickets, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from engine.journal import StorageUnavailable
from engine.tickets import CheckinRow, Reissue, Scan, TicketRow, checkin_of, counting_scans, used_by
from persistence.memory.database import MemoryDatabase


class MemoryTickets:
    """Rows of tickets. Every call raises `StorageUnavailable` while the database is down."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._rows: dict[str, TicketRow] = {}
        self._log: dict[tuple[str, str, str], CheckinRow] = {}

    async def rows(self, tickets: Sequence[str]) -> dict[str, TicketRow]:
        """The rows that there are, by ticket."""
        self._reach()
        return {ticket: self._rows[ticket] for ticket in tickets if ticket in self._rows}

    async def admit(self, scans: Sequence[Scan]) -> dict[str, TicketRow]:
        """Let scans in as far as they are the first; the rows as they are then, by ticket.

        Of scans that somebody waits at the first one to come counts, of those made offline the
        earliest; one of another generation than the newest never does. The same scans again
        change nothing.
        """
        self._reach()
        for offline in (True, False):
            for scan in counting_scans(each for each in scans if each.offline is offline):
                self._rows[scan.ticket] = _with(self._rows.get(scan.ticket), scan)
        for scan in scans:
            self._log.setdefault((scan.ticket, scan.device, scan.scan), checkin_of(scan))
        return await self.rows([scan.ticket for scan in scans])

    async def reissue(self, to: Reissue) -> TicketRow:
        """Hand a ticket over if it is of that generation and not used; the row as it is then."""
        self._reach()
        row = self._rows.get(to.ticket) or TicketRow(to.ticket, to.order_id, to.event, to.stream, to.seat)
        if row.generation == to.generation and row.used_ms is None:
            row = replace(
                row,
                generation=to.generation + 1,
                owner=to.owner,
                holder_name=to.holder_name,
                holder_email=to.holder_email,
                reissued_by=to.by,
                reissued_ms=to.at_ms,
            )
        self._rows[to.ticket] = row
        return row

    async def checkins(self, ticket: str) -> list[CheckinRow]:
        """Every scan of a ticket that was brought to the door, the earliest first."""
        self._reach()
        found = [row for row in self._log.values() if row.ticket == ticket]
        return sorted(found, key=lambda row: (row.scanned_ms, row.device, row.scan))

    def forget_holders(self, owners: set[str], orders: set[str]) -> None:
        """Take the names from the tickets of these owners and orders."""
        for ticket, row in self._rows.items():
            named = row.holder_name is not None and (row.owner in owners or row.order_id in orders)
            if named:
                self._rows[ticket] = replace(row, holder_name="", holder_email="")

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")


def _with(row: TicketRow | None, scan: Scan) -> TicketRow:
    if row is None:
        return used_by(scan)
    if row.generation != scan.generation:
        return row
    known = row.used_ms, row.used_device, row.used_scan
    earlier = scan.offline and (scan.scanned_ms, scan.device, scan.scan) < known
    if row.used_ms is not None and not earlier:
        return row
    used = {"used_device": scan.device, "used_scan": scan.scan, "used_gate": scan.gate}
    return replace(row, used_ms=scan.scanned_ms, **used)

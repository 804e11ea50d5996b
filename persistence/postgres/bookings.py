"""Which payment a section's order was booked for, where late money made it another than the buyer's."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.payments.payment import Payment
from persistence.postgres.connection import UNNAMED, DedicatedConnection
from persistence.postgres.rows import storable
from persistence.sql import load_statements

SQL: Final = load_statements("persistence.postgres", "bookings.sql")
TIMEOUT_S: Final = 10.0
_payments: Final = msgspec.json.Decoder(Payment)


class PostgresBookings:
    """The way from a booking back to its payment. Calls may raise `StorageUnavailable`."""

    def __init__(self, dsn: str) -> None:
        self._connection = DedicatedConnection(dsn, UNNAMED, TIMEOUT_S)

    async def sold_as(self, booking: str) -> Payment | None:
        """The payment whose seats were sold as this order after its own had ended."""
        found = await self._connection.fetch(SQL["sold_as"], storable(booking))
        return _payments.decode(found[0]["data"]) if found else None

    async def close(self) -> None:
        """Close the connection. May be called twice."""
        await self._connection.close()

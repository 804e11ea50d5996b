"""What both homes of bookings promise."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from msgspec.structs import replace

from engine.due_rows import DueRows
from engine.payments.payment import Payment
from holdfast.letter_facts import Bookings
from persistence.memory.bookings import MemoryBookings
from persistence.memory.due_rows import MemoryDueRows
from persistence.postgres.bookings import PostgresBookings
from persistence.postgres.due_rows import PostgresDueRows
from persistence.sql import load_statements
from tests.contract.backends import Backend, MemoryBackend, PostgresBackend
from tests.unit.payments.payment_data import payment


@pytest.fixture
async def books(backend: Backend) -> AsyncIterator[tuple[DueRows[Payment], Bookings]]:
    """Payments, and the way back to them."""
    if isinstance(backend, MemoryBackend):
        kept: MemoryDueRows[Payment] = MemoryDueRows(backend.database)
        yield kept, MemoryBookings(kept)
        return
    assert isinstance(backend, PostgresBackend)
    rows, bookings = PostgresDueRows(backend.dsn, "payments", Payment), PostgresBookings(backend.dsn)
    yield rows, bookings
    await rows.close()
    await bookings.close()


async def test_a_booking_leads_to_the_payment_that_it_was_made_for(
    books: tuple[DueRows[Payment], Bookings],
) -> None:
    """Of late money; an order that was paid in time leads nowhere, for it is the buyer's own."""
    rows, bookings = books
    late, timely = replace(payment(), booking="ord_other"), replace(payment(), id="ord_2", booking="ord_2")
    for each in (late, timely):
        await rows.begin(each)
    found = [await bookings.sold_as(each) for each in ("ord_other", late.id, "ord_2", "\0")]
    assert [late, None, None, None] == found


async def test_bookings_are_found_by_their_index(dsn: str) -> None:
    """However many payments there are."""
    statement = load_statements("persistence.postgres", "bookings.sql")["sold_as"]
    connection = await asyncpg.connect(dsn)
    await connection.execute("SET enable_seqscan = off")
    plan = await connection.fetch(f"EXPLAIN {statement}", "ord_1")
    await connection.close()
    assert any("payments_booking" in row[0] for row in plan), plan

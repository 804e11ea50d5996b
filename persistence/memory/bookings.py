"""Which payment a section's order was booked for, in memory."""

from __future__ import annotations

from engine.due_rows import DueRows
from engine.payments.payment import Payment

PAGE_ROWS = 1_000


class MemoryBookings:
    """The way from a booking back to its payment. Raises as `payments` does."""

    def __init__(self, payments: DueRows[Payment]) -> None:
        self._payments = payments

    async def sold_as(self, booking: str) -> Payment | None:
        """The payment whose seats were sold as this order after its own had ended."""
        after = ""
        while page := await self._payments.page(after, PAGE_ROWS):
            after = page[-1].id
            found = next((each for each in page if each.booking == booking != each.id), None)
            if found is not None:
                return found
        return None

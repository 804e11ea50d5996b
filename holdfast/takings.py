"""The audit of money: what was taken and not given back is the price of what is booked, to the cent.

Of orders whose payment took time, at the end of a sale or in the midst of it: payments that
are still on their way are left out, because their money and seats come one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from engine.due_rows import DueRows
from engine.payments.invariants import HAS_SEATS, broken
from engine.payments.payment import Payment
from engine.views import money

PAGE_ROWS: Final = 1_000


class Takings(msgspec.Struct, frozen=True):
    """Money of one currency as decimal strings; `partly` is what went back without its seats.

    `captured` less `refunded` is `booked` less `partly`, or something is wrong.
    """

    currency: str
    payments: int
    captured: str
    refunded: str
    booked: str
    partly: str


class Till:
    """The payments that rest, held against the bookings of each section in turn."""

    def __init__(self) -> None:
        self._payments: dict[int, list[Payment]] = {}
        self._booked: dict[str, int] = {}

    async def read(self, ledger: DueRows[Payment]) -> None:
        """Read every payment that rests. Raises `StorageUnavailable`."""
        after = ""
        while page := await ledger.page(after, PAGE_ROWS):
            after = page[-1].id
            for payment in page:
                if payment.due_ms is None:
                    self._payments.setdefault(payment.stream, []).append(payment)

    def against(self, stream: int, bookings: Mapping[str, int]) -> Iterator[tuple[Payment, str]]:
        """What is wrong with the payments of a section that has booked these orders at these prices."""
        for payment in self._payments.get(stream, ()):
            booked = bookings.get(payment.booking)
            if booked is not None:
                currency = payment.currency
                self._booked[currency] = self._booked.get(currency, 0) + booked
            for breach in (*broken(payment), *_against(payment, booked)):
                yield payment, f"{payment.id}: {breach}"

    def takings(self) -> tuple[Takings, ...]:
        """The sums, by currency."""
        every = [payment for payments in self._payments.values() for payment in payments]
        currencies = sorted({payment.currency for payment in every})
        return tuple(self._of(each, [p for p in every if p.currency == each]) for each in currencies)

    def _of(self, currency: str, payments: list[Payment]) -> Takings:
        sums = (
            sum(payment.captured for payment in payments),
            sum(payment.refunded for payment in payments),
            self._booked.get(currency, 0),
            sum(payment.refunded - payment.reduced for payment in payments if payment.state in HAS_SEATS),
        )
        return Takings(currency, len(payments), *(money(each, currency).amount for each in sums))


def _against(payment: Payment, booked: int | None) -> Iterator[str]:
    if payment.state in HAS_SEATS:
        if booked is None:
            yield "M1: money is kept and its section has not booked the order"
        elif booked != payment.price:
            yield f"M2: {payment.price} is kept for what its section sold at {booked}"
    elif booked is not None:
        yield "M3: its section has booked the order and there is no money"

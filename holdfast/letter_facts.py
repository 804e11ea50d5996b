"""What a letter says: from the record that it is about, and from the one place where names are kept."""

from __future__ import annotations

from typing import Any, Final, Protocol

import msgspec

from engine.catalogue import EventInfo, OrderRow
from engine.due_rows import DueRows
from engine.payments.payment import Payment
from engine.views import money
from gateway.ports import Catalogue
from holdfast.letter_links import LetterLinks
from holdfast.letter_records import LetterRecords
from holdfast.letter_tickets import LetterTickets
from holdfast.waitlist_facts import WaitlistFacts
from protocol.replies import Item, Money, OrderReply
from workers.mail.facts import Attachment, Facts, Late, Line, NothingToSay, lines_of
from workers.mail.letters import JOINED, OFFERED, RETURNED, Letter

BY_THE_BUYER: Final = "cancelled"
PDF: Final = "application/pdf"


class Bookings(Protocol):
    """Which payment a booking was made for. May raise `engine.journal.StorageUnavailable`."""

    async def sold_as(self, booking: str) -> Payment | None:
        """The payment whose seats were sold as this order after its own had ended."""


class OrderSources(msgspec.Struct, frozen=True):
    """Where orders are known: their names, their money, and what late money bought."""

    catalogue: Catalogue
    payments: DueRows[Payment]
    bookings: Bookings


class LetterFacts:
    """Finds out what letters say. Calls may raise `engine.journal.StorageError`."""

    def __init__(
        self,
        orders: OrderSources,
        waitlist: WaitlistFacts,
        records: LetterRecords,
        tickets: LetterTickets,
        links: LetterLinks,
    ) -> None:
        self._orders = orders
        self._waitlist = waitlist
        self._records = records
        self._tickets = tickets
        self._links = links

    async def of(self, letter: Letter) -> Facts | None:
        """The facts of a letter; None while nobody's name is stored. Raises `NothingToSay`."""
        if letter.kind in (JOINED, OFFERED):
            return await self._waitlist.of(letter)
        payment = await self._payment(letter.order)
        # Old records have what late money bought under a name that the buyer has never heard.
        row = await self._orders.catalogue.order(letter.order if payment is None else payment.id)
        event = None if row is None else await self._orders.catalogue.event(row.event)
        if row is None or event is None:
            return None
        if letter.kind == RETURNED:
            return self._returned(row, event, payment)
        if letter.kind == "payment.failed" and payment is not None and payment.failure == BY_THE_BUYER:
            raise NothingToSay("the buyer gave it up")
        data = await self._records.data(letter)
        return await self._facts(letter, row, event, payment, data)

    async def _payment(self, order: str) -> Payment | None:
        found = await self._orders.payments.get(order)
        return await self._orders.bookings.sold_as(order) if found is None else found

    async def _facts(
        self, letter: Letter, row: OrderRow, event: EventInfo, payment: Payment | None, data: dict[str, Any]
    ) -> Facts:
        confirmed = letter.kind == "order.confirmed"
        failed = letter.kind == "payment.failed"
        return Facts(
            to=row.buyer_email,
            name=row.buyer_name,
            order=row.id,
            event=event.name,
            lines=lines_of(data),
            amount=data["amount"]["amount"],
            currency=data["amount"]["currency"],
            refunded=payment is not None and payment.captured > 0,
            reason="" if payment is None else payment.reason,
            attachments=await self._attachments(row, data) if confirmed else (),
            link=self._links.event(event.id) if failed else self._links.order(row.id),
            late=_late(payment, data) if data.get("late") or row.id != letter.order else None,
        )

    def _returned(self, row: OrderRow, event: EventInfo, payment: Payment | None) -> Facts:
        if payment is None:
            raise NothingToSay("nothing was paid")
        currency = payment.currency
        lines = [
            Line(each.seat, each.category, each.type, money(each.price, currency).amount, each.qty)
            for each in payment.items
        ]
        return Facts(
            to=row.buyer_email,
            name=row.buyer_name,
            order=row.id,
            event=event.name,
            lines=tuple(lines),
            amount=money(payment.captured, currency).amount,
            currency=currency,
            refunded=True,
            link=self._links.event(event.id),
        )

    async def _attachments(self, row: OrderRow, data: dict[str, Any]) -> tuple[Attachment, ...]:
        items = [{**each, "section": data["section"]} for each in data["items"]]
        order = OrderReply(
            order=row.id,
            status="confirmed",
            amount=msgspec.convert(data["amount"], Money),
            hold=row.hold,
            event=row.event,
            tickets=msgspec.convert(items, tuple[Item, ...]),
            section=data["section"],
        )
        drawn = await self._tickets.pdf(order)
        return () if drawn is None else (Attachment(f"{row.id}.pdf", PDF, drawn),)


def _late(payment: Payment | None, data: dict[str, Any]) -> Late | None:
    if payment is None:
        return None
    wanted = {each.seat for each in payment.items}
    return "same" if {each["seat"] for each in data.get("items", ())} == wanted else "equal"

"""What a letter says: from the record that it is about, and from the one place where names are kept."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from engine.catalogue import EventInfo, OrderRow
from engine.due_rows import DueRows
from engine.payments.payment import Payment
from gateway.ports import Catalogue
from holdfast.letter_tickets import LetterTickets
from protocol.replies import Item, Money, OrderReply
from workers.mail.facts import Attachment, Facts, Line, NothingToSay
from workers.mail.letters import Letter
from workers.ports import Journal
from workers.tellers import Tellers

BY_THE_BUYER: Final = "cancelled"
PDF: Final = "application/pdf"


class LetterFacts:
    """Finds out what letters say. Calls may raise `engine.journal.StorageError`."""

    def __init__(
        self, catalogue: Catalogue, payments: DueRows[Payment], journal: Journal, tickets: LetterTickets
    ) -> None:
        self._catalogue = catalogue
        self._payments = payments
        self._journal = journal
        self._tellers = Tellers(journal)
        self._tickets = tickets

    async def of(self, letter: Letter) -> Facts | None:
        """The facts of a letter; None while nobody's name is stored. Raises `NothingToSay`."""
        row = await self._catalogue.order(letter.order)
        event = None if row is None else await self._catalogue.event(row.event)
        if row is None or event is None:
            return None
        payment = await self._payments.get(letter.order)
        if letter.kind == "payment.failed" and payment is not None and payment.failure == BY_THE_BUYER:
            raise NothingToSay("the buyer gave it up")
        data = await self._data(letter)
        return await self._facts(letter, row, event, payment, data)

    async def _facts(
        self, letter: Letter, row: OrderRow, event: EventInfo, payment: Payment | None, data: dict[str, Any]
    ) -> Facts:
        confirmed = letter.kind == "order.confirmed"
        items = data.get("items", [])
        return Facts(
            to=row.buyer_email,
            name=row.buyer_name,
            order=row.id,
            event=event.name,
            lines=tuple(
                Line(
                    each["seat"], each["category"], each["type"], each["price"]["amount"], each.get("qty", 1)
                )
                for each in items
            ),
            amount=data["amount"]["amount"],
            currency=data["amount"]["currency"],
            refunded=payment is not None and payment.captured > 0,
            reason="" if payment is None else payment.reason,
            attachments=await self._attachments(row, data) if confirmed else (),
        )

    async def _data(self, letter: Letter) -> dict[str, Any]:
        records = await self._journal.read(letter.stream, letter.seq - 1, 1)
        messages = await self._tellers.messages(letter.stream, records)
        found = next((each for each in messages if each.kind == letter.kind), None)
        if found is None:
            raise NothingToSay("its record says something else")
        return found.cloud_event().data

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

"""Issues tickets: for the owner of an order, and for whom a ticket was handed to.

Nothing is stored to issue one. What a ticket says follows from the order, so it is there
the moment the order is booked, and void the moment it is cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from engine.tickets import Reissue, TicketRow, order_of
from engine.views import rfc3339
from gateway.access.auth import Principal
from gateway.ports import Tickets
from gateway.ticketing.orders import HOUSE, OrderPlaces, OrderReader, Sold
from gateway.ticketing.places import seat_of
from gateway.ticketing.signing import TicketSigner
from protocol.errors import ErrorCode, Problem, problem
from protocol.ticket_codes import Claims
from protocol.tickets import TicketReply, TransferBody, Use

NO_TICKET: Final = problem(ErrorCode.NOT_FOUND, "There is no such ticket.")
CANCELLED: Final = problem(ErrorCode.TICKET_VOID, "The order of this ticket was cancelled.")
REISSUED: Final = problem(ErrorCode.TICKET_VOID, "This ticket was issued anew since.")
USED: Final = problem(ErrorCode.TICKET_USED, "A ticket that was used cannot be handed over.")


class Issued(msgspec.Struct, frozen=True):
    """A ticket for its owner, with the order that it is of."""

    ticket: TicketReply
    places: OrderPlaces


class TicketOffice:
    """Reads and hands over tickets. Methods may raise `engine.journal.StorageError`."""

    def __init__(
        self, reader: OrderReader, tickets: Tickets, signer: TicketSigner, now_ms: Callable[[], int]
    ) -> None:
        self._reader = reader
        self._tickets = tickets
        self._signer = signer
        self._now_ms = now_ms

    async def of_order(
        self, order: str, caller: Principal, deadline_ms: int
    ) -> tuple[OrderPlaces, tuple[TicketReply, ...]] | Problem:
        """The tickets of an order for its owner; what was handed to others is told without its code."""
        places = await self._reader.read(order, caller, deadline_ms)
        if isinstance(places, Problem):
            return places
        return places, tuple(self._reply(places, sold, _may_show(sold.row, caller)) for sold in places.sold)

    async def one(self, ticket: str, caller: Principal, deadline_ms: int) -> Issued | Problem:
        """A ticket for its owner or for staff; a cancelled one is void."""
        found = await self._find(ticket, caller, deadline_ms)
        if isinstance(found, Problem):
            return found
        places, sold = found
        return Issued(self._reply(places, sold, _may_show(sold.row, caller)), places)

    async def transfer(
        self, ticket: str, body: TransferBody, caller: Principal, deadline_ms: int
    ) -> TicketReply | Problem:
        """Hand a ticket over: the next generation of it is made and the old one is void.

        The same call again is answered as the first one was.
        """
        found = await self._find(ticket, caller, deadline_ms, handed_by=body)
        if isinstance(found, Problem):
            return found
        places, sold = found
        to = self._reissue(places, sold, body, caller)
        row = await self._tickets.reissue(to) if sold.generation == body.generation else sold.row
        if row is None or not _was_done(row, body, caller):
            used = row is not None and row.used_ms is not None and row.generation == body.generation
            return USED if used else REISSUED
        issued = msgspec.structs.replace(sold, row=row)
        return self._reply(places, issued, _may_show(row, caller))

    async def _find(
        self, ticket: str, caller: Principal, deadline_ms: int, handed_by: TransferBody | None = None
    ) -> tuple[OrderPlaces, Sold] | Problem:
        order = order_of(ticket)
        if order is None:
            return NO_TICKET
        row = (await self._tickets.rows([ticket])).get(ticket)
        reader = caller
        if row is not None and row.owner is not None:
            again = handed_by is not None and _was_done(row, handed_by, caller)
            if not (again or _may_show(row, caller)):
                return NO_TICKET
            reader = HOUSE
        places = await self._reader.read(order, reader, deadline_ms)
        if isinstance(places, Problem):
            return NO_TICKET if places.code == ErrorCode.NOT_FOUND else places
        sold = places.find(ticket)
        if sold is None:
            return CANCELLED if places.order.status == "cancelled" else NO_TICKET
        return places, sold

    def _reissue(self, places: OrderPlaces, sold: Sold, body: TransferBody, caller: Principal) -> Reissue:
        # Who was handed a ticket and gives it a new name keeps it.
        owner = body.to or (None if sold.row is None else sold.row.owner)
        return Reissue(
            ticket=sold.ticket,
            order_id=places.order.order,
            event=places.event.id,
            stream=places.stream(sold),
            seat=sold.place.seat,
            generation=body.generation,
            owner=owner,
            holder_name=body.holder.name,
            holder_email=body.holder.email,
            by=caller.id,
            at_ms=self._now_ms(),
        )

    def _reply(self, places: OrderPlaces, sold: Sold, with_code: bool) -> TicketReply:
        seat, row = seat_of(places.event, sold.place.seat), sold.row
        return TicketReply(
            ticket=sold.ticket,
            order=places.order.order,
            event=places.event.id,
            event_name=places.event.info.name,
            status="valid" if use_of(row) is None else "used",
            generation=sold.generation,
            seat=sold.place.seat,
            section=seat.section,
            type=sold.place.type,
            category=sold.item.category,
            price=sold.item.price,
            holder=holder_of(places, sold),
            number=sold.place.number,
            row=seat.row,
            table=seat.table,
            place=seat.place,
            entrance=seat.entrance,
            code=self._code(places, sold) if with_code else None,
            used=use_of(row),
        )

    def _code(self, places: OrderPlaces, sold: Sold) -> str:
        event, order = (bytes.fromhex(name[4:]) for name in (places.event.id, places.order.order))
        place = sold.place
        return self._signer.sign(Claims(event, order, place.seat, place.type, place.number, sold.generation))


def holder_of(places: OrderPlaces, sold: Sold) -> str:
    """Whose name is on a ticket: the buyer's, until it was handed over."""
    name = None if sold.row is None else sold.row.holder_name
    return places.buyer if name is None else name


def use_of(row: TicketRow | None) -> Use | None:
    """When and where a ticket let somebody in."""
    if row is None or row.used_ms is None:
        return None
    return Use(rfc3339(row.used_ms), row.used_gate or "", row.used_device or "")


def _may_show(row: TicketRow | None, caller: Principal) -> bool:
    """Whether a ticket's code is for this caller, who may read its order if it was not handed over."""
    handed_to = None if row is None else row.owner
    return handed_to in (None, caller.id) or caller.engine_role == "staff"


def _was_done(row: TicketRow, body: TransferBody, caller: Principal) -> bool:
    """Whether a row is what this very transfer leaves behind."""
    done = (row.generation, row.reissued_by) == (body.generation + 1, caller.id)
    named = (row.holder_name, row.holder_email) == (body.holder.name, body.holder.email)
    return done and named and body.to in (None, row.owner)

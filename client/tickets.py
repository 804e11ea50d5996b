"""Tickets and the door over REST: for buyers, and for the devices that scan."""

from __future__ import annotations

from collections.abc import Sequence

from client.rest import RestCaller, part
from protocol.requests import Buyer
from protocol.tickets import (
    CheckinBody,
    CheckinReply,
    CheckinResult,
    ScanBody,
    TicketKey,
    TicketKeys,
    TicketReply,
    TicketsReply,
    TransferBody,
)


class TicketDesk(RestCaller):
    """One caller's tickets, or one device at the door.

    All calls may be repeated after an error and then have no second effect: `check_in` if its
    scans have an `id` or a time. They raise `Refused` and its kinds, `ConnectionFailed`
    when no answer came, and `ProtocolViolation` for one that makes no sense.

        desk = TicketDesk("http://127.0.0.1:8000", token)
        for ticket in await desk.tickets(order.order):
            print(ticket.seat, ticket.code)
    """

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, token)

    async def tickets(self, order: str) -> tuple[TicketReply, ...]:
        """The tickets of an order. Raises `NotFound`."""
        return (await self._json(TicketsReply, f"/orders/{part(order)}/tickets")).tickets

    async def ticket(self, ticket: str) -> TicketReply:
        """A ticket as it now is. Raises `NotFound`, `Ended` for one that is void."""
        return await self._json(TicketReply, f"/tickets/{part(ticket)}.json")

    async def pdf(self, ticket: str) -> bytes:
        """A ticket as an A4 page. Raises as `ticket` does."""
        return await self._send(f"/tickets/{part(ticket)}.pdf")

    async def png(self, ticket: str) -> bytes:
        """A ticket as a picture for a telephone. Raises as `ticket` does."""
        return await self._send(f"/tickets/{part(ticket)}.png")

    async def order_pdf(self, order: str) -> bytes:
        """All tickets of an order, a page for each. Raises `NotFound`, `Ended`."""
        return await self._send(f"/orders/{part(order)}/tickets.pdf")

    async def transfer(
        self, ticket: TicketReply, name: str, email: str, to: str | None = None
    ) -> TicketReply:
        """Hand a ticket, as one has it, to somebody. Raises `Ended` if it was since, `Conflict` if used."""
        body = TransferBody(Buyer(name, email), ticket.generation, to)
        return await self._json(TicketReply, f"/tickets/{part(ticket.ticket)}/transfer", body)

    async def check_in(
        self, event: str, gate: str, device: str, scans: Sequence[ScanBody], *, offline: bool = False
    ) -> tuple[CheckinResult, ...]:
        """What to do with each scan, in order. `offline` says that they were made without a network."""
        body = CheckinBody(event, gate, device, tuple(scans), offline)
        return (await self._json(CheckinReply, "/checkins", body)).results

    async def keys(self) -> tuple[TicketKey, ...]:
        """The public keys that `client.scanner` proves tickets with."""
        return (await self._json(TicketKeys, "/ticket-keys")).keys

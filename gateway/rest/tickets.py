"""Tickets and the door over REST."""

from __future__ import annotations

from typing import Final

from engine.tickets import order_of
from engine.views import rfc3339
from gateway.rest.call import Call
from gateway.rest.operation import Operation, Ready
from gateway.ticketing.faces import Face, code_drawing, face_of
from gateway.ticketing.issuing import CANCELLED, NO_TICKET
from protocol.errors import ErrorCode, Problem
from protocol.tickets import (
    CheckinBody,
    CheckinReply,
    CheckinSeen,
    CheckinsReply,
    TicketKeys,
    TicketReply,
    TicketsReply,
    TransferBody,
)

PDF: Final = "application/pdf"
PNG: Final = "image/png"
SVG: Final = "image/svg+xml"
PRIVATE: Final = {"Cache-Control": "private, no-store"}
"""A ticket's code is as good as money: nobody on the way keeps it."""


async def read_tickets(call: Call) -> TicketsReply | Problem:
    """Read the tickets of an order: there as soon as it is booked, and none once it is cancelled."""
    order = call.path("order")
    found = await call.ticketing.office.of_order(order, call.caller, call.deadline_ms)
    return found if isinstance(found, Problem) else TicketsReply(order, found[1])


async def print_tickets(call: Call) -> Ready | Problem:
    """Get the tickets of an order as a PDF with a page for each."""
    order = call.path("order")
    found = await call.ticketing.office.of_order(order, call.caller, call.deadline_ms)
    if isinstance(found, Problem):
        return found
    places, tickets = found
    faces = [face for ticket in tickets if (face := face_of(ticket, places.event.plan)) is not None]
    if not faces:
        return CANCELLED if places.order.status == "cancelled" else NO_TICKET
    return _ready(await call.ticketing.pages.pdf(faces), PDF, order)


async def read_ticket(call: Call) -> TicketReply | Problem:
    """Read a ticket with the text of its QR code."""
    issued = await call.ticketing.office.one(call.path("ticket"), call.caller, call.deadline_ms)
    return issued if isinstance(issued, Problem) else issued.ticket


async def print_ticket(call: Call) -> Ready | Problem:
    """Get a ticket as an A4 page."""
    face = await _face(call)
    if isinstance(face, Problem):
        return face
    return _ready(await call.ticketing.pages.pdf([face]), PDF, call.path("ticket"))


async def picture_ticket(call: Call) -> Ready | Problem:
    """Get a ticket as a picture for a telephone."""
    face = await _face(call)
    if isinstance(face, Problem):
        return face
    return _ready(await call.ticketing.pages.png(face), PNG, call.path("ticket"))


async def draw_code(call: Call) -> Ready | Problem:
    """Get the QR code of a ticket as a drawing for pages."""
    face = await _face(call)
    if isinstance(face, Problem):
        return face
    return Ready(code_drawing(face.code), SVG, PRIVATE)


async def transfer_ticket(call: Call) -> TicketReply | Problem:
    """Hand a ticket to another person: it is issued anew and the old one is void."""
    body: TransferBody = call.body
    ticket = call.path("ticket")
    return await call.ticketing.office.transfer(ticket, body, call.caller, call.deadline_ms)


async def read_ticket_keys(call: Call) -> TicketKeys:
    """Read the public keys that scanners prove tickets with."""
    return TicketKeys(call.ticketing.signer.published())


async def check_in(call: Call) -> CheckinReply:
    """Judge scans: each ticket lets in once."""
    body: CheckinBody = call.body
    return await call.ticketing.door.check_in(body, call.caller, call.deadline_ms)


async def read_checkins(call: Call) -> CheckinsReply | Problem:
    """Read every scan of a ticket."""
    ticket, tickets = call.path("ticket"), call.parts.catalogue.tickets
    if order_of(ticket) is None:
        return NO_TICKET
    row = (await tickets.rows([ticket])).get(ticket)
    seen = tuple(
        CheckinSeen(
            *(rfc3339(each.scanned_ms), each.gate, each.device, each.admitted_by, each.offline),
            row is not None and (row.used_device, row.used_scan) == (each.device, each.scan),
        )
        for each in await tickets.checkins(ticket)
    )
    return CheckinsReply(ticket, seen)


async def _face(call: Call) -> Face | Problem:
    issued = await call.ticketing.office.one(call.path("ticket"), call.caller, call.deadline_ms)
    if isinstance(issued, Problem):
        return issued
    return face_of(issued.ticket, issued.places.event.plan) or NO_TICKET


def _ready(page: bytes | Problem, media_type: str, name: str) -> Ready | Problem:
    if isinstance(page, Problem):
        return page
    ending = media_type.rpartition("/")[2]
    return Ready(page, media_type, PRIVATE | {"Content-Disposition": f'inline; filename="{name}.{ending}"'})


_VOID: Final = (ErrorCode.TICKET_VOID,)
_DRAWN: Final = (ErrorCode.TICKET_VOID, ErrorCode.RATE_LIMITED)
OPERATIONS: Final = (
    Operation("GET", "/orders/{order}/tickets", "Read an order's tickets", read_tickets, reply=TicketsReply),
    Operation(
        "GET",
        "/orders/{order}/tickets.pdf",
        "Get an order's tickets on paper",
        print_tickets,
        reply=bytes,
        media_type=PDF,
        errors=_DRAWN,
    ),
    Operation("GET", "/tickets/{ticket}.json", "Read a ticket", read_ticket, reply=TicketReply, errors=_VOID),
    Operation(
        "GET",
        "/tickets/{ticket}.pdf",
        "Get a ticket on paper",
        print_ticket,
        reply=bytes,
        media_type=PDF,
        errors=_DRAWN,
    ),
    Operation(
        "GET",
        "/tickets/{ticket}.png",
        "Get a ticket as a picture",
        picture_ticket,
        reply=bytes,
        media_type=PNG,
        errors=_DRAWN,
    ),
    Operation(
        "GET",
        "/tickets/{ticket}.svg",
        "Get a ticket's code as a drawing",
        draw_code,
        reply=bytes,
        media_type=SVG,
        errors=_VOID,
    ),
    Operation(
        "POST",
        "/tickets/{ticket}/transfer",
        "Hand a ticket to another person",
        transfer_ticket,
        TransferBody,
        TicketReply,
        errors=(ErrorCode.TICKET_VOID, ErrorCode.TICKET_USED),
    ),
    Operation(
        "GET",
        "/tickets/{ticket}/checkins",
        "Read every scan of a ticket",
        read_checkins,
        reply=CheckinsReply,
    ),
    Operation("POST", "/checkins", "Let people in", check_in, CheckinBody, CheckinReply),
    Operation(
        "GET",
        "/ticket-keys",
        "Read the public keys of tickets",
        read_ticket_keys,
        reply=TicketKeys,
    ),
)

"""What people see of a ticket, in words; drawings on paper and on screens begin here."""

from __future__ import annotations

import io

import msgspec
import segno

from engine.plan import Plan
from protocol.replies import Money
from protocol.tickets import TicketReply

QUIET_MODULES = 4
"""Light modules around a QR code, as ISO/IEC 18004 wants them."""


class Face(msgspec.Struct, frozen=True):
    """A ticket's words: `spots` are its seat's `(caption, value)`, `facts` the rest."""

    event: str
    house: str
    spots: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    ticket: str
    code: str


def face_of(ticket: TicketReply, plan: Plan) -> Face | None:
    """The words of a ticket for a place of `plan`; None for one that is void."""
    if ticket.code is None:
        return None
    categories = {category.key: category.label for category in plan.categories}
    return Face(
        event=ticket.event_name,
        house=plan.name,
        spots=_spots(ticket),
        facts=(
            ("Name", ticket.holder),
            ("Ticket type", ticket.type.capitalize()),
            ("Category", categories.get(ticket.category, ticket.category)),
            ("Price", money_text(ticket.price)),
            ("Order", ticket.order),
        ),
        ticket=ticket.ticket if ticket.generation == 1 else f"{ticket.ticket} ({ticket.generation})",
        code=ticket.code,
    )


def _spots(ticket: TicketReply) -> tuple[tuple[str, str], ...]:
    spots = [("Section", ticket.section)]
    named = (("Row", ticket.row), ("Table", ticket.table), ("Seat", ticket.place))
    spots += [(caption, value) for caption, value in named if value is not None]
    if len(spots) == 1:
        spots += [("Area", ticket.seat), ("Admission", "General")]
    return (*spots, *([] if ticket.entrance is None else [("Entrance", ticket.entrance)]))


def money_text(price: Money) -> str:
    """A price for people: the amount before its currency, and a word for nothing."""
    return "Free" if set(price.amount) <= set("0.") else f"{price.amount} {price.currency}"


def modules_of(code: str) -> tuple[tuple[bool, ...], ...]:
    """A code's QR as rows of dark (true) and light modules, the quiet zone included.

    Error correction M stands for 15 % of damage: a fold or a thumb.
    """
    symbol = segno.make_qr(code, error="m", boost_error=False)
    return tuple(tuple(map(bool, row)) for row in symbol.matrix_iter(border=QUIET_MODULES))


def code_drawing(code: str) -> bytes:
    """A code's QR as SVG without colours of its own page: dark on light whatever the scheme."""
    symbol = segno.make_qr(code, error="m", boost_error=False)
    out = io.BytesIO()
    symbol.save(
        out, kind="svg", border=QUIET_MODULES, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return out.getvalue()

"""Orders as callers see them: what their section says, with what their row knows."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.catalogue import OrderRow
from engine.views import OrderView
from protocol.replies import Item, Money, OrderReply, PaymentState

order_views: Final = msgspec.msgpack.Decoder(OrderView)


class SettledOrder(msgspec.Struct, frozen=True):
    """An order as it now is; `replayed` says that this is the first outcome of its key again."""

    order: OrderReply
    replayed: bool


def amount_of(view: OrderView) -> Money:
    """What an order costs."""
    return Money(view.amount.amount, view.amount.currency)


def order_reply(
    view: OrderView, row: OrderRow | None, payment: PaymentState | None, pay_by: str | None
) -> OrderReply:
    """An order for its owner; without a row nothing is said of what only the row knows."""
    return OrderReply(
        order=view.order,
        status=view.status,
        amount=amount_of(view),
        pay_by=pay_by,
        hold=view.hold,
        event=None if row is None else row.event,
        tickets=msgspec.convert(view.tickets, tuple[Item, ...], from_attributes=True),
        payment=payment,
        section=view.section,
        pos=view.pos,
    )

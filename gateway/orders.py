"""Orders as callers see them: what their section says, with what their row knows."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.amounts import minor_units
from engine.catalogue import OrderRow
from engine.views import Money as ViewMoney
from engine.views import OrderView
from protocol.replies import FeeLine, Item, Money, OrderReply, PaymentState

order_views: Final = msgspec.msgpack.Decoder(OrderView)


class SettledOrder(msgspec.Struct, frozen=True):
    """An order as it now is; `replayed` says that this is the first outcome of its key again."""

    order: OrderReply
    replayed: bool


def amount_of(view: OrderView) -> Money:
    """What an order costs."""
    return Money(view.amount.amount, view.amount.currency)


def minor_units_of(price: ViewMoney) -> int:
    """A price that a section named."""
    units = minor_units(price.amount, price.currency)
    if units is None:
        raise AssertionError("sections name prices in whole minor units")
    return units


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
        fees=msgspec.convert(view.fees, tuple[FeeLine, ...], from_attributes=True),
        payment=payment,
        section=view.section,
        pos=view.pos,
    )

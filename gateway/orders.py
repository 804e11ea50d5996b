"""Orders as callers see them."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.wire import Answer
from engine.amounts import minor_units
from engine.views import Money as ViewMoney
from protocol.replies import Money, OrderReply, PaymentState

# Sections write an order as callers read it (`engine.views.OrderView`), so here it is read as just that.
_told: Final = msgspec.msgpack.Decoder(OrderReply)


class _Past(msgspec.Struct, frozen=True):
    """What a section says of an order for the gateway alone."""

    was_booked: bool = False


_past: Final = msgspec.msgpack.Decoder(_Past)
_NIL: Final = msgspec.Raw(msgspec.msgpack.encode(None))
_EMPTY: Final = msgspec.Raw(msgspec.msgpack.encode(()))


class SoldOrder(msgspec.Struct, frozen=True):
    """An `OrderReply` that is sent on: what nobody looks at on the way stays as its section wrote it."""

    order: str
    status: msgspec.Raw
    amount: msgspec.Raw
    pay_by: msgspec.Raw = _NIL
    hold: str | None = None
    event: str | None = None
    tickets: msgspec.Raw = _EMPTY
    payment: PaymentState | None = None
    section: str = ""
    pos: msgspec.Raw = _NIL
    fees: msgspec.Raw = _EMPTY


_sold: Final = msgspec.msgpack.Decoder(SoldOrder)


class SettledOrder(msgspec.Struct, frozen=True):
    """An order as it now is; `replayed` says that this is the first outcome of its key again."""

    order: OrderReply
    replayed: bool


def order_of(answer: Answer) -> OrderReply:
    """The order that a section's answer tells of; of `event` and `payment` sections say nothing."""
    return _told.decode(answer.body)


def sold_order(answer: Answer) -> SoldOrder:
    """The same of an order that is sent on, in a third of the time."""
    return _sold.decode(answer.body)


def whole(order: SoldOrder) -> OrderReply:
    """An order that was to be sent on, for who has a look at all of it."""
    return _told.decode(msgspec.msgpack.encode(order))


def was_booked(answer: Answer) -> bool:
    """Whether the cancelled order that a section's answer tells of was a booking before."""
    return _past.decode(answer.body).was_booked


def minor_units_of(price: Money | ViewMoney) -> int:
    """A price that a section named."""
    units = minor_units(price.amount, price.currency)
    if units is None:
        raise AssertionError("sections name prices in whole minor units")
    return units

"""Orders as callers see them."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.wire import Answer
from engine.amounts import minor_units
from engine.views import Money as ViewMoney
from protocol.replies import Money, OrderReply

# Sections write an order as callers read it (`engine.views.OrderView`), so here it is read as just that.
_told: Final = msgspec.msgpack.Decoder(OrderReply)


class _Past(msgspec.Struct, frozen=True):
    """What a section says of an order for the gateway alone."""

    was_booked: bool = False


_past: Final = msgspec.msgpack.Decoder(_Past)


class SettledOrder(msgspec.Struct, frozen=True):
    """An order as it now is; `replayed` says that this is the first outcome of its key again."""

    order: OrderReply
    replayed: bool


def order_of(answer: Answer) -> OrderReply:
    """The order that a section's answer tells of; of `event` and `payment` sections say nothing."""
    return _told.decode(answer.body)


def was_booked(answer: Answer) -> bool:
    """Whether the cancelled order that a section's answer tells of was a booking before."""
    return _past.decode(answer.body).was_booked


def minor_units_of(price: Money | ViewMoney) -> int:
    """A price that a section named."""
    units = minor_units(price.amount, price.currency)
    if units is None:
        raise AssertionError("sections name prices in whole minor units")
    return units

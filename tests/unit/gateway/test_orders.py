"""Orders as sections write them and as callers read them: one shape in two layers."""

from __future__ import annotations

import msgspec

from actors.wire import Answer
from engine.views import FeeView, ItemView, Money, OrderView
from gateway.orders import order_of, sold_order, was_booked, whole
from protocol.replies import OrderReply, PaymentState

PRICE = Money("50.00", "EUR")
BOOKED = OrderView(
    "ord_1",
    "confirmed",
    "STALLS",
    ("ep", 7),
    PRICE,
    "hld_1",
    pay_by="2026-05-01T20:00:00.000Z",
    expires_at="2026-05-01T20:00:00.000Z",
    tickets=(ItemView("STALLS-A-1", "STALLS", "gold", "child", PRICE, 2),),
    fees=(FeeView("Booking", PRICE, included=True),),
)


def test_what_a_section_says_of_an_order_is_read_whole() -> None:
    """Every field arrives under its name, down to items and fees, but for the end of a hold."""
    answer = Answer(None, msgspec.Raw(msgspec.msgpack.encode(BOOKED)))
    said = msgspec.to_builtins(BOOKED) | {"event": None, "payment": None}
    del said["expires_at"]
    assert said == msgspec.to_builtins(order_of(answer))


def test_an_order_that_is_sent_on_is_what_would_be_written_anew() -> None:
    """To the byte, with all that can be said of one and with the least."""
    payment = PaymentState("sandbox", "approved", "sbx_1")
    for view in (BOOKED, OrderView("ord_1", "confirmed", "STALLS", ("ep", 7), PRICE)):
        answer = Answer(None, msgspec.Raw(msgspec.msgpack.encode(view)))
        told = msgspec.structs.replace(order_of(answer), event="evt_1", payment=payment)
        sent = msgspec.structs.replace(sold_order(answer), event="evt_1", payment=payment)
        assert msgspec.msgpack.encode(told) == msgspec.msgpack.encode(sent)
        assert told == whole(sent)
    assert OrderReply.__struct_fields__ == type(sent).__struct_fields__


def test_a_booking_that_was_cancelled_is_told_from_a_checkout_that_came_to_nothing() -> None:
    """Callers hear that both are cancelled; money goes back for the first alone."""
    for booked in (True, False):
        said = OrderView("ord_1", "cancelled", "STALLS", ("ep", 8), PRICE, was_booked=booked)
        assert booked == was_booked(Answer(None, msgspec.Raw(msgspec.msgpack.encode(said))))

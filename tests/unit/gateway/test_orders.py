"""Orders as sections write them and as callers read them: one shape in two layers."""

from __future__ import annotations

import msgspec

from actors.wire import Answer
from engine.views import FeeView, ItemView, Money, OrderView
from gateway.orders import order_of, was_booked

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


def test_a_booking_that_was_cancelled_is_told_from_a_checkout_that_came_to_nothing() -> None:
    """Callers hear that both are cancelled; money goes back for the first alone."""
    for booked in (True, False):
        said = OrderView("ord_1", "cancelled", "STALLS", ("ep", 8), PRICE, was_booked=booked)
        assert booked == was_booked(Answer(None, msgspec.Raw(msgspec.msgpack.encode(said))))

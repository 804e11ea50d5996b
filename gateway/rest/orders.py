"""Checkout and orders over REST."""

from __future__ import annotations

from typing import Final

from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation, Settled
from protocol.errors import ErrorCode, Problem, problem
from protocol.replies import OrderReply
from protocol.requests import CheckoutBody, OrderBody


async def begin_checkout(call: Call) -> Settled | Problem:
    """Turn a hold into an order and pay for it."""
    body: CheckoutBody = call.body
    refusal = await call.office.door.pay(body.hold, call.caller, call.deadline_ms)
    if refusal is not None:
        return refusal
    outcome = await call.office.checkout.begin(body, call.caller, _key(call), call.deadline_ms)
    return outcome if isinstance(outcome, Problem) else Settled(outcome.order, outcome.replayed)


async def read_order(call: Call) -> OrderReply | Problem:
    """Read an order with its tickets."""
    body = OrderBody(call.path("order"))
    return await call.office.checkout.read(body, call.caller, call.deadline_ms)


async def cancel_order(call: Call) -> Settled | Problem:
    """Cancel a booking."""
    body = OrderBody(call.path("order"))
    outcome = await call.office.checkout.cancel(body, call.caller, _key(call), call.deadline_ms)
    return outcome if isinstance(outcome, Problem) else Settled(outcome.order, outcome.replayed)


def _key(call: Call) -> str:
    if call.idem is None:
        raise Refused(problem(ErrorCode.IDEMPOTENCY_KEY_MISSING))
    return call.idem


_STATES: Final = (
    ErrorCode.HOLD_EXPIRED,
    ErrorCode.HOLD_MISMATCH,
    ErrorCode.ALREADY_BOOKED,
    ErrorCode.INVALID,
)
OPERATIONS: Final = (
    Operation(
        "POST",
        "/orders",
        "Begin checkout of a hold",
        begin_checkout,
        CheckoutBody,
        OrderReply,
        status=201,
        keyed=True,
        errors=(ErrorCode.PAYMENT_DECLINED, ErrorCode.NOT_ADMITTED, *_STATES),
    ),
    Operation("GET", "/orders/{order}", "Read an order", read_order, reply=OrderReply),
    Operation(
        "POST",
        "/orders/{order}/cancel",
        "Cancel an order",
        cancel_order,
        reply=OrderReply,
        keyed=True,
        errors=_STATES,
    ),
)

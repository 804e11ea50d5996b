"""Checkout and orders over REST."""

from __future__ import annotations

from typing import Final

from engine.catalogue import EventInfo, OrderRow
from engine.views import rfc3339
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation, Settled
from protocol.errors import ErrorCode, Problem, problem
from protocol.order_lists import OrderLine, OrderList, OrdersQuery
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


async def list_orders(call: Call) -> OrderList:
    """List one's own orders, those that one made as a guest included."""
    query: OrdersQuery = call.query
    buyers = (call.caller.id, *call.caller.guests)
    found = await call.parts.catalogue.orders_of(buyers, query.limit + 1, query.after or None)
    page, more = found[: query.limit], len(found) > query.limit
    names = await call.parts.catalogue.events_by_id(sorted({row.event for row in page}))
    lines = tuple(_line(row, names.get(row.event)) for row in page)
    return OrderList(lines, more, page[-1].id if more else None)


def _line(row: OrderRow, event: EventInfo | None) -> OrderLine:
    return OrderLine(row.id, row.event, "" if event is None else event.name, rfc3339(row.created_ms))


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
    Operation("GET", "/orders", "List one's orders", list_orders, query=OrdersQuery, reply=OrderList),
    Operation("GET", "/orders/{order}", "Read an order", read_order, reply=OrderReply),
    Operation(
        "POST",
        "/orders/{order}/cancel",
        "Cancel an order",
        cancel_order,
        reply=OrderReply,
        keyed=True,
        errors=(*_STATES, ErrorCode.TICKET_USED),
    ),
)

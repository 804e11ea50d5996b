"""An event's orders over REST: a page as JSON, or all of them as CSV or Parquet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from engine.analytics import OrderLine
from engine.views import rfc3339
from gateway.analytics.telling import cash
from gateway.exports.columns import CSV, PARQUET, Row, Table, decimals_of
from gateway.exports.exporting import ROWS_A_BATCH, batches, exported
from gateway.rest.analytics import analytics_of
from gateway.rest.call import Call
from gateway.rest.operation import Operation, Streamed
from protocol.analytics import OrderRowReply, OrdersQuery, OrdersReply
from protocol.errors import ErrorCode, Problem, problem

BUSY_RETRY_MS: Final = 5_000
BUSY: Final = problem(
    ErrorCode.SECTION_OVERLOADED, "Too many exports are under way.", retry_after_ms=BUSY_RETRY_MS
)
MEDIA: Final = {"csv": CSV, "parquet": PARQUET}


async def list_event_orders(call: Call) -> OrdersReply | Streamed | Problem:
    """List an event's orders, the oldest first, with the names on them.

    CSV and Parquet tell all of them, batch by batch: orders that begin meanwhile may be in it, and a
    connection that ends early has told only some.
    """
    query: OrdersQuery = call.query
    if query.format != "json":
        return await _all_of_them(call, query)
    analytics, event = analytics_of(call), await call.event()
    progress = await analytics.progress(event.id)
    found = await analytics.orders(event.id, query.after, query.limit + 1)
    page, more = found[: query.limit], len(found) > query.limit
    data = tuple(_reply(each) for each in page)
    return OrdersReply(event.id, progress.behind, data, more, page[-1].fact.id if more else None)


async def _all_of_them(call: Call, query: OrdersQuery) -> Streamed | Problem:
    analytics, event = analytics_of(call), await call.event()
    if query.format == "json":
        raise AssertionError("pages of JSON are no export")
    slots = call.exports
    if not slots.take():
        return BUSY

    async def read(after: str, limit: int) -> tuple[Sequence[Row], str | None]:
        found = await analytics.orders(event.id, after, limit)
        mark = found[-1].fact.id if len(found) == limit else None
        return [_row(each) for each in found], mark

    try:
        rows = batches(read, await read(query.after, ROWS_A_BATCH))
    except BaseException:
        slots.give_back()
        raise
    file = exported(orders_table(event.currency), query.format, rows)
    name = f'attachment; filename="{event.id}-orders.{query.format}"'
    return Streamed(file, MEDIA[query.format], {"Content-Disposition": name}, slots.give_back)


def orders_table(currency: str) -> Table:
    """The columns of an export of orders."""
    return Table(
        (
            ("order", "text"),
            ("event", "text"),
            ("section", "text"),
            ("status", "text"),
            ("places", "count"),
            ("amount", "money"),
            ("refunded", "money"),
            ("currency", "text"),
            ("placed_at", "time"),
            ("booked_at", "time"),
            ("ended_at", "time"),
            ("buyer_name", "text"),
            ("buyer_email", "text"),
            ("provider", "text"),
        ),
        decimals_of(currency),
    )


def _row(line: OrderLine) -> Row:
    fact = line.fact
    return (
        *(fact.id, fact.event, fact.section, fact.status, fact.places, fact.amount, fact.refunded),
        *(fact.currency, fact.placed_ms, fact.booked_ms, fact.ended_ms),
        *(line.buyer_name, line.buyer_email, line.provider),
    )


def _reply(line: OrderLine) -> OrderRowReply:
    fact = line.fact
    return OrderRowReply(
        *(fact.id, fact.section, fact.status, fact.places),
        cash(fact.amount, fact.currency),
        cash(fact.refunded, fact.currency),
        rfc3339(fact.placed_ms),
        None if fact.booked_ms is None else rfc3339(fact.booked_ms),
        None if fact.ended_ms is None else rfc3339(fact.ended_ms),
        *(line.buyer_name, line.buyer_email, line.provider),
    )


OPERATIONS: Final = (
    Operation(
        "GET",
        "/events/{event}/orders",
        "List an event's orders",
        list_event_orders,
        reply=OrdersReply,
        query=OrdersQuery,
        or_else=(CSV, PARQUET),
        errors=(ErrorCode.SECTION_OVERLOADED,),
    ),
)

"""All REST operations, mounted."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI

from gateway.access.rights import right_of
from gateway.parts import Parts
from gateway.rest import (
    analytics,
    audit,
    auth,
    clock,
    discovery,
    events,
    exports,
    figures,
    guests,
    holds,
    live,
    orders,
    organisers,
    payments,
    plans,
    queue,
    staff,
    tickets,
    venues,
    waitlist,
    webhooks,
)
from gateway.rest.call import Context
from gateway.rest.operation import Operation
from gateway.rest.serving import endpoint

OPERATIONS: Final[tuple[Operation, ...]] = (
    *guests.OPERATIONS,
    *holds.OPERATIONS,
    *orders.OPERATIONS,
    *payments.OPERATIONS,
    *tickets.OPERATIONS,
    *plans.OPERATIONS,
    *venues.OPERATIONS,
    *discovery.OPERATIONS,
    *events.OPERATIONS,
    *live.OPERATIONS,
    *staff.OPERATIONS,
    *queue.OPERATIONS,
    *waitlist.OPERATIONS,
    *webhooks.OPERATIONS,
    *figures.OPERATIONS,
    *analytics.OPERATIONS,
    *exports.OPERATIONS,
    *audit.OPERATIONS,
    *auth.OPERATIONS,
    *organisers.OPERATIONS,
)
PREFIX: Final = "/v1"


def operations_of(parts: Parts) -> tuple[Operation, ...]:
    """The operations of a server; one in test mode has some more."""
    return OPERATIONS if parts.test_clock is None else (*OPERATIONS, *clock.OPERATIONS)


def add_routes(app: FastAPI, context: Context) -> None:
    """Mount every operation. Raises `LookupError` for one whose rights nobody has written down."""
    tracing = context.parts.tracing
    for operation in operations_of(context.parts):
        right_of(operation.name)
        path, serve = PREFIX + operation.path, endpoint(operation, context)
        if tracing is not None:
            serve = tracing.endpoint(operation.name, operation.method, path, serve)
        app.add_route(path, serve, [operation.method], operation.name)

"""Makes the application: wires the gateway's own parts and mounts every route."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from gateway.documents import add_documents
from gateway.echo import DirectEcho, Echo
from gateway.entrance import Entrance
from gateway.front import Front
from gateway.operations import add_operations
from gateway.parts import Parts
from gateway.request_ids import RequestIds
from gateway.rest.call import Context
from gateway.rest.plan_pages import PlanPages
from gateway.rest.routes import OPERATIONS, add_routes
from gateway.rest.serving import no_such_call
from gateway.settings import GatewaySettings
from gateway.ticketing.desk import ticketing

TITLE = "Holdfast"


def create_app(parts: Parts, settings: GatewaySettings) -> Entrance:
    """The application. `app.state.sockets` is what is to be drained before the server stops."""
    front = Front(parts, settings)
    office = front.office
    tickets = ticketing(office.checkout, office.directory, parts.catalogue, settings, parts.clock.now_ms)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        front.start()
        yield
        await front.stop()
        await tickets.pages.close()

    websockets: dict[str, ASGIApp] = {"/v1/ws": front.sockets}
    if settings.echo:
        websockets |= {"/v1/echo": Echo(), "/v1/echo/direct": DirectEcho()}
    app = Entrance(
        websockets,
        title=TITLE,
        version=parts.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.sockets = front.sockets
    app.state.hub = front.hub
    for status in (404, 405):
        app.add_exception_handler(status, no_such_call)
    app.add_middleware(RequestIds, clock=parts.clock, ids=parts.ids)
    add_operations(app, parts, front.sockets)
    add_documents(app, OPERATIONS, parts.version)
    add_routes(app, Context(parts, office, front.hub, PlanPages(), tickets))
    return app


async def drain(app: FastAPI) -> None:
    """Let all websocket clients go; to be awaited before the server is told to stop."""
    await app.state.sockets.drain()

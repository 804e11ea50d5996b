"""Makes the application: wires the gateway's own parts and mounts every route."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import WebSocketRoute

from gateway.auth import TokenVerifier
from gateway.checkout import Checkout
from gateway.desk import Office
from gateway.directory import Directory
from gateway.dispatch import Dispatcher
from gateway.documents import add_documents
from gateway.echo import Echo
from gateway.hub import FeedHub
from gateway.notices import HoldNotices
from gateway.operations import add_operations
from gateway.orderbook import OrderBook
from gateway.parts import Parts
from gateway.request_ids import RequestIds
from gateway.rest.call import Context
from gateway.rest.plan_pages import PlanPages
from gateway.rest.routes import OPERATIONS, add_routes
from gateway.rest.serving import no_such_call
from gateway.settings import GatewaySettings
from gateway.sockets import Sockets

TITLE = "Holdfast"


def create_app(parts: Parts, settings: GatewaySettings) -> FastAPI:
    """The application. `app.state.sockets` is what is to be drained before the server stops."""
    directory = Directory(parts.catalogue, settings.events_cached)
    checkout = Checkout(
        parts.sections,
        directory,
        parts.catalogue,
        OrderBook(parts.catalogue, settings),
        parts.providers,
        parts.clock.now_ms,
    )
    verifier = TokenVerifier(settings.secret, settings.tokens_cached)
    notices = HoldNotices(parts.sections, parts.clock.now_ms)
    dispatcher = Dispatcher(parts.sections)
    office = Office(dispatcher, directory, checkout, verifier, settings, notices, set())
    hub = FeedHub(parts.changes, settings)
    sockets = Sockets(office, hub, parts.clock, parts.ids)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        sockets.start()
        notices.start()
        yield
        await sockets.drain()
        await sockets.stop()
        await notices.stop()
        await hub.close()

    app = FastAPI(
        title=TITLE,
        version=parts.version,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.sockets = sockets
    app.state.hub = hub
    for status in (404, 405):
        app.add_exception_handler(status, no_such_call)
    app.add_middleware(RequestIds, clock=parts.clock, ids=parts.ids)
    app.router.routes.append(WebSocketRoute("/v1/ws", sockets))
    if settings.echo:
        app.router.routes.append(WebSocketRoute("/v1/echo", Echo()))
    add_operations(app, parts, sockets)
    add_documents(app, OPERATIONS, parts.version)
    add_routes(app, Context(parts, office, hub, PlanPages()))
    return app


async def drain(app: FastAPI) -> None:
    """Let all websocket clients go; to be awaited before the server is told to stop."""
    await app.state.sockets.drain()

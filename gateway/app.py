"""Makes the application: wires the gateway's own parts and mounts every route."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from engine.catalogue import Opening
from gateway.discovery.surveyor import Surveyor
from gateway.entrance import Entrance
from gateway.exports.exporting import Slots
from gateway.front import Front
from gateway.keeping import Keeper
from gateway.opening import opening_keeper
from gateway.operations import add_operations
from gateway.pages.files import PageFiles
from gateway.pages.pages import add_pages
from gateway.parts import Parts
from gateway.published.documents import add_documents
from gateway.request_ids import RequestIds
from gateway.rest.call import Context
from gateway.rest.plan_pages import PlanPages
from gateway.rest.routes import add_routes, operations_of
from gateway.rest.serving import no_such_call
from gateway.settings import GatewaySettings
from gateway.shielding import Shielding
from gateway.ticketing.wiring import Ticketing, ticketing
from gateway.warming import Warming
from gateway.websocket.echo import DirectEcho, Echo
from protocol.accounts import Jwks
from telemetry.meters import METERS

TITLE = "Holdfast"
CORS_METHODS: Final = ("GET", "POST", "PATCH", "DELETE")
CORS_TAKEN: Final = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Traceparent")
CORS_SHOWN: Final = (
    *("Date", "ETag", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy", "Retry-After"),
    "X-Request-Id",
)
CORS_MAX_AGE_S: Final = 600


def create_app(parts: Parts, settings: GatewaySettings) -> Entrance:
    """The application. `app.state.sockets` is what is to be drained before the server stops."""
    front = Front(parts, settings)
    office, plans = front.office, PlanPages()
    tickets = ticketing(office.checkout, office.directory, parts.catalogue, settings, parts.clock.now_ms)
    surveyor = Surveyor(parts.catalogue.discovery, parts.changes, office.directory, parts.clock)
    warming = Warming(parts.catalogue, office.directory, plans)
    opening = opening_keeper(parts, office.directory)
    app = Entrance(
        _websockets(front, settings),
        title=TITLE,
        version=parts.version,
        lifespan=_life(front, surveyor, warming, tickets, opening),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.sockets = front.sockets
    app.state.hub = front.hub
    app.state.live = office.live
    app.state.surveyor = surveyor
    app.state.turned_away = front.turned_away
    app.state.exports = Slots()
    _add_layers(app, parts, settings)
    _tell_of(front)
    _add_calls(app, parts, settings, front)
    context = Context(
        *(parts, office, front.hub, front.limiter, plans, tickets, front.figures, app.state.exports)
    )
    add_routes(app, context)
    return app


def _websockets(front: Front, settings: GatewaySettings) -> dict[str, ASGIApp]:
    """Who serves websockets, by path."""
    echoes: dict[str, ASGIApp] = {"/v1/echo": Echo(), "/v1/echo/direct": DirectEcho()}
    return {"/v1/ws": front.sockets, **(echoes if settings.echo else {})}


def _life(
    front: Front, surveyor: Surveyor, warming: Warming, tickets: Ticketing, opening: Keeper[Opening] | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What works beside the calls, from the first of them to the last."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        front.start()
        surveyor.start()
        warming.start()
        if opening is not None:
            opening.start()
        yield
        if opening is not None:
            await opening.stop()
        await warming.stop()
        await surveyor.stop()
        await front.stop()
        await tickets.pages.close()

    return lifespan


def _add_calls(app: FastAPI, parts: Parts, settings: GatewaySettings, front: Front) -> None:
    """All that is served over HTTP beside the API, and what is said of a call that is not there."""
    for status in (404, 405):
        app.add_exception_handler(status, no_such_call)
    known = front.office.accounts
    keys = Jwks(()) if known is None else known.keys.published()
    add_operations(app, parts, front.sockets, settings, keys)
    add_documents(app, operations_of(parts), parts.version)
    add_pages(app, parts.catalogue, PageFiles(), settings.stripe)


def _add_layers(app: FastAPI, parts: Parts, settings: GatewaySettings) -> None:
    """What every HTTP request passes through, the innermost first."""
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=CORS_METHODS,
            allow_headers=CORS_TAKEN,
            expose_headers=CORS_SHOWN,
            max_age=CORS_MAX_AGE_S,
        )
    app.add_middleware(Shielding)
    app.add_middleware(RequestIds, clock=parts.clock, ids=parts.ids)


def _tell_of(front: Front) -> None:
    """Figures of this gateway that are read when somebody asks for them."""
    METERS.gauge("holdfast_connections", "Open websockets.", lambda: float(len(front.sockets)))
    METERS.gauge("holdfast_feeds", "Sections that somebody watches.", lambda: float(len(front.hub)))


async def drain(app: FastAPI) -> None:
    """Let all websocket clients go; to be awaited before the server is told to stop."""
    await app.state.sockets.drain()

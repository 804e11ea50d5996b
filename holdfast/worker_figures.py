"""What a worker of its own tells over HTTP: `/metrics`, `/readyz` and `/healthz`, at a port that is set.

Within `serve` the gateways tell of the workers, and this is not started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.operations import Health, may_read_metrics, readiness_report
from holdfast.listener import listen
from holdfast.settings import Settings
from telemetry.exchange import Figures
from telemetry.exposition import exposition

HERE: Final = "127.0.0.1"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104  # with a token alone: see `address_of`
JSON: Final = "application/json"
GRACE_S: Final = 2
Gather = Callable[[], Awaitable[list[Figures]]]
"""Gives what this process tells."""


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the worker has its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the worker."""
        yield


def address_of(settings: Settings) -> tuple[str, int] | None:
    """Where a worker listens; None where nothing is set. Beyond this machine with a token alone."""
    if settings.worker_metrics_port is None or settings.socket_dir is not None:
        return None
    return HERE if settings.metrics_token is None else EVERYWHERE, settings.worker_metrics_port


def figures_app(gather: Gather, token: str | None) -> Starlette:
    """The three paths. `/readyz` is 503 while a part of this worker is not well, and names it."""

    async def healthz(_request: Request) -> Response:
        return Response(msgspec.json.encode(Health("ok")), media_type=JSON)

    async def readyz(_request: Request) -> Response:
        report = readiness_report((), await gather())
        wrong = tuple(f"{part}: {word}" for part, word in sorted(report.parts.items()) if word != "ok")
        report = msgspec.structs.replace(report, ready=not wrong, obstacles=wrong)
        return Response(msgspec.json.encode(report), 503 if wrong else 200, media_type=JSON)

    async def metrics(request: Request) -> Response:
        if not may_read_metrics(request, token):
            return Response(status_code=404)
        body, media_type = exposition(await gather(), request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": media_type})

    handlers = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return Starlette(routes=[Route(path, handler) for path, handler in handlers.items()])


async def serve_figures(address: tuple[str, int], app: Starlette) -> None:
    """Serve until cancelled. Raises `OSError` where the port is taken."""
    with listen(*address) as listener:
        config = uvicorn.Config(
            app,
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        server = _Server(config)
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        try:
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving

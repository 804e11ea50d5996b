"""Whether this gateway lives and can sell, for whoever runs it; outside `/v1`."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from gateway.parts import Parts
from gateway.rest.serving import Json
from gateway.sockets import Sockets
from protocol.closing import SUBPROTOCOLS

DRAINING: Final = "this gateway is draining"


class Health(msgspec.Struct, frozen=True):
    """`status` is `ok` as long as the process answers at all."""

    status: str


class ReadinessReport(msgspec.Struct, frozen=True):
    """Whether a sale is possible now, and if not, what stands in its way."""

    ready: bool
    obstacles: tuple[str, ...]


class Info(msgspec.Struct, frozen=True):
    """What this server is."""

    name: str
    version: str
    subprotocols: tuple[str, ...]
    connections: int


REPLIES: Final[dict[str, Any]] = {"/healthz": Health, "/readyz": ReadinessReport, "/info": Info}


def add_operations(app: FastAPI, parts: Parts, sockets: Sockets) -> None:
    """Mount `/healthz`, `/readyz` and `/info`."""

    async def healthz(_request: Request) -> Response:
        return Json(msgspec.json.encode(Health("ok")))

    async def readyz(_request: Request) -> Response:
        obstacles = [DRAINING] if sockets.draining else await parts.readiness.obstacles()
        report = ReadinessReport(not obstacles, tuple(obstacles))
        return Json(msgspec.json.encode(report), 503 if obstacles else 200)

    async def info(_request: Request) -> Response:
        return Json(msgspec.json.encode(Info("holdfast", parts.version, SUBPROTOCOLS, len(sockets))))

    for path, handler in (("/healthz", healthz), ("/readyz", readyz), ("/info", info)):
        app.add_route(path, handler, ["GET"])

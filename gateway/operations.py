"""Whether this gateway lives, can sell, and how all is going, for whoever runs it; outside `/v1`."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from gateway.desk.sockets import Sockets
from gateway.parts import Parts
from gateway.rest.serving import NO_SUCH_CALL, Json, problem_response
from gateway.settings import GatewaySettings
from protocol.accounts import Jwks
from protocol.closing import SUBPROTOCOLS
from telemetry.exchange import Figures
from telemetry.exposition import exposition

KEYS_KEPT: Final = "public, max-age=300"
DRAINING: Final = "this gateway is draining"
LOOPBACK: Final = frozenset(("127.0.0.1", "::1"))
ESSENTIAL: Final = frozenset(("database", "actors"))
"""Parts without which nothing is sold; `obstacles` tells of them too."""


class Health(msgspec.Struct, frozen=True):
    """`status` is `ok` as long as the process answers at all."""

    status: str


class ReadinessReport(msgspec.Struct, frozen=True):
    """Whether a sale is possible now, and if not, what stands in its way.

    `parts` has a word on each part of the node: `ok`, or what is wrong with it. Those in
    `degraded` are not well, and a sale goes on without them.
    """

    ready: bool
    obstacles: tuple[str, ...]
    degraded: tuple[str, ...] = ()
    parts: dict[str, str] = {}


class Info(msgspec.Struct, frozen=True):
    """What this server is."""

    name: str
    version: str
    subprotocols: tuple[str, ...]
    connections: int


REPLIES: Final[dict[str, Any]] = {
    "/healthz": Health,
    "/readyz": ReadinessReport,
    "/info": Info,
    "/metrics": None,
    "/.well-known/jwks.json": Jwks,
}
"""What each path replies with; None stands for text that is no JSON."""


def add_operations(
    app: FastAPI, parts: Parts, sockets: Sockets, settings: GatewaySettings, keys: Jwks
) -> None:
    """Mount `/healthz`, `/readyz`, `/info`, `/metrics` and the public `keys` of access tokens."""

    async def healthz(_request: Request) -> Response:
        return Json(msgspec.json.encode(Health("ok")))

    async def readyz(_request: Request) -> Response:
        obstacles = [DRAINING] if sockets.draining else await parts.readiness.obstacles()
        report = readiness_report(obstacles, await parts.figures())
        return Json(msgspec.json.encode(report), 503 if obstacles else 200)

    async def info(_request: Request) -> Response:
        return Json(msgspec.json.encode(Info("holdfast", parts.version, SUBPROTOCOLS, len(sockets))))

    async def metrics(request: Request) -> Response:
        if not may_read_metrics(request, settings.metrics_token):
            return problem_response(NO_SUCH_CALL, request.state.request_id)
        body, media_type = exposition(await parts.figures(), request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": media_type})

    async def jwks(_request: Request) -> Response:
        return Json(msgspec.json.encode(keys), headers={"Cache-Control": KEYS_KEPT})

    served = {"/healthz": healthz, "/readyz": readyz, "/info": info, "/metrics": metrics}
    served["/.well-known/jwks.json"] = jwks
    for path, handler in served.items():
        app.add_route(path, handler, ["GET"])


def readiness_report(obstacles: Iterable[str], figures: Iterable[Figures]) -> ReadinessReport:
    """The report: of a part that several processes tell of, what is wrong counts."""
    stands = tuple(obstacles)
    parts: dict[str, str] = {}
    for each in figures:
        for part, wrong in each.health.items():
            parts[part] = wrong or parts.get(part, "ok")
    degraded = tuple(sorted(part for part, word in parts.items() if word != "ok" and part not in ESSENTIAL))
    return ReadinessReport(not stands, stands, degraded, parts)


def may_read_metrics(request: Request, token: str | None) -> bool:
    """With the operator's token, or without one from this machine alone."""
    if token is None:
        return request.client is not None and request.client.host in LOOPBACK
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())

"""Where traces begin in a gateway that makes any; one that makes none has nothing of this on its ways."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from gateway.settings import GatewaySettings
from gateway.websocket.codec import Codec
from gateway.websocket.session import Handler, Outlet, Session

Endpoint = Callable[[Request], Awaitable[Response]]


class Tracing(Protocol):
    """Makes what is traced out of what is not; asked once a route and once a connection."""

    def endpoint(self, name: str, method: str, route: str, serve: Endpoint) -> Endpoint:
        """The same endpoint, each of whose calls is a span."""

    def session(
        self, session_id: str, codec: Codec, handler: Handler, outlet: Outlet, settings: GatewaySettings
    ) -> Session:
        """A session, each of whose requests is a span."""

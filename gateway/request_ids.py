"""Gives every HTTP request an id: it is in the reply, and in every line that is logged meanwhile."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from actors.ports import Clock, IdSource


class RequestIds:
    """ASGI middleware: `request.state.request_id` and the header `X-Request-Id`."""

    def __init__(self, app: ASGIApp, clock: Clock, ids: IdSource) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; websockets name their requests themselves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = "req_" + self._ids.fresh(0, self._clock.now_ms())
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)

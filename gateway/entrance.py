"""The application's front door: websockets go straight to those who serve them, the rest to FastAPI.

What stands between a server and a websocket stays there as long as the connection does,
and everything that is sent passes through it. The layers of a web framework are made for
requests that end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send


class Entrance(FastAPI):
    """FastAPI, but for the websockets at the paths of `websockets`."""

    def __init__(self, websockets: Mapping[str, ASGIApp], **options: Any) -> None:
        """`options` are FastAPI's."""
        super().__init__(**options)
        self.websockets = websockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection or request, or the application's life."""
        if scope["type"] == "websocket":
            serve = self.websockets.get(scope["path"])
            if serve is not None:
                await serve(scope, receive, send)
                return
        await super().__call__(scope, receive, send)

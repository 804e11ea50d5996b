"""Headers that keep a browser from being turned against those who use it, on every HTTP reply.

What a reply says for itself stands. See the OWASP Secure Headers Project and the Content
Security Policy Level 3.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMON: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FOR_DATA: Final = "default-src 'none'; frame-ancestors 'none'"
FOR_PAGES: Final = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TRANSPORT: Final = "max-age=31536000"
"""For a year this host is asked over TLS alone, once it was reached that way."""


class Shielding:
    """ASGI middleware: adds what a reply does not say for itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; a websocket has no headers to add to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _shield(MutableHeaders(scope=message), secure=scope["scheme"] == "https")
            await send(message)

        await self._app(scope, receive, send_shielded)


def _shield(headers: MutableHeaders, *, secure: bool) -> None:
    is_page = headers.get("content-type", "").startswith("text/html")
    headers.setdefault("Content-Security-Policy", FOR_PAGES if is_page else FOR_DATA)
    for name, value in COMMON.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", TRANSPORT)

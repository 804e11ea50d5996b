"""What goes between a page and the gateway, in a test's hands."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import WebSocketRoute


class Wire:
    """The page's websockets, which a test may cut, close or make deaf or dumb.

    `refusing` is the code by which new ones are closed at once; where it is `silent` they open, and
    nobody is there. `answers` are problems by kind of request, of which the server then hears nothing.
    """

    def __init__(self) -> None:
        self.routes: list[WebSocketRoute] = []
        self.deaf = False
        self.dumb = False
        self.unheard: set[str] = set()
        self.refusing: int | None = None
        self.silent = False
        self.answers: dict[str, dict[str, Any]] = {}
        self._kept: list[tuple[WebSocketRoute, str | bytes]] | None = None

    def open(self, route: WebSocketRoute) -> None:
        if self.refusing is not None:
            route.close(code=self.refusing)
            return
        self.routes.append(route)
        if self.silent:
            return
        server = route.connect_to_server()
        server.on_message(lambda frame: self._pass(route, frame))
        route.on_message(lambda frame: self._ask(route, server, frame))

    def _ask(self, route: WebSocketRoute, server: WebSocketRoute, frame: str | bytes) -> None:
        if self.dumb:
            return
        asked = json.loads(frame) if self.answers else {}
        if problem := self.answers.get(asked.get("t", "")):
            route.send(json.dumps({"re": asked["id"], "ok": False, "e": problem}))
        else:
            server.send(frame)

    def _pass(self, route: WebSocketRoute, frame: str | bytes) -> None:
        if self._kept is not None:
            self._kept.append((route, frame))
            return
        text = frame if isinstance(frame, str) else frame.decode()
        if not self.deaf and not any(f'"{kind}"' in text for kind in self.unheard):
            route.send(frame)

    def keep(self) -> None:
        """Keep what the server says from now on, for later."""
        self._kept = []

    def deliver(self) -> None:
        """Let the page hear what was kept, in its order."""
        kept, self._kept = self._kept or [], None
        for route, frame in kept:
            self._pass(route, frame)

    def say(self, frame: str) -> None:
        """Say something to the page in the server's place."""
        for route in self.routes:
            route.send(frame)

    def cut(self) -> None:
        """Lose the connection, as a network would."""
        for route in self.routes:
            route.close(code=4408)
        self.routes.clear()

    def close(self, code: int) -> None:
        for route in self.routes:
            route.close(code=code)
        self.routes.clear()

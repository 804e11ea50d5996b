"""What goes between a page and the gateway, in a test's hands."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import WebSocketRoute


class Wire:
    """The page's websockets, which a test may cut, close or make deaf or dumb.

    `refusing` is the code by which new ones are closed at once; where it is `silent` they open, and
    nobody is there. `answers` are problems by kind of request, of which the server then hears nothing;
    answers to requests of a `slow` kind are kept until they are delivered, while all else goes on.
    `keys` are those of the requests so far by kind: what is sent again after a cut has the one that it had.
    """

    def __init__(self) -> None:
        self.routes: list[WebSocketRoute] = []
        self.deaf = False
        self.dumb = False
        self.unheard: set[str] = set()
        self.refusing: int | None = None
        self.silent = False
        self.answers: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, set[str]] = {}
        self.slow: set[str] = set()
        self.late: list[tuple[WebSocketRoute, str]] = []
        self._slow_ids: set[int] = set()
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
        asked = json.loads(frame)
        if key := asked.get("idem"):
            self.keys.setdefault(asked["t"], set()).add(key)
        if asked["t"] in self.slow:
            self._slow_ids.add(asked["id"])
        if problem := self.answers.get(asked["t"]):
            route.send(json.dumps({"re": asked["id"], "ok": False, "e": problem}))
        else:
            server.send(frame)

    def _pass(self, route: WebSocketRoute, frame: str | bytes) -> None:
        if self._kept is not None:
            self._kept.append((route, frame))
            return
        text = frame if isinstance(frame, str) else frame.decode()
        if (
            self._slow_ids
            and not isinstance(told := json.loads(text), list)
            and told.get("re") in self._slow_ids
        ):
            self.late.append((route, text))
            return
        if not self.deaf and not any(f'"{kind}"' in text for kind in self.unheard):
            route.send(frame)

    def keep(self) -> None:
        """Keep what the server says from now on, for later."""
        self._kept = []

    def deliver(self) -> None:
        """Let the page hear what was kept, in its order, and then what came late."""
        kept, self._kept = self._kept or [], None
        late, self.late = self.late, []
        self.slow.clear()
        self._slow_ids.clear()
        for route, frame in kept:
            self._pass(route, frame)
        for route, text in late:
            route.send(text)

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

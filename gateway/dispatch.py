"""Requests to sections and their answers: the one way that websocket and REST share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

from actors.wire import Answer
from gateway.commands import Routed
from gateway.ports import Sections
from gateway.search import Hints, Search


class Dispatcher:
    """Sends routed requests on their way; a best-available one may visit several sections."""

    def __init__(self, sections: Sections, clock: Callable[[], float] = monotonic) -> None:
        self._sections = sections
        self._clock = clock
        self._hints = Hints()

    def submit(self, routed: Routed, deadline_ms: int, on_answer: Callable[[Answer], None]) -> None:
        """Send a request; `on_answer` is called once, later, on the loop."""
        if len(routed.streams) == 1:
            self._sections.submit(routed.streams[0], routed.request, deadline_ms, on_answer)
        else:
            Search(self._sections, routed, deadline_ms, on_answer, self._hints, self._clock).start()

    async def ask(self, routed: Routed, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def settle(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        self.submit(routed, deadline_ms, settle)
        return await answered

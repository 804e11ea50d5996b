"""The way to the sections for whoever need not know that a hold or an order may span several."""

from __future__ import annotations

from collections.abc import Callable

from actors.wire import Answer
from engine.commands import Request
from gateway.carts.asking import spans
from gateway.carts.carts import Carts
from gateway.ports import Sections


class FollowingSections:
    """`gateway.ports.Sections` whose `ask` sees to the parts of what it changes."""

    def __init__(self, sections: Sections, carts: Carts) -> None:
        self._sections = sections
        self._carts = carts

    def submit(
        self, stream: int, request: Request, deadline_ms: int, on_answer: Callable[[Answer], None]
    ) -> None:
        """Send a request, and leave what becomes of parts to who hears the answer."""
        self._sections.submit(stream, request, deadline_ms, on_answer)

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        answer = await self._sections.ask(stream, request, deadline_ms)
        gatherings = spans(answer)
        if not gatherings:
            return answer
        return await self._carts.follow(stream, request, gatherings, deadline_ms)

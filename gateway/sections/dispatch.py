"""Requests to sections and their answers: the one way that websocket and REST share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from actors.answers import explained
from actors.wire import Answer
from engine.commands import SwapHold
from gateway.carts.asking import spans
from gateway.carts.carts import Carts
from gateway.ports import Sections
from gateway.sections.commands import Routed, swapped
from gateway.sections.directory import Directory
from gateway.sections.search import Hints, Search
from protocol.errors import ErrorCode, Problem

ONE_SECTION: Final = explained(ErrorCode.INVALID.value, "Here a hold has places of one section only.")
OnAnswer = Callable[[Answer], None]


class Dispatcher:
    """Sends routed requests on their way; some visit several sections, those of `carts` all of them."""

    def __init__(
        self,
        sections: Sections,
        clock: Callable[[], float] = monotonic,
        carts: Carts | None = None,
        directory: Directory | None = None,
    ) -> None:
        """Without `carts` holds have places of one section only; with them a `directory` is needed."""
        self._sections = sections
        self._clock = clock
        self._hints = Hints()
        self._carts = carts
        self._directory = directory

    def submit(self, routed: Routed, deadline_ms: int, on_answer: OnAnswer) -> None:
        """Send a request; `on_answer` is called once, later, on the loop."""
        if len(routed.streams) == 1:
            self._sections.submit(routed.streams[0], routed.request, deadline_ms, on_answer)
        elif routed.wish is None:
            Search(self._sections, routed, deadline_ms, on_answer, self._hints, self._clock).start()
        elif self._carts is not None:
            self._carts.answer(self._carts.gather(routed.wish, routed.request, deadline_ms), on_answer)
        else:
            asyncio.get_running_loop().call_soon(on_answer, ONE_SECTION)

    def submit_change(self, routed: Routed, deadline_ms: int, on_answer: OnAnswer) -> None:
        """Send a request that gives back something of a hold, which may be in several sections."""
        carts = self._carts
        if carts is None or len(routed.streams) > 1:
            self.submit(routed, deadline_ms, on_answer)
            return
        until_s = self._clock() + deadline_ms / 1000

        def answered(answer: Answer) -> None:
            gatherings = spans(answer)
            if gatherings:
                left_ms = max(1, int((until_s - self._clock()) * 1000))
                carts.answer(self._changed(carts, routed, gatherings, left_ms), on_answer)
            else:
                on_answer(answer)

        self._sections.submit(routed.streams[0], routed.request, deadline_ms, answered)

    async def _changed(
        self, carts: Carts, routed: Routed, gatherings: tuple[str, ...], deadline_ms: int
    ) -> Answer:
        stream, request = routed.streams[0], routed.request
        if not isinstance(request.command, SwapHold):
            return await carts.follow(stream, request, gatherings, deadline_ms)
        event = None if self._directory is None else await self._directory.event_of(stream)
        again = None if event is None else swapped(event, stream, request)
        if again is None or isinstance(again, Problem) or again.wish is None:
            detail = again.detail if isinstance(again, Problem) else ""
            return explained(ErrorCode.INVALID.value, detail or ErrorCode.INVALID.title)
        return await carts.gather(again.wish, request, deadline_ms)

    async def ask(self, routed: Routed, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def settle(answer: Answer) -> None:
            if not answered.done():
                answered.set_result(answer)

        self.submit_change(routed, deadline_ms, settle)
        return await answered

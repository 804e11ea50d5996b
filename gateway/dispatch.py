"""Requests to sections and their answers: the one way that websocket and REST share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from actors.answers import DEADLINE_EXCEEDED
from actors.wire import Answer
from gateway.commands import Routed
from gateway.ports import Sections
from protocol.errors import ErrorCode

NOTHING_FITS: Final = frozenset((ErrorCode.BEST_AVAILABLE_NOT_FOUND.value, ErrorCode.SOLD_OUT.value))
"""Refusals after which a best-available search goes on in the next section."""


class _Search:
    """A best-available search that walks from section to section until one has an answer.

    One deadline bounds the whole walk. When it passes between two sections nothing was
    taken: all sections asked so far have refused.
    """

    __slots__ = ("_clock", "_ends_s", "_next", "_on_answer", "_routed", "_sections")

    def __init__(
        self,
        sections: Sections,
        routed: Routed,
        ends_s: float,
        on_answer: Callable[[Answer], None],
        clock: Callable[[], float],
    ) -> None:
        self._sections = sections
        self._routed = routed
        self._ends_s = ends_s
        self._on_answer = on_answer
        self._clock = clock
        self._next = 1

    def __call__(self, answer: Answer) -> None:
        streams = self._routed.streams
        if answer.code not in NOTHING_FITS or self._next >= len(streams):
            self._on_answer(answer)
            return
        left_ms = int((self._ends_s - self._clock()) * 1000)
        if left_ms <= 0:
            self._on_answer(DEADLINE_EXCEEDED)
            return
        stream = streams[self._next]
        self._next += 1
        self._sections.submit(stream, self._routed.request, left_ms, self)


def submit(
    sections: Sections,
    routed: Routed,
    deadline_ms: int,
    on_answer: Callable[[Answer], None],
    clock: Callable[[], float] = monotonic,
) -> None:
    """Send a routed request on its way; `on_answer` is called once, later, on the loop."""
    streams = routed.streams
    if len(streams) > 1:
        on_answer = _Search(sections, routed, clock() + deadline_ms / 1000, on_answer, clock)
    sections.submit(streams[0], routed.request, deadline_ms, on_answer)


async def ask(sections: Sections, routed: Routed, deadline_ms: int) -> Answer:
    """Send a routed request and wait for its answer."""
    answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def settle(answer: Answer) -> None:
        if not answered.done():
            answered.set_result(answer)

    submit(sections, routed, deadline_ms, settle)
    return await answered

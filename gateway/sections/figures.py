"""What is sold of an event and what is left: each section is asked for its own figures."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec

from engine.catalogue import SectionInfo
from engine.commands import GetFigures, Request
from engine.figures import Figures
from gateway.ports import Sections
from gateway.sections.answers import problem_of
from gateway.sections.directory import EventMap
from protocol.errors import Problem
from protocol.requests import Position

FRESH_MS: Final = 500
"""For how long figures are told again before sections are asked anew, however many look at them."""
EVENTS_MAX: Final = 128
"""Events whose figures are kept."""
AT_ONCE_MAX: Final = 8
"""Sections of one event that are asked at the same time."""
ASK_MS: Final = 5_000
READER: Final = "system"


class Taken(msgspec.Struct, frozen=True):
    """The figures of every section by name, at which position of each, and when they were asked for.

    Sections are asked one by one: a sale that goes on meanwhile may be in one and not in the other.
    """

    as_of_ms: int
    sections: dict[str, Figures]
    at: dict[str, Position]


class Board:
    """The figures of events; whoever asks while they are being fetched waits for the same ones."""

    def __init__(self, sections: Sections, now_ms: Callable[[], int]) -> None:
        self._sections = sections
        self._now_ms = now_ms
        self._kept: OrderedDict[str, Taken] = OrderedDict()
        self._fetching: dict[str, asyncio.Task[Taken | Problem]] = {}

    async def figures(self, event: EventMap) -> Taken | Problem:
        """The figures as they were a moment ago, or why a section does not tell them."""
        kept = self._kept.get(event.id)
        if kept is not None and 0 <= self._now_ms() - kept.as_of_ms < FRESH_MS:
            return kept
        task = self._fetching.get(event.id)
        if task is None:
            task = self._fetching[event.id] = asyncio.ensure_future(self._fetch(event))
            task.add_done_callback(lambda _done: self._fetching.pop(event.id, None))
        return await asyncio.shield(task)

    async def _fetch(self, event: EventMap) -> Taken | Problem:
        as_of_ms, turn = self._now_ms(), asyncio.Semaphore(AT_ONCE_MAX)
        parts = event.info.sections
        answers = await asyncio.gather(*(self._ask(part, turn) for part in parts))
        found: dict[str, Figures] = {}
        at: dict[str, Position] = {}
        for part, answer in zip(parts, answers, strict=True):
            if isinstance(answer, Problem):
                return answer
            found[part.name], at[part.name] = answer
        taken = Taken(as_of_ms, found, at)
        self._keep(event.id, taken)
        return taken

    async def _ask(self, part: SectionInfo, turn: asyncio.Semaphore) -> tuple[Figures, Position] | Problem:
        async with turn:
            answer = await self._sections.ask(
                part.stream, Request(READER, GetFigures(), role="staff"), ASK_MS
            )
        if answer.code is not None:
            return problem_of(answer)
        return _figures.decode(answer.body), (part.history, answer.seq)

    def _keep(self, event: str, taken: Taken) -> None:
        self._kept[event] = taken
        self._kept.move_to_end(event)
        if len(self._kept) > EVENTS_MAX:
            self._kept.popitem(last=False)


_figures: Final = msgspec.msgpack.Decoder(Figures)

"""Makes what the first visitor of an event needs before that visitor comes.

A house of tens of thousands of seats takes half a second to be read from the catalogue, written in
columns and compressed. A gateway that has just begun does it for the events that are announced or on
sale, one after the other, and from then on for those that join them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from actors.ending import ended
from engine.catalogue import EventInfo, EventStatus
from engine.journal import StorageError
from gateway.ports import Catalogue
from gateway.rest.plan_pages import Coding, Layout, PlanPages
from gateway.sections.directory import Directory

log = structlog.get_logger()
EVERY_S: Final = 5.0
EVENTS_MAX: Final = 64
"""So many of the newest events are looked at; those beyond are made when somebody asks."""
SHOWN: Final[frozenset[EventStatus]] = frozenset({"published", "open", "paused"})
LAYOUT: Final[Layout] = "columns"
CODINGS: Final[tuple[Coding, ...]] = ("br", "gzip")
"""What browsers take, and what programs do."""


class Warming:
    """What is made early is what `directory` and `pages` keep anyway. `sleep` may be a test's."""

    def __init__(
        self,
        catalogue: Catalogue,
        directory: Directory,
        pages: PlanPages,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is made yet."""
        self._catalogue = catalogue
        self._directory = directory
        self._pages = pages
        self._sleep = sleep
        self._made: OrderedDict[str, None] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Make them from now on."""
        self._task = asyncio.get_running_loop().create_task(self._forever())

    async def stop(self) -> None:
        """Make no more."""
        await ended(self._task)

    async def _forever(self) -> None:
        while True:
            try:
                await self.round()
            except StorageError:
                pass  # `/readyz` tells of it
            except Exception:  # whoever asks for it will see the same, and be told
                log.exception("warming_failed")
            await self._sleep(EVERY_S)

    async def round(self) -> int:
        """Make what has not been made; for how many events."""
        found = (await self._catalogue.events(EVENTS_MAX)).events
        fresh = [info for info in found if info.status in SHOWN and info.id not in self._made]
        for info in fresh:
            await self._make(info)
            self._made[info.id] = None
        while len(self._made) > EVENTS_MAX:
            self._made.popitem(last=False)
        return len(fresh)

    async def _make(self, info: EventInfo) -> None:
        event = await self._directory.event(info.id)
        if event is None:
            return
        for coding in CODINGS:
            await self._pages.page(info.plan, event.plan, LAYOUT, coding)

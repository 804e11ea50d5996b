"""Whether a gateway can sell: storage answers, and the sections that are on sale have been woken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from actors.ending import ended
from engine.catalogue import EventInfo
from engine.commands import GetHold, Request
from engine.journal import StorageUnavailable
from gateway.ports import Catalogue, Sections
from telemetry.health import Health

log = structlog.get_logger()
EVENTS_WOKEN_MAX: Final = 32
WAKING_AT_ONCE: Final = 64
WAKE_DEADLINE_MS: Final = 30_000
RETRY_S: Final = 0.5
# Any answer of the section's own says that it serves; this one costs it nothing.
_KNOCK: Final = Request(principal="system", command=GetHold(hold="hld_none"), role="system")


class SaleReadiness:
    """Wakes the streams of the newest open events once, so that the first buyers do not wait for them."""

    def __init__(
        self, catalogue: Catalogue, sections: Sections, silent_actors: Callable[[], list[str]]
    ) -> None:
        """`silent_actors` names the actors that missed their last pulse."""
        self._catalogue = catalogue
        self._sections = sections
        self._silent_actors = silent_actors
        self._asleep = 0
        self._woken = False
        self._storage_away = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wake what is on sale."""
        self._task = asyncio.get_running_loop().create_task(self._wake())

    async def stop(self) -> None:
        """Give up waking."""
        await ended(self._task)

    async def obstacles(self) -> list[str]:
        """What stands in the way of a sale, in words; empty when nothing does."""
        found = []
        try:
            await self._catalogue.events(1)
            self._storage_away = False
        except StorageUnavailable:
            self._storage_away = True
            found.append("storage cannot be reached")
        if not self._woken:
            found.append(f"sections are being woken: {self._asleep} to go")
        found.extend(f"{actor} does not answer" for actor in self._silent_actors())
        return found

    def watch(self, health: Health) -> None:
        """Tell of the parts that are looked at here."""
        health.watch("database", lambda: "cannot be reached" if self._storage_away else None)
        health.watch(
            "actors", lambda: ", ".join(self._silent_actors()) + " silent" if self._silent_actors() else None
        )

    async def _wake(self) -> None:
        events = await self._open_events()
        streams = [section.stream for event in events for section in event.sections]
        # A waiting room opens by itself, and lets people in: it must be awake for that.
        streams += [event.queue.stream for event in events if event.queue is not None]
        self._asleep = len(streams)
        turn = asyncio.Semaphore(WAKING_AT_ONCE)
        await asyncio.gather(*(self._knock(stream, turn) for stream in streams))
        self._woken = True

    async def _knock(self, stream: int, turn: asyncio.Semaphore) -> None:
        async with turn:
            answer = await self._sections.ask(stream, _KNOCK, WAKE_DEADLINE_MS)
        if answer.code != "not_found":
            log.warning("section_not_woken", stream=stream, code=answer.code)
        self._asleep -= 1

    async def _open_events(self) -> list[EventInfo]:
        """The newest events on sale, however long storage is away."""
        while True:
            try:
                page = await self._catalogue.events(EVENTS_WOKEN_MAX)
                return [event for event in page.events if event.status == "open" or _has_room(event)]
            except StorageUnavailable:
                pass  # `obstacles` tells of it
            except Exception:  # a gateway that gave up here would never be ready
                log.exception("waking_failed")
            await asyncio.sleep(RETRY_S)


def _has_room(event: EventInfo) -> bool:
    """Whether people may wait for this event before its sale opens."""
    return event.queue is not None and event.status != "closed"

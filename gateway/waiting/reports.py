"""What a gateway tells a waiting room: who is there, how the sections do, and what is left."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog

from engine.queue.admission import BATCH_MAX, FULL
from engine.queue.commands import AnyRoomCommand, SeeMembers, SetPressure, SetStock
from gateway.live.feed import UNKNOWN, SectionFeed
from gateway.waiting.room import FollowedRoom
from gateway.waiting.stock import Stock

REPORT_S: Final = 1.0
SIGHT_S: Final = 20.0
"""Members who are connected give a sign of life so often; others when they come, ask or go."""
REPEAT_S: Final = 10.0
"""What has not changed is said again so often, in case the room forgot it or came back."""
SAMPLES_MAX: Final = 512
LATENCY_GOOD_S: Final = 0.25
"""Sections that answer nine in ten requests within this are not slow."""
LATENCY_BAD_S: Final = 1.0
"""At this nobody more is let in."""
LEVEL_STEP: Final = 125
_log = structlog.get_logger(__name__)


class Reports:
    """The reports of one gateway (`source`) to one room."""

    def __init__(self, room: FollowedRoom, source: str, feeds: list[SectionFeed], stock: Stock) -> None:
        self._room = room
        self._left = stock
        self._source = source
        self._feeds = feeds
        self._seen: dict[int, None] = {}
        self._latencies: deque[float] = deque(maxlen=SAMPLES_MAX)
        self._sighted_s = self._stock_s = self._pressure_s = float("-inf")
        self._stock: tuple[int, int] | None = None
        self._level = 0

    def saw(self, number: int) -> None:
        """A member gave a sign of life."""
        self._seen[number] = None

    def took(self, seconds: float) -> None:
        """A section of this event took so long to answer."""
        self._latencies.append(seconds)

    async def run(self, clock: Callable[[], float]) -> None:
        """Report once a second, for ever."""
        while True:
            try:
                if self._left.look(clock()):
                    self._room.restocked(self._left)
                for command in self.due(clock()):
                    await self._room.tell_room(command)
            except Exception as error:  # noqa: BLE001 - the next report makes up for this one
                _log.warning("room_report_failed", room=self._room.event, error=repr(error))
            await asyncio.sleep(REPORT_S)

    def due(self, now_s: float) -> list[AnyRoomCommand]:
        """What is to be said now."""
        return [*self._signs(now_s), *self._stock_news(now_s), *self._pressure(now_s)]

    def _signs(self, now_s: float) -> list[AnyRoomCommand]:
        if now_s - self._sighted_s >= SIGHT_S:
            self._sighted_s = now_s
            waiters = self._room.waiters.by_ticket.values()
            self._seen.update(dict.fromkeys(each.number for each in waiters if not each.admitted))
        numbers, self._seen = tuple(self._seen), {}
        return [SeeMembers(numbers[at : at + BATCH_MAX]) for at in range(0, len(numbers), BATCH_MAX)]

    def _stock_news(self, now_s: float) -> list[AnyRoomCommand]:
        header = self._room.mirror.header
        if header is None or header.phase not in ("open", "paused"):
            return []
        if not self._feeds or any(feed.seq == UNKNOWN for feed in self._feeds):
            return []
        stock = sum(feed.counts[0] for feed in self._feeds), sum(feed.counts[1] for feed in self._feeds)
        if stock == self._stock and now_s - self._stock_s < REPEAT_S:
            return []
        self._stock, self._stock_s = stock, now_s
        return [SetStock(*stock)]

    def _pressure(self, now_s: float) -> list[AnyRoomCommand]:
        level = pressure_of(sorted(self._latencies))
        self._latencies.clear()
        if level == self._level and (not level or now_s - self._pressure_s < REPEAT_S):
            return []
        self._level, self._pressure_s = level, now_s
        return [SetPressure(self._source, level)]


def pressure_of(latencies: list[float]) -> int:
    """Thousandths of the rate to take away, from sorted latencies in seconds; in steps, so that it rests."""
    if not latencies:
        return 0
    slow = latencies[int(len(latencies) * 0.9)]
    share = (slow - LATENCY_GOOD_S) / (LATENCY_BAD_S - LATENCY_GOOD_S)
    return round(min(1.0, max(0.0, share)) * FULL / LEVEL_STEP) * LEVEL_STEP

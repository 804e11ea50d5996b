"""The organiser's boards: made once a second for an event, however many look, and told to those who watch."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import msgspec

from engine.analytics import DAY_MS, MINUTE_MS, MinuteSum, StepSum
from engine.journal import StorageError
from engine.queue.commands import GetRoom
from engine.queue.views import RoomView
from engine.times import rfc3339
from gateway.analytics.ports import Analytics
from gateway.analytics.telling import FORECAST_MINUTES, cash, forecast, funnel, minutes, refusals
from gateway.sections.answers import STORAGE_AWAY
from gateway.sections.directory import EventMap
from gateway.sections.figures import Board, Taken
from gateway.waiting.hall import WaitingHall
from protocol.analytics import BoardReply, LineReply
from protocol.errors import Problem

FRESH_MS: Final = 500
"""How old the figures of a board may be that is told again; whoever watches gets one made for them."""
EVENTS_MAX: Final = 128
"""Events whose boards are kept."""
MINUTES_TOLD: Final = 3
ROOM_MS: Final = 2_000
"""How long the waiting room is waited for; a board without it is better than none."""


class Boards:
    """Makes boards. Whoever asks while one is being made waits for the same one."""

    def __init__(
        self, analytics: Analytics, figures: Board, hall: WaitingHall, now_ms: Callable[[], int]
    ) -> None:
        self._analytics = analytics
        self._figures = figures
        self._hall = hall
        self._now_ms = now_ms
        self._kept: OrderedDict[str, tuple[int, BoardReply]] = OrderedDict()
        self._making: dict[str, asyncio.Task[BoardReply | Problem]] = {}

    async def board(self, event: EventMap) -> BoardReply | Problem:
        """The board as it was a moment ago, or why it cannot be told."""
        kept = self._kept.get(event.id)
        if kept is not None and 0 <= self._now_ms() - kept[0] < FRESH_MS:
            return kept[1]
        task = self._making.get(event.id)
        if task is None:
            task = self._making[event.id] = asyncio.ensure_future(self._make(event))
            task.add_done_callback(lambda _done: self._making.pop(event.id, None))
        return await asyncio.shield(task)

    async def _make(self, event: EventMap) -> BoardReply | Problem:
        now_ms = self._now_ms()
        try:
            taken = await self._figures.figures(event)
            if isinstance(taken, Problem):
                return taken
            made = await self._board(event, taken, now_ms)
        except StorageError:
            return STORAGE_AWAY
        self._kept[event.id] = taken.as_of_ms, made
        self._kept.move_to_end(event.id)
        if len(self._kept) > EVENTS_MAX:
            self._kept.popitem(last=False)
        return made

    async def _board(self, event: EventMap, taken: Taken, now_ms: int) -> BoardReply:
        minute = now_ms // MINUTE_MS
        # Progress first: what is counted meanwhile is then in the figures, and told as missing at worst.
        progress = await self._analytics.progress(event.id)
        steps = await self._analytics.steps(event.id, 0, now_ms // DAY_MS + 1)
        recent = await self._analytics.minutes(event.id, minute - FORECAST_MINUTES, minute + 1)
        turned_away = await self._analytics.turned_away(event.id, 0, now_ms // DAY_MS + 1)
        queue = await self._line(event)
        return _reply(event, taken, (now_ms, progress.behind), steps, turned_away, recent, queue)

    async def _line(self, event: EventMap) -> LineReply | None:
        if event.info.queue is None:
            return None
        room = await self._hall.room(event.id, ROOM_MS)
        if isinstance(room, Problem):
            return None
        answer = await room.tell_room(GetRoom())
        if answer.code is not None:
            return None
        view = _rooms.decode(answer.body)
        rate = round(view.tempo.per_second * 60, 3)
        return LineReply(view.phase, view.waiting, view.active, view.joined, rate, view.pressure)


def _reply(
    event: EventMap,
    taken: Taken,
    when: tuple[int, int],
    steps: list[StepSum],
    turned_away: dict[str, int],
    recent: list[MinuteSum],
    queue: LineReply | None,
) -> BoardReply:
    now_ms, behind = when
    figures, currency = taken.sections.values(), event.currency
    cells = [cell for each in figures for cell in each.cells]
    free = sum(cell.free for cell in cells)
    latest = [each for each in recent if each.minute > now_ms // MINUTE_MS - MINUTES_TOLD]
    return BoardReply(
        event=event.id,
        as_of=rfc3339(taken.as_of_ms),
        behind=behind,
        at=taken.at,
        free=free,
        held=sum(cell.held for cell in cells),
        sold=sum(cell.sold for cell in cells),
        blocked=sum(cell.blocked for cell in cells),
        orders=sum(each.orders for each in figures),
        revenue=cash(sum(each.booked for each in figures), currency),
        fees=cash(sum(each.fees for each in figures), currency),
        minutes=minutes(latest, currency),
        refusals=refusals(steps),
        turned_away=turned_away,
        funnel=funnel(steps),
        forecast=forecast(recent, free, now_ms),
        queue=queue,
    )


_rooms: Final = msgspec.msgpack.Decoder(RoomView)

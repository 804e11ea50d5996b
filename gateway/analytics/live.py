"""Boards told live: one made once a second for each event that is watched, whoever watches it.

Nothing is kept for a watcher but that there is news; what is said is asked for when its
frame is made, so a slow reader gets the newest board and never a backlog.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from gateway.analytics.boards import Boards
from gateway.live.feed import Watcher
from gateway.sections.directory import EventMap
from gateway.websocket.codec import Codec
from gateway.websocket.frames import Frames
from gateway.websocket.lanes import Lanes
from protocol.analytics import BoardReply
from protocol.errors import Problem
from protocol.limits import BOARDS_PER_SECOND
from protocol.replies import Push

INTERVAL_S: Final = 1.0 / BOARDS_PER_SECOND
EVENTS_MAX: Final = 64
"""Events of one gateway whose boards are watched at the same time."""
CHANNEL: Final = "~board"
"""What stands in a section's place in the name of the channel; no section's name begins like this."""
_log = structlog.get_logger(__name__)


class LiveBoard:
    """The board of one event, and who watches it. `version` grows with every board that was made."""

    def __init__(self, event: EventMap) -> None:
        """Nothing is known yet."""
        self.event = event
        self.channel = f"{event.id}/{CHANNEL}"
        self.version = 0
        self.watchers: dict[Watcher, None] = {}
        self.task: asyncio.Task[None] | None = None
        self._frames = Frames()
        self._board: BoardReply | None = None

    def show(self, board: BoardReply) -> None:
        """This is the board from now on: tell everybody."""
        self.version += 1
        self._board = board
        self._frames.clear()
        for watcher in tuple(self.watchers):
            watcher.news()

    def frame(self, codec: Codec) -> bytes | None:
        """The message with the newest board, made once for all who speak alike."""
        if self._board is None:
            return None
        known = self._frames.get(codec.name)
        return known or self._frames.keep(
            codec.name, codec.push(Push("stats.update", self.channel), self._board)
        )


class LiveBoards:
    """The boards that are watched here. `sleep` is `asyncio.sleep`, or a test's."""

    def __init__(self, boards: Boards, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._boards = boards
        self._sleep = sleep
        self._live: dict[str, LiveBoard] = {}

    def __len__(self) -> int:
        """How many boards are made."""
        return len(self._live)

    def watch(self, event: EventMap, watcher: Callable[[LiveBoard], Watcher]) -> LiveBoard | None:
        """Tell a watcher, which is made for the board, from now on; None when too many boards are watched."""
        live = self._live.get(event.id)
        if live is None:
            if len(self._live) >= EVENTS_MAX:
                return None
            live = self._live[event.id] = LiveBoard(event)
        live.watchers[watcher(live)] = None
        if live.task is None:
            live.task = asyncio.ensure_future(self._run(live))
        return live

    def unwatch(self, live: LiveBoard, watcher: Watcher) -> None:
        """Tell a watcher no more, and make the board no longer when nobody is left."""
        live.watchers.pop(watcher, None)
        if not live.watchers and self._live.get(live.event.id) is live:
            del self._live[live.event.id]
            if live.task is not None:
                live.task.cancel()

    async def _run(self, live: LiveBoard) -> None:
        while True:
            # A board a second, however long it takes to make one.
            await asyncio.gather(self._show(live), self._sleep(INTERVAL_S))

    async def _show(self, live: LiveBoard) -> None:
        try:
            made = await self._boards.board(live.event)
            if not isinstance(made, Problem):
                live.show(made)
        except Exception:  # noqa: BLE001 - whatever failed, the next second has another board
            _log.exception("board_failed", event_id=live.event.id)

    async def close(self) -> None:
        """Make no boards any more."""
        tasks = [live.task for live in self._live.values() if live.task is not None]
        self._live.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class BoardCursor:
    """What one connection knows of a board. `allowed` says whether it may still be told."""

    __slots__ = ("_allowed", "_lanes", "_version", "live")

    def __init__(self, live: LiveBoard, lanes: Lanes, allowed: Callable[[], bool]) -> None:
        self.live = live
        self._lanes = lanes
        self._allowed = allowed
        self._version = 0

    def news(self) -> None:
        """There is another board."""
        if self._allowed():
            self._lanes.mark(self)

    def pull(self, codec: Codec) -> Sequence[bytes]:
        """The newest board, unless it was told."""
        if self._version == self.live.version:
            return []
        self._version = self.live.version
        frame = self.live.frame(codec)
        return [] if frame is None else [frame]

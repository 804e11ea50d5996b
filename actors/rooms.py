"""The way to waiting rooms and their news, as gateways take it."""

from __future__ import annotations

from typing import Protocol

from actors.room_wire import RoomChanges
from actors.watch import SectionChanges
from actors.wire import Answer, StreamRequest
from engine.queue.commands import RoomRequest


class Router(Protocol):
    """The way to streams of every kind."""

    async def ask(self, stream: int, request: StreamRequest, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""


class RoomLine:
    """Rooms are reached as sections are: through the same router, and by the same long polls."""

    def __init__(self, router: Router, source: SectionChanges) -> None:
        self._router = router
        self._source = source

    async def ask(self, stream: int, request: RoomRequest, deadline_ms: int) -> Answer:
        """Send a request and wait for its answer."""
        return await self._router.ask(stream, request, deadline_ms)

    async def changes(self, stream: int, after_seq: int) -> RoomChanges:
        """What became durable after `after_seq`; -1 asks for the whole line at once."""
        return await self._source.room_changes(stream, after_seq)

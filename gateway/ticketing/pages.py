"""Draws ticket pages and pictures beside the loop, one at a time and not without end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from gateway.ticketing.faces import Face
from protocol.errors import ErrorCode, Problem, problem

WAITING_MAX: Final = 64
"""Pages that may wait to be drawn at a gateway; each takes some tenths of a second."""
BUSY: Final = problem(
    ErrorCode.RATE_LIMITED, "Too many tickets are being drawn at once.", retry_after_ms=2_000
)


class TicketPages:
    """PDF and PNG of tickets. Those who sell do not wait for those who print."""

    def __init__(self) -> None:
        self._drawing = asyncio.Lock()
        self._waiting = 0

    async def pdf(self, faces: Sequence[Face]) -> bytes | Problem:
        """A page for each ticket."""

        def draw() -> bytes:
            # Drawing libraries take a second to load: only where somebody wants a page.
            from gateway.ticketing.pdf import ticket_pages

            return ticket_pages(faces)

        return await self._draw(draw)

    async def png(self, face: Face) -> bytes | Problem:
        """A picture of one ticket."""

        def draw() -> bytes:
            from gateway.ticketing.png import ticket_picture

            return ticket_picture(face)

        return await self._draw(draw)

    async def _draw(self, draw: Callable[[], bytes]) -> bytes | Problem:
        if self._waiting >= WAITING_MAX:
            return BUSY
        self._waiting += 1
        try:
            async with self._drawing:
                return await asyncio.to_thread(draw)
        finally:
            self._waiting -= 1

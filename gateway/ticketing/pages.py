"""Tickets on paper and on screens, drawn beside the gateway and not without end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from gateway.limiting.limiter import LIMITED
from gateway.ticketing.drawing_process import Drawing
from gateway.ticketing.faces import Face
from protocol.errors import ErrorCode, Problem, problem

WAITING_MAX: Final = 64
"""Drawings that may wait at a gateway; each takes some tenths of a second."""
BUSY: Final = problem(
    ErrorCode.RATE_LIMITED, "Too many tickets are being drawn at once.", retry_after_ms=2_000
)


class Drawer(Protocol):
    """Who draws."""

    async def draw(self, drawing: Drawing) -> bytes:
        """The drawing as bytes."""

    async def close(self) -> None:
        """Draw no more."""


class TicketPages:
    """PDF and PNG of tickets."""

    def __init__(self, drawer: Drawer) -> None:
        self._drawer = drawer
        self._waiting = 0

    async def pdf(self, faces: Sequence[Face]) -> bytes | Problem:
        """A page for each ticket."""
        return await self._drawn(Drawing("pdf", tuple(faces)))

    async def png(self, face: Face) -> bytes | Problem:
        """A picture of one ticket."""
        return await self._drawn(Drawing("png", (face,)))

    async def close(self) -> None:
        """Draw no more."""
        await self._drawer.close()

    async def _drawn(self, drawing: Drawing) -> bytes | Problem:
        if self._waiting >= WAITING_MAX:
            LIMITED["drawing"] += 1
            return BUSY
        self._waiting += 1
        try:
            return await self._drawer.draw(drawing)
        finally:
            self._waiting -= 1

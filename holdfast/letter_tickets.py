"""Tickets for a letter: drawn from what the record of the sale says, so that no section need be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gateway.access.auth import Principal
from gateway.ports import Catalogue
from gateway.sections.directory import Directory
from gateway.ticketing.drawing import DrawingProcess
from gateway.ticketing.faces import face_of
from gateway.ticketing.issuing import TicketOffice
from gateway.ticketing.orders import HOUSE, OrderReader
from gateway.ticketing.pages import TicketPages
from gateway.ticketing.signing import TicketSigner
from protocol.errors import Problem
from protocol.replies import OrderReply
from protocol.requests import OrderBody

ATTACHED_MAX: Final = 50
"""Tickets that one letter carries; who has more of them fetches them with the order."""
DRAW_MAX_S: Final = 45.0
"""Longer than on a page, because nobody waits for it there; `workers.errands.CLAIM_MS` is longer still."""


class _Told:
    """An order as its record has it."""

    def __init__(self, order: OrderReply) -> None:
        self._order = order

    async def read(self, body: OrderBody, caller: Principal, deadline_ms: int) -> OrderReply | Problem:
        return self._order


class LetterTickets:
    """Draws the tickets of orders. May raise `engine.journal.StorageError` and `DrawingFailed`."""

    def __init__(self, catalogue: Catalogue, seeds: tuple[bytes, ...], now_ms: Callable[[], int]) -> None:
        """`seeds` are the private keys of tickets, the one that signs first."""
        self._catalogue = catalogue
        self._directory = Directory(catalogue)
        self._signer = TicketSigner(seeds)
        self._pages = TicketPages(DrawingProcess(DRAW_MAX_S))
        self._now_ms = now_ms

    async def pdf(self, order: OrderReply) -> bytes | None:
        """A page for each ticket of a confirmed order; None where there are too many or none."""
        reader = OrderReader(_Told(order), self._directory, self._catalogue)
        office = TicketOffice(reader, self._catalogue.tickets, self._signer, self._now_ms)
        found = await office.of_order(order.order, HOUSE, 0)
        if isinstance(found, Problem):
            return None
        places, tickets = found
        faces = [face for each in tickets if (face := face_of(each, places.event.plan)) is not None]
        if not 0 < len(faces) <= ATTACHED_MAX:
            return None
        drawn = await self._pages.pdf(faces)
        return None if isinstance(drawn, Problem) else drawn

    async def close(self) -> None:
        """Draw no more."""
        await self._pages.close()

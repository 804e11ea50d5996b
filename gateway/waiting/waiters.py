"""The members of a room who have a connection here, and what each was told last."""

from __future__ import annotations

from functools import partial
from typing import Final

from actors.room_wire import RoomHeader
from engine.queue.waits import Wait, estimate
from engine.views import rfc3339
from gateway.waiting.mirror import RoomMirror
from gateway.waiting.stock import Stock
from gateway.waiting.views import eta_of, phase_of, since
from gateway.websocket.session import Session
from protocol.queue import CategoryLeft, QueueUpdate

FROM_REPLY: Final = -1
"""What was said in a reply, whose turn is not known, is taken to be of the turn that comes next."""


class Waiter:
    """Somebody who waits or was let in (`admitted`), with the sessions that want to hear of it."""

    __slots__ = (
        "_stock_told",
        "_told",
        "_turn",
        "_wait",
        "admitted",
        "number",
        "principal",
        "sessions",
        "slot",
        "ticket",
    )

    def __init__(self, principal: str, ticket: str, number: int, slot: int) -> None:
        self.principal = principal
        self.ticket = ticket
        self.number = number
        self.slot = slot
        self.admitted = False
        self.sessions: dict[Session, None] = {}
        self._told: tuple[str, int | None] = ("", None)
        self._stock_told = 0
        self._turn = FROM_REPLY
        self._wait: Wait | None = None

    def wait(self, header: RoomHeader, ahead: int, now_ms: int) -> Wait | None:
        """How long it will take: longer than was said only if the pace was changed by somebody."""
        if header.phase == "paused":
            self._turn, self._wait = header.turn, None
            return None
        starts_in_ms = max(0, header.opens_ms - now_ms) if header.phase == "pre-queue" else 0
        wait = estimate(header.tempo, ahead, starts_in_ms)
        if wait is not None and self._wait is not None and self._turn in (header.turn, FROM_REPLY):
            wait = Wait(min(wait.p50, self._wait.p50), min(wait.p90, self._wait.p90))
        self._turn, self._wait = header.turn, wait
        return wait

    def update(
        self, event: str, mirror: RoomMirror, now_ms: int, stock: Stock | None = None
    ) -> QueueUpdate | None:
        """What to tell, if place, phase or what is left is something else than was told last."""
        header = mirror.header
        if header is None or self.admitted:
            return None
        position = mirror.position(self.slot)
        now_told, left = (header.phase, position), self._left(stock)
        if now_told == self._told and left is None:
            return None
        self._told = now_told
        phase, as_of = phase_of(header.phase), rfc3339(now_ms)
        paused, why = since(header.paused_ms), header.pause_reason or None
        news = partial(QueueUpdate, left=header.left, since=paused, reason=why, by_category=left)
        if position is None:
            return news(event, self.ticket, phase, as_of)
        wait = eta_of(self.wait(header, position - 1, now_ms))
        return news(event, self.ticket, phase, as_of, position, position - 1, wait)

    def _left(self, stock: Stock | None) -> tuple[CategoryLeft, ...] | None:
        """What is left by category, if it is something else than was told last."""
        if stock is None or stock.version == self._stock_told:
            return None
        self._stock_told = stock.version
        return stock.left

    def knows(self, phase: str, position: int | None, wait: Wait | None, stock: int = 0) -> None:
        """They were told so in a reply, with this version of what is left."""
        self._stock_told = stock
        self._told = (phase, position)
        self._wait = wait


class Waiters:
    """All of one room, by ticket, in the order in which they came."""

    def __init__(self) -> None:
        self.by_ticket: dict[str, Waiter] = {}
        self._of_session: dict[Session, dict[str, None]] = {}

    def attach(self, session: Session, principal: str, ticket: str, number: int, slot: int) -> Waiter:
        """Tell this session of that place from now on."""
        waiter = self.by_ticket.get(ticket)
        if waiter is None:
            waiter = self.by_ticket[ticket] = Waiter(principal, ticket, number, slot)
        waiter.slot = slot
        waiter.sessions[session] = None
        self._of_session.setdefault(session, {})[ticket] = None
        return waiter

    def detach(self, session: Session) -> list[int]:
        """A session has ended; the numbers of those who had no other one."""
        gone = []
        for ticket in self._of_session.pop(session, {}):
            waiter = self.by_ticket[ticket]
            del waiter.sessions[session]
            if not waiter.sessions:
                del self.by_ticket[ticket]
                gone.append(waiter.number)
        return gone

    def remove(self, ticket: str) -> Waiter | None:
        """They are no member any more."""
        waiter = self.by_ticket.pop(ticket, None)
        for session in () if waiter is None else waiter.sessions:
            tickets = self._of_session[session]
            del tickets[ticket]
            if not tickets:
                del self._of_session[session]
        return waiter

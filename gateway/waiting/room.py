"""One waiting room as a gateway follows it: its news, and who of its members is here.

The room is polled once, however many wait. Positions are worked out here, from a copy of the
line; a member costs a look at that copy when the line moved, and a message when their place did.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from actors.room_wire import RoomChanges
from actors.wire import Answer
from engine.catalogue import QueueInfo
from engine.queue.commands import AnyRoomCommand, FindMembers, RoomRequest
from engine.queue.members import Ending
from engine.queue.views import FoundView, PlaceView
from engine.views import rfc3339
from gateway.ports import Rooms
from gateway.waiting.mirror import RoomMirror
from gateway.waiting.passes import Passes
from gateway.waiting.stock import Stock
from gateway.waiting.views import ended, since
from gateway.waiting.waiters import Waiter, Waiters
from gateway.websocket.session import Session, SessionState
from protocol.queue import CategoryLeft, QueueAdmitted, QueueEnded, QueuePaused, QueueSoldOut
from protocol.replies import Push

POLL_INTERVAL_S: Final = 0.1
"""News are taken so often at most."""
TELL_INTERVAL_S: Final = 0.5
"""Members are told of their places so often at most: from the beginning of one round to that of the next."""
TELL_PAUSE_MIN_S: Final = 0.05
"""How long others are left alone between two rounds, however long a round takes."""
SLICE: Final = 64
"""Members told without letting anybody else go on."""
FIND_MAX: Final = 1_000
"""Members asked after in one request."""
RETRY_S: Final = 0.5
FIND_DEADLINE_MS: Final = 5_000
_log = structlog.get_logger(__name__)


class FollowedRoom:
    """The waiting room of `event`; `now_ms` is Unix time."""

    def __init__(
        self,
        event: str,
        queue: QueueInfo,
        rooms: Rooms,
        passes: Passes,
        now_ms: Callable[[], int],
    ) -> None:
        self.event = event
        self.queue = queue
        self.mirror = RoomMirror()
        self.waiters = Waiters()
        self._stock: Stock | None = None
        self._rooms = rooms
        self._passes = passes
        self._now_ms = now_ms
        self._known = asyncio.Event()
        self._moved = asyncio.Event()
        self._astray = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Follow the room from now on."""
        self._tasks = [asyncio.ensure_future(self._follow()), asyncio.ensure_future(self._tell_forever())]

    def cancel(self) -> None:
        """Follow it no more."""
        for task in self._tasks:
            task.cancel()

    async def stop(self) -> None:
        """Follow it no more, and wait until that is so."""
        self.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def by_category(self) -> tuple[CategoryLeft, ...] | None:
        """What is left by category, if that is known."""
        return None if self._stock is None else self._stock.left

    def restocked(self, stock: Stock) -> None:
        """Tell everybody who waits what is left now."""
        self._stock = stock
        self._moved.set()

    async def known(self) -> None:
        """Wait until something is known of the room."""
        await self._known.wait()

    async def command(self, request: RoomRequest, deadline_ms: int) -> Answer:
        """Ask the room itself."""
        return await self._rooms.ask(self.queue.stream, request, deadline_ms)

    async def tell_room(self, command: AnyRoomCommand) -> Answer:
        """Give the room a command of the gateway's own."""
        request = RoomRequest("system", command, role="system")
        return await self.command(request, FIND_DEADLINE_MS)

    # -- news -----------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            try:
                changes = await self._rooms.changes(self.queue.stream, self.mirror.seq)
                if changes.seq != self.mirror.seq or changes.whole is not None:
                    self._take(changes)
                pause_s = POLL_INTERVAL_S
            except Exception as error:  # noqa: BLE001 - whatever failed, the room is asked again
                pause_s = RETRY_S
                _log.warning("room_feed_failed", room=self.event, error=repr(error), retry_s=pause_s)
            await asyncio.sleep(pause_s)

    def _take(self, changes: RoomChanges) -> None:
        before = self.mirror.header
        anew = self.mirror.apply(changes)
        self.mirror.forget(self._now_ms())
        for admission in changes.admitted:
            waiter = self.waiters.by_ticket.get(admission.ticket)
            if waiter is not None:
                self._admit(waiter, admission.expires_ms)
        for departure in changes.departed:
            self._part(departure.ticket, departure.ending)
        self._astray = self._astray or anew
        if changes.header.phase == "over":
            self._send_home(Ending.SOLD_OUT if changes.header.sold_out else Ending.CLOSED)
        elif changes.header.phase == "paused" and (before is None or before.phase != "paused"):
            began, why = since(changes.header.paused_ms), changes.header.pause_reason or None
            self._tell_all(Push("queue.paused"), QueuePaused(self.event, began, why))
        self._known.set()
        self._moved.set()

    async def _find(self) -> None:
        """When the line is another one: ask where the members who are here stand in it."""
        if not self._astray:
            return
        self._astray = False
        tickets = list(self.waiters.by_ticket)
        for start in range(0, len(tickets), FIND_MAX):
            asked = tickets[start : start + FIND_MAX]
            answer = await self.tell_room(FindMembers(tuple(asked)))
            if answer.code is not None:
                self._astray = True
                raise ConnectionError(f"the room answers {answer.code}")
            found = {each[0]: each for each in msgspec.msgpack.decode(answer.body, type=FoundView).found}
            for ticket in asked:
                self._place(ticket, found.get(ticket))

    def _place(self, ticket: str, found: tuple[str, int, int] | None) -> None:
        waiter = self.waiters.by_ticket.get(ticket)
        if waiter is None:
            return
        if found is not None:
            waiter.slot = found[1]
            if found[2] and not waiter.admitted:
                self._admit(waiter, found[2])
        elif self.mirror.header is not None and self.mirror.header.phase != "over":
            self._part(ticket, Ending.EXPIRED)

    def _admit(self, waiter: Waiter, expires_ms: int) -> None:
        waiter.admitted = True
        token = self._passes.issue(self.event, waiter.principal, waiter.ticket, expires_ms)
        news = QueueAdmitted(self.event, token, rfc3339(expires_ms))
        self._tell(waiter, Push("queue.admitted"), news)

    def _part(self, ticket: str, ending: Ending) -> None:
        waiter = self.waiters.remove(ticket)
        if waiter is None or ending is Ending.LEFT:
            return
        if ending is Ending.SOLD_OUT:
            self._tell(waiter, Push("queue.sold_out"), QueueSoldOut(self.event))
        else:
            news = QueueEnded(self.event, ticket, ended(ticket, ending))
            self._tell(waiter, Push("queue.ended"), news)

    def _send_home(self, ending: Ending) -> None:
        for waiter in [each for each in self.waiters.by_ticket.values() if not each.admitted]:
            self._part(waiter.ticket, ending)

    # -- telling --------------------------------------------------------------------------

    def _tell(self, waiter: Waiter, push: Push, body: msgspec.Struct) -> None:
        for session in tuple(waiter.sessions):
            session.tell(push, body)

    def _tell_all(self, push: Push, body: msgspec.Struct) -> None:
        for waiter in self.waiters.by_ticket.values():
            if not waiter.admitted:
                self._tell(waiter, push, body)

    async def _tell_forever(self) -> None:
        while True:
            await self._moved.wait()
            self._moved.clear()
            began_s = asyncio.get_running_loop().time()
            try:
                await self._find()
                await self.tell_places()
            except ConnectionError as error:
                _log.warning("room_feed_failed", room=self.event, error=repr(error), retry_s=TELL_INTERVAL_S)
                self._moved.set()
            except Exception:  # noqa: BLE001 - a bug met by one member must not end the news of all
                _log.exception("room_news_failed", room=self.event)
            await asyncio.sleep(pause_after(asyncio.get_running_loop().time() - began_s))

    async def tell_places(self) -> None:
        """Tell all whose place or phase is another one now, letting others go on in between."""
        push = Push("queue.update")
        for index, waiter in enumerate(list(self.waiters.by_ticket.values())):
            if index % SLICE == SLICE - 1:
                await asyncio.sleep(0)
            update = waiter.update(self.event, self.mirror, self._now_ms(), self._stock)
            if update is not None:
                self._tell(waiter, push, update)

    def attach(self, session: Session, principal: str, view: PlaceView) -> None:
        """A member was told their place in a reply; what changes from there is told to `session`."""
        if session.state is SessionState.CLOSED:
            return  # they went while the room was asked: nobody is here who could be seen
        waiter = self.waiters.attach(session, principal, view.ticket, view.number, view.slot)
        waiter.admitted = bool(view.pass_expires_ms)
        stock = 0 if self._stock is None else self._stock.version
        waiter.knows(view.phase, view.position, view.wait, stock)
        # The reply may be older than the draw that is known here already: then the slot is too.
        header = self.mirror.header
        self._astray = self._astray or (header is not None and header.phase != view.phase)
        # So may be the news that they were let in, which reached nobody then.
        self._astray = self._astray or (not waiter.admitted and self.mirror.has_left(view.slot))
        self._moved.set()

    def leave(self, session: Session) -> list[int]:
        """A session has ended; the numbers of members who have none here any more."""
        return self.waiters.detach(session)


def pause_after(round_s: float) -> float:
    """How long to wait, in seconds, after a round that took so long."""
    return max(TELL_INTERVAL_S - round_s, TELL_PAUSE_MIN_S)

"""The door: whether somebody may hold seats of an event that has a waiting room.

New seats need a pass, each time: signed by us, for this event and this caller, not over and
not void. What was held with a pass may be renewed and paid for also after its time, but not
by somebody whose pass the organiser took back. What the waitlist offered needs none: an offer
admits its owner to its own seats, and to nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_never

import msgspec

from actors.wire import Answer
from engine.ids import stream_of
from engine.queue.commands import GetPlace, RoomRequest
from engine.queue.views import PlaceView
from gateway.access.auth import Principal
from gateway.sections.answers import CODES, problem_of
from gateway.sections.directory import Directory
from gateway.waiting.hall import NO_ROOM, WaitingHall
from gateway.waiting.passes import Pass, Passes
from gateway.waitlist.asking import Away, Lists
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import HoldCreate, HoldExtend, HoldSwap

NO_PASS: Final = problem(ErrorCode.NOT_ADMITTED, "This event is sold to those whom its queue has let in.")
NOT_A_PASS: Final = problem(ErrorCode.NOT_ADMITTED, "This is no pass of ours.")
NOT_YOURS: Final = problem(ErrorCode.NOT_ADMITTED, "This pass is another's, or another event's.")
PASS_OVER: Final = problem(ErrorCode.NOT_ADMITTED, "This pass has ended.")
TAKEN_BACK: Final = problem(ErrorCode.NOT_ADMITTED, "This pass is not valid any more.")
AWAY: Final = problem(ErrorCode.SECTION_RECOVERING, retry_after_ms=250)


class Door:
    """Judges callers before their requests go to the sections. Methods may raise `StorageUnavailable`."""

    def __init__(
        self,
        hall: WaitingHall,
        directory: Directory,
        passes: Passes,
        lists: Lists,
        now_ms: Callable[[], int],
        turned_away: Callable[[str, str], None] = lambda _event, _code: None,
    ) -> None:
        """`turned_away` is told event and code of each whom the door does not let through."""
        self._hall = hall
        self._directory = directory
        self._passes = passes
        self._lists = lists
        self._now_ms = now_ms
        self._turned_away = turned_away

    def stands_open(self, event_id: str, caller: Principal) -> bool:
        """Whether nobody is asked for a pass here; the event must have been looked up before."""
        return not self._directory.is_queued(event_id) or caller.engine_role == "staff"

    async def judge(
        self,
        event_id: str,
        caller: Principal,
        request: HoldCreate | HoldExtend | HoldSwap,
        deadline_ms: int,
    ) -> Problem | None:
        """Why a request about seats of this event may not pass, or None."""
        match request:
            case HoldCreate(d=create):
                return await self.take(event_id, caller, create.pass_, deadline_ms)
            case HoldSwap(d=swap):
                return await self.swap(event_id, caller, swap.pass_, deadline_ms)
            case HoldExtend(d=extend):
                return await self.finish(event_id, caller, extend.hold, deadline_ms)
            case _ as never:
                assert_never(never)

    async def pay(self, hold: str, caller: Principal, deadline_ms: int) -> Problem | None:
        """Why the caller may not pay for this hold; a hold that does not exist is not refused here."""
        stream = stream_of(hold, "hld")
        event_id = None if stream is None else await self._directory.event_id_of(stream)
        return None if event_id is None else await self.finish(event_id, caller, hold, deadline_ms)

    async def take(
        self, event_id: str, caller: Principal, token: str | None, deadline_ms: int
    ) -> Problem | None:
        """Why the caller may not take seats with this pass, or None."""
        return self._counted(event_id, await self._take(event_id, caller, token, deadline_ms))

    async def _take(
        self, event_id: str, caller: Principal, token: str | None, deadline_ms: int
    ) -> Problem | None:
        if self.stands_open(event_id, caller):
            return None
        found = NO_PASS if token is None else self._read(token, event_id, caller)
        if isinstance(found, Problem):
            return found
        room = await self._hall.room(event_id, deadline_ms)
        if isinstance(room, Problem):
            return NO_PASS if room is NO_ROOM else room
        return TAKEN_BACK if room.mirror.is_void(found.ticket) else None

    def _read(self, token: str, event_id: str, caller: Principal) -> Pass | Problem:
        found = self._passes.read(token)
        if found is None:
            return NOT_A_PASS
        if (found.event, found.principal) != (event_id, caller.id):
            return NOT_YOURS
        return found if self._now_ms() < found.expires_s * 1000 else PASS_OVER

    async def swap(
        self, event_id: str, caller: Principal, token: str | None, deadline_ms: int
    ) -> Problem | None:
        """Why the caller may not take other seats for those they hold: without a token the room is asked."""
        return self._counted(event_id, await self._swap(event_id, caller, token, deadline_ms))

    async def _swap(
        self, event_id: str, caller: Principal, token: str | None, deadline_ms: int
    ) -> Problem | None:
        if token is not None or self.stands_open(event_id, caller):
            return await self._take(event_id, caller, token, deadline_ms)
        answer = await self._place(event_id, caller, deadline_ms)
        if isinstance(answer, Problem):
            return answer
        if answer.code is None:
            view = msgspec.msgpack.decode(answer.body, type=PlaceView)
            return None if view.pass_expires_ms > self._now_ms() else NO_PASS
        refusal = problem_of(answer)
        return refusal if refusal.retryable else NO_PASS

    async def finish(self, event_id: str, caller: Principal, hold: str, deadline_ms: int) -> Problem | None:
        """Why the caller may not keep and pay for what they hold, or None."""
        return self._counted(event_id, await self._finish(event_id, caller, hold, deadline_ms))

    async def _finish(self, event_id: str, caller: Principal, hold: str, deadline_ms: int) -> Problem | None:
        if self.stands_open(event_id, caller):
            return None
        answer = await self._place(event_id, caller, deadline_ms)
        if isinstance(answer, Problem):
            return answer
        if answer.code is None:
            return None
        match CODES[answer.code]:
            case ErrorCode.NOT_ADMITTED:
                return TAKEN_BACK
            case ErrorCode.NOT_FOUND:
                return await self._unless_offered(hold, caller, deadline_ms)
        refusal = problem_of(answer)
        return refusal if refusal.retryable and refusal.status >= 500 else None

    def _counted(self, event_id: str, refusal: Problem | None) -> Problem | None:
        """Tell of a caller who was turned away; a room that is away turns away nobody."""
        if refusal is not None and refusal.code == ErrorCode.NOT_ADMITTED.value:
            self._turned_away(event_id, refusal.code)
        return refusal

    async def _unless_offered(self, hold: str, caller: Principal, deadline_ms: int) -> Problem | None:
        """Who never stood in the queue may have this hold for one reason: the waitlist offered it to them."""
        try:
            entry = await self._lists.offered(hold, caller, deadline_ms)
        except Away:
            return AWAY
        return NO_PASS if entry is None else None

    async def _place(self, event_id: str, caller: Principal, deadline_ms: int) -> Answer | Problem:
        room = await self._hall.room(event_id, deadline_ms)
        if isinstance(room, Problem):
            return NO_PASS if room is NO_ROOM else room
        return await room.command(RoomRequest(caller.id, GetPlace()), deadline_ms)

"""All waiting rooms of a gateway: joining, leaving and asking, over websocket and REST alike."""

from __future__ import annotations

import asyncio
from typing import Final, assert_never

import msgspec

from actors.ports import Clock
from actors.wire import Answer
from engine.queue.commands import AnyRoomCommand, GetPlace, JoinRoom, LeaveRoom, RoomRequest
from engine.queue.views import DoneView, PlaceView
from engine.views import rfc3339
from gateway.access.auth import Principal
from gateway.live.counts import EventCounts
from gateway.live.hub import FeedHub
from gateway.ports import Rooms
from gateway.sections.answers import NO_EVENT, problem_of
from gateway.sections.commands import fingerprint
from gateway.sections.directory import Directory, EventMap
from gateway.waiting.challenge import Challenge
from gateway.waiting.passes import Passes
from gateway.waiting.reports import Reports
from gateway.waiting.room import FollowedRoom
from gateway.waiting.stock import Stock
from gateway.waiting.views import interval_s, phase_of, place_reply
from gateway.websocket.session import Session
from protocol.errors import ErrorCode, Problem, problem
from protocol.queue import QueueBody, QueueChallengeReply, QueueJoinBody, QueueLeft, QueueReply
from protocol.requests import QueueChallenge, QueueJoin, QueueLeave, QueueStatus

QueueRequest = QueueJoin | QueueLeave | QueueStatus | QueueChallenge
ROOMS_MAX: Final = 256
"""Rooms followed at the same time; beyond that one without members here is given up."""
NO_ROOM: Final = problem(ErrorCode.NOT_FOUND, "This event has no waiting room.")
NOT_KNOWN_YET: Final = problem(
    ErrorCode.SECTION_RECOVERING, "The waiting room is coming back.", retry_after_ms=250
)
UNSOLVED: Final = problem(ErrorCode.CHALLENGE_REQUIRED)


class _Stock:
    """Keeps an event's counts moving while its room is followed."""

    def news(self) -> None:
        """The reports look at the counts themselves."""


class _Followed:
    """A room, what is reported to it, and the counts that it is told of."""

    def __init__(
        self, room: FollowedRoom, counts: EventCounts, reports: Reports, task: asyncio.Task[None]
    ) -> None:
        self.room = room
        self.counts = counts
        self.reports = reports
        self.task = task


class WaitingHall:
    """The rooms by event. `source` names this gateway to them."""

    def __init__(
        self,
        rooms: Rooms | None,
        directory: Directory,
        passes: Passes,
        challenge: Challenge,
        hub: FeedHub,
        clock: Clock,
        source: str,
    ) -> None:
        self._rooms = rooms
        self._directory = directory
        self._passes = passes
        self._challenge = challenge
        self._hub = hub
        self._clock = clock
        self._source = source
        self._followed: dict[str, _Followed] = {}
        self._stock = _Stock()

    # -- rooms ----------------------------------------------------------------------------

    async def room(self, event_id: str, deadline_ms: int) -> FollowedRoom | Problem:
        """The room of an event, followed from now on. May raise `StorageUnavailable`."""
        followed = self._followed.get(event_id)
        if followed is None:
            event = await self._directory.event(event_id)
            if event is None:
                return NO_EVENT
            if event.info.queue is None or self._rooms is None:
                return NO_ROOM
            followed = self._followed.get(event_id) or self._follow(event, self._rooms)
        try:
            async with asyncio.timeout(deadline_ms / 1000):
                await followed.room.known()
        except TimeoutError:
            return NOT_KNOWN_YET
        return followed.room

    def _follow(self, event: EventMap, rooms: Rooms) -> _Followed:
        if event.info.queue is None:
            raise ValueError(f"{event.id} has no waiting room")
        self._make_space()
        room = FollowedRoom(event.id, event.info.queue, rooms, self._passes, self._clock.now_ms)
        counts = self._hub.counts(event)
        counts.watchers[self._stock] = None
        feeds = list(counts.taps)
        reports = Reports(room, self._source, feeds, Stock(event, feeds))
        room.start()
        task = asyncio.ensure_future(reports.run(self._clock.monotonic))
        followed = self._followed[event.id] = _Followed(room, counts, reports, task)
        return followed

    def _make_space(self) -> None:
        while len(self._followed) >= ROOMS_MAX:
            empty = (each for each, followed in self._followed.items() if not followed.room.waiters.by_ticket)
            event_id = next(empty, None)
            if event_id is None:
                return
            followed = self._followed.pop(event_id)
            followed.task.cancel()
            followed.room.cancel()
            self._hub.unwatch_counts(followed.counts, self._stock)

    async def stop(self) -> None:
        """Follow no room any more."""
        for followed in self._followed.values():
            followed.task.cancel()
            await asyncio.gather(followed.task, return_exceptions=True)
            await followed.room.stop()
        self._followed.clear()

    def leave(self, session: Session) -> None:
        """A session has ended: from now on its places have so long to be taken up again."""
        for followed in self._followed.values():
            for number in followed.room.leave(session):
                followed.reports.saw(number)

    def _saw(self, room: FollowedRoom, number: int) -> None:
        followed = self._followed.get(room.event)
        if followed is not None:
            followed.reports.saw(number)

    def clock_s(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    def took(self, event_id: str, seconds: float) -> None:
        """A section of this event answered after so long."""
        followed = self._followed.get(event_id)
        if followed is not None:
            followed.reports.took(seconds)

    # -- what members ask -----------------------------------------------------------------

    async def serve(
        self, session: Session, request: QueueRequest, caller: Principal, deadline_ms: int
    ) -> QueueReply | QueueLeft | QueueChallengeReply | Problem:
        """Answer what came over a websocket."""
        match request:
            case QueueJoin(d=joining):
                return await self.join(joining, caller, request.idem, deadline_ms, session)
            case QueueStatus(d=body):
                return await self.status(body, caller, deadline_ms, session)
            case QueueLeave(d=body):
                return await self.leave_room(body, caller, request.idem, deadline_ms)
            case QueueChallenge(d=body):
                return await self.challenge(body, caller, deadline_ms)
            case _ as never:
                assert_never(never)

    async def join(
        self,
        body: QueueJoinBody,
        caller: Principal,
        idem: str | None,
        deadline_ms: int,
        session: Session | None = None,
    ) -> QueueReply | Problem:
        """A place, or a pass, or what the caller has already."""
        room = await self.room(body.event, deadline_ms)
        if isinstance(room, Problem):
            return room
        if self._unsolved(room, body, caller):
            known = await self._ask(room, caller, GetPlace(), None, b"", deadline_ms)
            # Whoever has a place already need not work for it again.
            placed = self._placed(room, known, caller, session)
            return UNSOLVED if isinstance(placed, Problem) and placed.status < 500 else placed
        digest = fingerprint(b"queue.join", QueueBody(body.event))
        answer = await self._ask(room, caller, JoinRoom(), idem, digest, deadline_ms)
        return self._placed(room, answer, caller, session)

    def _unsolved(self, room: FollowedRoom, body: QueueJoinBody, caller: Principal) -> bool:
        cost = 0 if room.mirror.header is None else room.mirror.header.challenge_cost
        if not cost or caller.engine_role == "staff":
            return False
        solution = body.challenge
        return solution is None or not self._challenge.solved(solution, body.event, caller.id, cost)

    async def status(
        self, body: QueueBody, caller: Principal, deadline_ms: int, session: Session | None = None
    ) -> QueueReply | Problem:
        """The caller's place or pass; news of it go to `session` from now on."""
        room = await self.room(body.event, deadline_ms)
        if isinstance(room, Problem):
            return room
        answer = await self._ask(room, caller, GetPlace(), None, b"", deadline_ms)
        return self._placed(room, answer, caller, session)

    async def leave_room(
        self, body: QueueBody, caller: Principal, idem: str | None, deadline_ms: int
    ) -> QueueLeft | Problem:
        """Give up a place, or give back a pass."""
        room = await self.room(body.event, deadline_ms)
        if isinstance(room, Problem):
            return room
        digest = fingerprint(b"queue.leave", body)
        answer = await self._ask(room, caller, LeaveRoom(), idem, digest, deadline_ms)
        if answer.code is not None:
            return problem_of(answer)
        return QueueLeft(body.event, phase_of(msgspec.msgpack.decode(answer.body, type=DoneView).phase))

    async def challenge(
        self, body: QueueBody, caller: Principal, deadline_ms: int
    ) -> QueueChallengeReply | Problem:
        """What is to be solved before joining."""
        room = await self.room(body.event, deadline_ms)
        if isinstance(room, Problem):
            return room
        cost = 0 if room.mirror.header is None else room.mirror.header.challenge_cost
        return QueueChallengeReply(
            body.event, self._challenge.make(body.event, caller.id, cost) if cost else None
        )

    async def _ask(
        self,
        room: FollowedRoom,
        caller: Principal,
        command: AnyRoomCommand,
        idem: str | None,
        digest: bytes,
        deadline_ms: int,
    ) -> Answer:
        request = RoomRequest(caller.id, command, idem, digest, caller.engine_role, caller.channels)
        return await room.command(request, deadline_ms)

    def _placed(
        self, room: FollowedRoom, answer: Answer, caller: Principal, session: Session | None
    ) -> QueueReply | Problem:
        if answer.code is not None:
            return problem_of(answer)
        view = msgspec.msgpack.decode(answer.body, type=PlaceView)
        reply = place_reply(room.event, view, room.mirror.header, self._clock.now_ms(), room.by_category)
        if view.pass_expires_ms:
            token = self._passes.issue(room.event, caller.id, view.ticket, view.pass_expires_ms)
            expires_at = rfc3339(view.pass_expires_ms)
            reply = msgspec.structs.replace(reply, pass_=token, expires_at=expires_at)
        else:
            self._saw(room, view.number)
        if session is None:
            return msgspec.structs.replace(reply, refresh_interval_s=interval_s(reply))
        room.attach(session, caller.id, view)
        return reply

"""The waitlist of every event, over websocket and REST alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from msgspec.structs import replace

from actors.wire import Answer
from engine.ids import stream_of
from engine.waitlist.commands import (
    AcceptOffer,
    DeclineOffer,
    GetEntry,
    GetFit,
    GetWaitlist,
    JoinWaitlist,
    LeaveWaitlist,
    ListEntry,
    MoveEntry,
    WaitlistCommand,
)
from engine.waitlist.standing import FINAL
from engine.waitlist.views import EntriesView, EntryView
from engine.waitlist.wish import Wish
from gateway.access.auth import Principal
from gateway.live.hub import FeedHub
from gateway.parts import Parts
from gateway.sections.answers import NO_EVENT, problem_of
from gateway.sections.commands import fingerprint
from gateway.sections.directory import Directory, EventMap
from gateway.waitlist.agenda import Agenda
from gateway.waitlist.asking import Asked, Away, Lists, entry_in, offering_stream
from gateway.waitlist.followers import Followers
from gateway.waitlist.steward import Steward
from gateway.waitlist.views import REFRESH_S, entries_view, entry_reply
from gateway.waitlist.wishes import eligible, register_of, wish_of
from gateway.websocket.session import Session
from protocol.errors import ErrorCode, Problem, problem
from protocol.waitlist import WaitlistReply
from protocol.waitlist_requests import (
    AnyWaitlistRequest,
    WaitlistAccept,
    WaitlistBody,
    WaitlistDecline,
    WaitlistEntryBody,
    WaitlistGet,
    WaitlistJoin,
    WaitlistJoinBody,
    WaitlistLeave,
)

NO_ENTRY = problem(ErrorCode.NOT_FOUND, "You have no such entry.")
NEVER = problem(ErrorCode.BEST_AVAILABLE_NOT_FOUND, "No section could ever satisfy this.")
AWAY = problem(ErrorCode.SECTION_RECOVERING, retry_after_ms=250)


class Waitlists:
    """Serves members and staff. Methods may raise `engine.journal.StorageError`."""

    def __init__(self, parts: Parts, directory: Directory, hub: FeedHub) -> None:
        self._directory = directory
        self._now_ms: Callable[[], int] = parts.clock.now_ms
        self._lists = Lists(parts.sections)
        self.agenda = Agenda(parts.waitlists, Steward(self._lists), directory, self._now_ms)
        self._followers = Followers(self._lists, hub, self._now_ms, self.agenda.kick)
        self._stopping: set[asyncio.Task[None]] = set()

    # -- life -----------------------------------------------------------------------------

    def leave_session(self, session: Session) -> None:
        """A session has ended: nothing is lost, and its owner is told again when they ask."""
        for followed in self._followers.leave(session):
            task = asyncio.ensure_future(followed.stop())
            self._stopping.add(task)
            task.add_done_callback(self._stopping.discard)

    async def stop(self) -> None:
        """Look after nothing any more."""
        await self.agenda.stop()
        await self._followers.stop()

    # -- what members ask -----------------------------------------------------------------

    async def serve(
        self, session: Session, request: AnyWaitlistRequest, caller: Principal, deadline_ms: int
    ) -> WaitlistReply | Problem:
        """Answer what came over a websocket; news of the entry go there from now on."""
        match request:
            case WaitlistJoin(d=joining):
                return await self.join(joining, caller, request.idem, deadline_ms, session)
            case WaitlistGet(d=body):
                return await self.status(body, caller, deadline_ms, session)
            case WaitlistLeave(d=entry):
                return await self.leave(entry, caller, request.idem, deadline_ms)
            case WaitlistAccept(d=entry):
                return await self.accept(entry, caller, request.idem, deadline_ms)
            case WaitlistDecline(d=entry):
                return await self.decline(entry, caller, request.idem, deadline_ms)
            case _ as never:
                assert_never(never)

    async def join(
        self,
        body: WaitlistJoinBody,
        caller: Principal,
        idem: str | None,
        deadline_ms: int,
        session: Session | None = None,
    ) -> WaitlistReply | Problem:
        """A place on the list, unless something that fits can be bought."""
        event = await self._directory.event(body.event)
        if event is None:
            return NO_EVENT
        wish = wish_of(event, body)
        if isinstance(wish, Problem):
            return wish
        streams = eligible(event, wish)
        if not streams:
            return NEVER
        refusal = await self._fits(event, wish, streams, caller, deadline_ms)
        if refusal is not None and refusal.status >= 500:
            return refusal
        barred = "" if refusal is None else refusal.code
        return await self._joined(
            event,
            body,
            JoinWaitlist(wish, streams, register_of(event) in streams, barred),
            Asked(caller, idem, deadline_ms, session),
        )

    async def _fits(
        self, event: EventMap, wish: Wish, streams: tuple[int, ...], caller: Principal, deadline_ms: int
    ) -> Problem | None:
        """Why nobody may wait, by the word of the other sections; who waits already is not asked again."""
        register = register_of(event)
        others = [stream for stream in streams if stream != register]
        if not others:
            return None
        mine = await self._lists.ask(register, GetEntry(), caller, deadline_ms)
        if mine.code is None and entry_in(mine).standing not in FINAL:
            return None
        asked = [self._lists.ask(stream, GetFit(wish), caller, deadline_ms) for stream in others]
        answers = await asyncio.gather(*asked)
        refused = [problem_of(answer) for answer in answers if answer.code is not None]
        return min(refused, key=lambda each: _ORDER[each.code], default=None)

    async def _joined(
        self,
        event: EventMap,
        body: WaitlistJoinBody,
        command: JoinWaitlist,
        asked: Asked,
    ) -> WaitlistReply | Problem:
        register = register_of(event)
        # First that somebody looks after it, then the entry: whatever happens between, nothing is forgotten.
        await self.agenda.note(event)
        digest = fingerprint(b"waitlist.join", body)
        answer = await self._lists.ask(register, command, asked.caller, asked.deadline_ms, asked.idem, digest)
        if answer.code is not None:
            return problem_of(answer)
        view = replace(entry_in(answer), owner=asked.caller.id)
        with suppress(Away):  # whoever looks after the event lists it where it is not
            await self._list(register, view)
        self.agenda.kick(event)
        return self._told(event, view, asked.session)

    async def _list(self, register: int, view: EntryView) -> None:
        """Let an entry wait in all sections that may satisfy it."""
        if view.wish is None:
            return
        command = ListEntry(view.entry, view.owner, view.joined_ms, view.wish, view.rank)
        others = [stream for stream in view.streams if stream != register]
        await asyncio.gather(*(self._lists.order(stream, command) for stream in others))

    async def status(
        self, body: WaitlistBody, caller: Principal, deadline_ms: int, session: Session | None = None
    ) -> WaitlistReply | Problem:
        """The caller's entry as it is, or as it ended."""
        event = await self._directory.event(body.event)
        if event is None:
            return NO_EVENT
        answer = await self._lists.ask(register_of(event), GetEntry(), caller, deadline_ms)
        if answer.code is not None:
            return problem_of(answer)
        try:
            (view,) = await self._lists.resolved([entry_in(answer)])
        except Away:
            return AWAY
        return self._told(event, view, session)

    async def leave(
        self, body: WaitlistEntryBody, caller: Principal, idem: str | None, deadline_ms: int
    ) -> WaitlistReply | Problem:
        """Wait no longer, also with an offer open; by staff: take an entry off the list."""
        register = stream_of(body.entry, "wtl")
        if register is None:
            return NO_ENTRY
        return await self._ended(
            register, LeaveWaitlist(body.entry), b"waitlist.leave", body, Asked(caller, idem, deadline_ms)
        )

    async def accept(
        self, body: WaitlistEntryBody, caller: Principal, idem: str | None, deadline_ms: int
    ) -> WaitlistReply | Problem:
        """Make a hold like any other of what is offered."""
        return await self._answer(
            AcceptOffer(body.entry), b"waitlist.accept", body, Asked(caller, idem, deadline_ms)
        )

    async def decline(
        self, body: WaitlistEntryBody, caller: Principal, idem: str | None, deadline_ms: int
    ) -> WaitlistReply | Problem:
        """Give what is offered to the next in line."""
        return await self._answer(
            DeclineOffer(body.entry), b"waitlist.decline", body, Asked(caller, idem, deadline_ms)
        )

    async def _answer(
        self,
        command: AcceptOffer | DeclineOffer,
        operation: bytes,
        body: WaitlistEntryBody,
        asked: Asked,
    ) -> WaitlistReply | Problem:
        """Answer an offer in the section that made it, which the register knows."""
        register = stream_of(body.entry, "wtl")
        if register is None:
            return NO_ENTRY
        known = await self._lists.ask(register, GetEntry(body.entry), asked.caller, asked.deadline_ms)
        if known.code is not None:
            return problem_of(known)
        stream = offering_stream(entry_in(known)) or register
        return await self._ended(stream, command, operation, body, asked)

    async def _ended(
        self,
        stream: int,
        command: WaitlistCommand,
        operation: bytes,
        body: WaitlistEntryBody,
        asked: Asked,
    ) -> WaitlistReply | Problem:
        event_id = await self._directory.event_id_of(stream)
        event = None if event_id is None else await self._directory.event(event_id)
        if event is None:
            return NO_ENTRY
        digest = fingerprint(operation, body)
        answer = await self._lists.ask(stream, command, asked.caller, asked.deadline_ms, asked.idem, digest)
        if answer.code is not None:
            return problem_of(answer)
        try:
            # So that whoever asks next, to wait again for one, meets a register that knows of it.
            await self.agenda.agree(event)
        except Away:
            self.agenda.kick(event)
        return self._told(event, entry_in(answer), None)

    def _told(self, event: EventMap, view: EntryView, session: Session | None) -> WaitlistReply:
        reply = entry_reply(event, view)
        if session is None:
            return replace(reply, refresh_interval_s=REFRESH_S.get(reply.status))
        self._followers.attach(event, session, view)
        return reply

    # -- what staff ask -------------------------------------------------------------------

    async def page(
        self, event: EventMap, caller: Principal, after: int, limit: int, deadline_ms: int
    ) -> EntriesView | Problem:
        """Live entries in their order."""
        command = GetWaitlist(after, limit)
        answer = await self._lists.ask(register_of(event), command, caller, deadline_ms)
        if answer.code is not None:
            return problem_of(answer)
        found = entries_view.decode(answer.body)
        try:
            return replace(found, entries=tuple(await self._lists.resolved(list(found.entries))))
        except Away:
            return AWAY

    async def move(
        self, event: EventMap, command: MoveEntry, caller: Principal, idem: str | None, deadline_ms: int
    ) -> Answer:
        """Give an entry another place."""
        digest = fingerprint(b"waitlist.move", command)
        answer = await self._lists.ask(register_of(event), command, caller, deadline_ms, idem, digest)
        self.agenda.kick(event)
        return answer


_ORDER = {code.value: place for place, code in enumerate(ErrorCode)}

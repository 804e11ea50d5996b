"""Tells those who wait of their offers and places, on the connections that they have here.

The lists of all sections of an event are followed by the same feeds as its map. When one of them
has news the entries of those who are connected are read together and compared with what each was
told last, so that however much happens nobody is told more than the newest state, a few times a
second at most. An offer is told when its register knows of it and never before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from actors.ending import ended
from engine.waitlist.standing import FINAL
from engine.waitlist.views import EntryView
from gateway.live.feed import SectionFeed
from gateway.live.hub import FeedHub
from gateway.sections.directory import EventMap
from gateway.waitlist.asking import Away, Lists
from gateway.waitlist.views import STATUS, offer_of, update_of
from gateway.waitlist.wishes import register_of
from gateway.websocket.session import Session, SessionState
from protocol.replies import Push

TELL_EVERY_S: Final = 0.25
"""Between two rounds of one event."""
RETRY_S: Final = 0.5
EVENTS_MAX: Final = 1_024
"""Events followed at the same time; beyond that members find their news by asking."""
MEMBERS_MAX: Final = 16_384
"""Entries of one event whose owners are told here; beyond that they find their news by asking."""
Told = tuple[str, int | None, str | None]
_log = structlog.get_logger(__name__)


class Member:
    """Somebody's entry, their sessions here, and what they were told last."""

    __slots__ = ("sessions", "told")

    def __init__(self, told: Told) -> None:
        self.sessions: dict[Session, None] = {}
        self.told = told


class FollowedList:
    """One event's waitlist as far as its members are connected here."""

    def __init__(
        self, event: EventMap, lists: Lists, hub: FeedHub, now_ms: Callable[[], int], kick: Callable[[], None]
    ) -> None:
        self.event = event
        self.members: dict[str, Member] = {}
        self._of_session: dict[Session, dict[str, None]] = {}
        self._lists = lists
        self._hub = hub
        self._now_ms = now_ms
        self._kick = kick
        self._feeds: list[SectionFeed] = []
        self._seen: tuple[int, ...] = ()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Follow the lists from now on."""
        self._feeds = [self._hub.feed(self.event, name) for name in self.event.sections]
        for feed in self._feeds:
            self._hub.watch(feed, self)
        self._task = asyncio.ensure_future(self._tell_forever())

    async def stop(self) -> None:
        """Tell nobody any more."""
        for feed in self._feeds:
            self._hub.unwatch(feed, self)
        await ended(self._task)

    def news(self) -> None:
        """A section has news; whether its waitlist has is in the feed."""
        seen = tuple(feed.waitlist_seq for feed in self._feeds)
        if seen != self._seen:
            self._seen = seen
            self._kick()
            self._wanted.set()

    def attach(self, session: Session, view: EntryView) -> None:
        """Tell a session of that entry from now on; what `view` says it knows."""
        member = self.members.get(view.entry)
        if member is None:
            if len(self.members) >= MEMBERS_MAX:
                return
            member = self.members[view.entry] = Member(_told(view))
        member.sessions[session] = None
        self._of_session.setdefault(session, {})[view.entry] = None
        self._wanted.set()

    def detach(self, session: Session) -> None:
        """A session has ended."""
        for entry in self._of_session.pop(session, {}):
            member = self.members[entry]
            del member.sessions[session]
            if not member.sessions:
                del self.members[entry]

    def _forget(self, entry: str) -> None:
        """An entry has come to its end."""
        for session in self.members.pop(entry).sessions:
            entries = self._of_session[session]
            del entries[entry]
            if not entries:
                del self._of_session[session]

    async def _tell_forever(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            pause_s = TELL_EVERY_S
            try:
                await self._tell()
            except Away:
                self._wanted.set()
                pause_s = RETRY_S
            except Exception:  # noqa: BLE001 - a bug met by one entry must not end the news of all
                _log.exception("waitlist_news_failed", event_id=self.event.id)
            await asyncio.sleep(pause_s)

    async def _tell(self) -> None:
        known = await self._lists.entries(register_of(self.event), list(self.members))
        for view in await self._lists.resolved(list(known.values())):
            member = self.members.get(view.entry)
            if member is not None and member.told != _told(view):
                member.told = _told(view)
                self._push(member, view)
            if member is not None and view.standing in FINAL:
                self._forget(view.entry)

    def _push(self, member: Member, view: EntryView) -> None:
        offer = offer_of(self.event, view) if STATUS[view.standing] == "offered" else None
        for session in member.sessions:
            if session.state is SessionState.CLOSED:
                continue
            if offer is not None:
                session.tell(Push("waitlist.offer"), offer)
            else:
                session.tell(Push("waitlist.update"), update_of(self.event, view, self._now_ms()))


def _told(view: EntryView) -> Told:
    status = STATUS[view.standing]
    return status, view.ahead, view.hold if status == "offered" else None


class Followers:
    """The waitlists of all events whose members are connected here."""

    def __init__(
        self,
        lists: Lists,
        hub: FeedHub,
        now_ms: Callable[[], int],
        kick: Callable[[EventMap], None],
    ) -> None:
        self._lists = lists
        self._hub = hub
        self._now_ms = now_ms
        self._kick = kick
        self._followed: dict[str, FollowedList] = {}

    def attach(self, event: EventMap, session: Session, view: EntryView) -> None:
        """Tell a session of an entry from now on, if that lives."""
        if view.standing in FINAL or session.state is SessionState.CLOSED:
            return
        followed = self._followed.get(event.id)
        if followed is None:
            if len(self._followed) >= EVENTS_MAX:
                return
            followed = FollowedList(event, self._lists, self._hub, self._now_ms, lambda: self._kick(event))
            self._followed[event.id] = followed
            followed.start()
        followed.attach(session, view)

    def leave(self, session: Session) -> list[FollowedList]:
        """A session has ended; the lists that nobody follows any more are to be stopped."""
        for followed in self._followed.values():
            followed.detach(session)
        idle = [each for each in self._followed.values() if not each.members]
        for followed in idle:
            del self._followed[followed.event.id]
        return idle

    async def stop(self) -> None:
        """Tell nobody any more."""
        for followed in self._followed.values():
            await followed.stop()
        self._followed.clear()

"""How the waitlist's parts of a gateway ask sections, in their own name or a caller's."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from actors.wire import Answer
from engine.commands import AnyCommand, Request
from engine.ids import stream_of
from engine.waitlist.commands import GetEntries, GetEntry, GetWaitlist, WaitlistCommand
from engine.waitlist.standing import FINAL, Standing
from engine.waitlist.views import EntriesView, EntryView
from gateway.access.auth import Principal
from gateway.ports import Sections
from gateway.sections.answers import unanswered
from gateway.waitlist.views import entries_view, entry_view
from gateway.websocket.session import Session

ASK_MS: Final = 5_000
"""How long a section has to answer what is asked for nobody who waits."""
PAGE: Final = 500
"""Entries read at once."""
SYSTEM: Final = "system"


class Away(Exception):
    """A section could not be asked; whoever needs its word tries again later."""


class Asked(msgspec.Struct, frozen=True):
    """Who asks for a change, under which key, how long they wait, and where they want to hear of it."""

    caller: Principal
    idem: str | None
    deadline_ms: int
    session: Session | None = None


class Lists:
    """The waitlists of sections."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections

    async def ask(
        self,
        stream: int,
        command: AnyCommand,
        caller: Principal,
        deadline_ms: int,
        idem: str | None = None,
        digest: bytes = b"",
    ) -> Answer:
        """Ask in a caller's name."""
        request = Request(caller.id, command, idem, digest, caller.engine_role, caller.channels)
        return await self._sections.ask(stream, request, deadline_ms)

    async def order(self, stream: int, command: WaitlistCommand) -> Answer:
        """Ask for what makes sections agree. Raises `Away`."""
        return _here(await self._sections.ask(stream, Request(SYSTEM, command, role="system"), ASK_MS))

    async def offered(self, hold: str, caller: Principal, deadline_ms: int) -> EntryView | None:
        """The caller's entry that was offered this hold, unless the offer ended otherwise than by a yes.

        Raises `Away`.
        """
        stream = stream_of(hold, "hld")
        if stream is None:
            return None
        answer = _here(await self.ask(stream, GetEntry(hold=hold), caller, deadline_ms))
        if answer.code is not None:
            return None
        view = entry_in(answer)
        return view if view.owner == caller.id and view.standing in _ADMITTING else None

    async def entries(self, stream: int, names: list[str]) -> dict[str, EntryView]:
        """These entries as a section has them, as far as it knows them. Raises `Away`."""
        found: dict[str, EntryView] = {}
        for first in range(0, len(names), PAGE):
            command = GetEntries(tuple(names[first : first + PAGE]))
            request = Request(SYSTEM, command, role="system")
            answer = _here(await self._sections.ask(stream, request, ASK_MS))
            for view in entries_view.decode(answer.body).entries:
                found[view.entry] = view
        return found

    async def page(self, stream: int, after: int, limit: int) -> EntriesView:
        """Live entries of a section behind a rank. Raises `Away`."""
        request = Request(SYSTEM, GetWaitlist(after, limit), role="system")
        return entries_view.decode(_here(await self._sections.ask(stream, request, ASK_MS)).body)

    async def resolved(self, views: list[EntryView]) -> list[EntryView]:
        """Entries of a register as they are, where another section has their offer. Raises `Away`."""
        elsewhere: dict[int, list[str]] = {}
        for view in views:
            if view.standing is Standing.ELSEWHERE:
                elsewhere.setdefault(view.elsewhere, []).append(view.entry)
        there = {stream: await self.entries(stream, names) for stream, names in elsewhere.items()}
        return [_resolved(view, there.get(view.elsewhere, {}).get(view.entry)) for view in views]


def _resolved(view: EntryView, there: EntryView | None) -> EntryView:
    """What the register has, with what the section that offers knows better."""
    told = there is not None and there.hold == view.hold and there.standing in _TELLING
    if there is None or not told:
        return view
    return replace(view, standing=there.standing, hold=there.hold, offered=there.offered)


_ADMITTING: Final = frozenset((Standing.OFFERED, Standing.ACCEPTED))
_TELLING: Final = (FINAL | {Standing.OFFERED}) - {Standing.WITHDRAWN}


def offering_stream(view: EntryView) -> int | None:
    """The section that has, or had, what an entry is offered; None if it has no offer."""
    return None if view.hold is None else stream_of(view.hold, "hld")


def entry_in(answer: Answer) -> EntryView:
    """The entry that an answer is about."""
    return entry_view.decode(answer.body)


def _here(answer: Answer) -> Answer:
    if unanswered(answer):
        raise Away(answer.code)
    return answer

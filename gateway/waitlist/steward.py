"""Makes the sections of an event agree about those who wait in several of them.

A pass reads the waitlists of all sections, then the event's register, and asks for whatever is
missing: proposals are claimed for their entries and confirmed or withdrawn, ends are told to the
register, entries are listed where they are not. Each request names what was seen and is refused
if that has changed meanwhile, so that passes of several gateways at once do no harm, and one that
breaks off is gone on with by the next.
"""

from __future__ import annotations

from typing import Final

import structlog

from engine.waitlist.commands import ClaimOffer, ConfirmOffer, EndEntry, ListEntry, ReturnEntry
from engine.waitlist.standing import FINAL, Standing
from engine.waitlist.views import EntryView
from gateway.sections.directory import EventMap
from gateway.waitlist.asking import PAGE, Lists
from gateway.waitlist.wishes import register_of

ROUNDS_MAX: Final = 8
"""How often a pass looks again because it has changed something; the next pass goes on."""
AGREED_MAX: Final = 4_096
"""Events of which is remembered that their sections agreed."""
Book = dict[str, EntryView]
_log = structlog.get_logger(__name__)


class Steward:
    """Looks after one event at a time. Methods may raise `gateway.waitlist.asking.Away`."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._agreed: dict[str, tuple[tuple[str, int], ...]] = {}

    async def look(self, event: EventMap) -> bool:
        """Make the sections agree; whether anybody waits whom several of them may satisfy."""
        if len(event.info.sections) < 2:
            return False
        for _ in range(ROUNDS_MAX):
            marks = await self._marks(event)
            if self._agreed.get(event.id) == marks:
                return await self._anybody(event)
            if not await self._round(event):
                self._remember(event, marks)
                return await self._anybody(event)
        return True

    async def _marks(self, event: EventMap) -> tuple[tuple[str, int], ...]:
        """How new the list of each section is: where nothing changed there is nothing to do."""
        heads = [await self._lists.page(part.stream, 0, 0) for part in event.info.sections]
        return tuple((head.pos[0], head.changed_seq) for head in heads)

    def _remember(self, event: EventMap, marks: tuple[tuple[str, int], ...]) -> None:
        self._agreed.pop(event.id, None)
        self._agreed[event.id] = marks
        if len(self._agreed) > AGREED_MAX:
            del self._agreed[next(iter(self._agreed))]

    async def _anybody(self, event: EventMap) -> bool:
        for part in event.info.sections:
            head = await self._lists.page(part.stream, 0, 1)
            if head.entries:
                return True
        return False

    async def _round(self, event: EventMap) -> bool:
        """Ask for all that is missing; whether there was anything."""
        register = register_of(event)
        others = [part.stream for part in event.info.sections if part.stream != register]
        copies = {stream: await self._book(stream) for stream in others}
        main = await self._book(register)
        strangers = sorted({name for book in copies.values() for name in book if name not in main})
        ended = await self._lists.entries(register, strangers)
        acted = False
        for stream, book in copies.items():
            for name, copy in book.items():
                acted |= await self._compare(register, stream, copy, main.get(name) or ended.get(name))
        for view in main.values():
            acted |= await self._follow(register, view, copies)
        return acted

    async def _book(self, stream: int) -> Book:
        book: Book = {}
        after = 0
        while True:
            page = await self._lists.page(stream, after, PAGE)
            book.update((view.entry, view) for view in page.entries)
            if page.whole:
                return book
            after = page.entries[-1].rank

    async def _compare(self, register: int, stream: int, copy: EntryView, known: EntryView | None) -> bool:
        """What a section has of an entry, beside what the register says of it."""
        if known is not None and known.standing is Standing.WAITING:
            if copy.standing is not Standing.PROPOSED or copy.hold is None:
                return await self._rank(stream, copy, known)
            await self._order(register, ClaimOffer(copy.entry, stream, copy.hold))
            return True
        if known is not None and known.elsewhere == stream and known.hold == copy.hold:
            return await self._confirm(stream, copy)
        if known is not None and known.elsewhere == stream and known.hold is not None:
            return await self._ended(register, known)
        return await self._order(stream, EndEntry(copy.entry, Standing.WITHDRAWN, copy.hold))

    async def _rank(self, stream: int, copy: EntryView, known: EntryView) -> bool:
        if copy.rank == known.rank:
            return False
        return await self._list(stream, known)

    async def _confirm(self, stream: int, copy: EntryView) -> bool:
        if copy.standing is not Standing.PROPOSED or copy.hold is None:
            return False
        return await self._order(stream, ConfirmOffer(copy.entry, copy.hold))

    async def _follow(self, register: int, view: EntryView, copies: dict[int, Book]) -> bool:
        """What the register has of an entry, beside the sections where it should be."""
        if view.standing is Standing.ELSEWHERE and view.entry not in copies.get(view.elsewhere, {}):
            return await self._ended(register, view)
        if view.standing is not Standing.WAITING:
            return False
        acted = False
        for stream in view.streams:
            if stream in copies and view.entry not in copies[stream]:
                acted |= await self._list(stream, view)
        return acted

    async def _ended(self, register: int, view: EntryView) -> bool:
        """An offer in another section seems to be over: its entry ended as it did there, or waits again.

        The section is read anew, after the register: what was claimed was there before, so if it has
        another hold or none now, that one is over for good.
        """
        there = (await self._lists.entries(view.elsewhere, [view.entry])).get(view.entry)
        how = None if there is None or there.hold != view.hold else there.standing
        if how in FINAL and how is not Standing.WITHDRAWN:
            return await self._order(register, EndEntry(view.entry, how, view.hold))
        if how in (Standing.PROPOSED, Standing.OFFERED) or view.hold is None:
            return True  # it came between our looks: the next one sees it
        return await self._order(register, ReturnEntry(view.entry, view.hold))

    async def _list(self, stream: int, view: EntryView) -> bool:
        if view.wish is None:
            return False
        command = ListEntry(view.entry, view.owner, view.joined_ms, view.wish, view.rank)
        return await self._order(stream, command)

    async def _order(
        self, stream: int, command: ListEntry | ClaimOffer | ConfirmOffer | ReturnEntry | EndEntry
    ) -> bool:
        """Whether it was done; what is refused had changed, and is seen anew in the next round."""
        answer = await self._lists.order(stream, command)
        if answer.code is not None:
            _log.debug("waitlist_changed_meanwhile", stream=stream, command=type(command).__name__)
        return answer.code is None

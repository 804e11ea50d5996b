"""The questions that can be asked of a waitlist; none leaves a record."""

from __future__ import annotations

from itertools import islice
from typing import assert_never

from engine.commands import Entry
from engine.guards import is_staff
from engine.refusals import Code, Refusal
from engine.state import SectionState
from engine.waitlist.commands import GetEntries, GetEntry, GetFit, GetWaitlist, WaitlistQuestion
from engine.waitlist.finding import find_entry, find_fit
from engine.waitlist.party import Found, Party, Past, Placed


def answer(state: SectionState, entry: Entry, question: WaitlistQuestion) -> Found | Refusal:
    """Answer a question, or say why not."""
    match question:
        case GetFit(wish=wish):
            return find_fit(state, entry, wish, here=True) or Found(())
        case GetEntry(entry=name, hold=None):
            return _entry(state, entry, name)
        case GetEntry(hold=hold):
            return _offered(state, entry, hold or "")
        case GetEntries(entries=names):
            return _entries(state, entry, names)
        case GetWaitlist(after=after, limit=limit):
            return _page(state, entry, after, limit)
        case _ as never:
            assert_never(never)


def _entry(state: SectionState, entry: Entry, name: str | None) -> Found | Refusal:
    if name is not None:
        found = find_entry(state, entry, name)
    else:
        found = state.waitlist.latest_of(entry.request.principal) or Refusal(Code.NOT_FOUND)
    return found if isinstance(found, Refusal) else Found((placed(state, found),), one=True)


def _offered(state: SectionState, entry: Entry, hold: str) -> Found | Refusal:
    """By a hold nobody learns what another's entry is called."""
    found = _entry(state, entry, state.waitlist.entry_of(hold))
    return Refusal(Code.NOT_FOUND, objects=(hold,)) if isinstance(found, Refusal) else found


def _entries(state: SectionState, entry: Entry, names: tuple[str, ...]) -> Found | Refusal:
    if entry.request.role != "system":
        return Refusal(Code.SCOPE_MISSING)
    waitlist = state.waitlist
    known = [waitlist.parties.get(name) or waitlist.past.get(name) for name in names]
    return Found(tuple([placed(state, each) for each in known if each is not None]))


def _page(state: SectionState, entry: Entry, after: int, limit: int) -> Found | Refusal:
    if not is_staff(entry.request):
        return Refusal(Code.SCOPE_MISSING)
    page = list(islice(state.waitlist.after(after), limit + 1))
    found = tuple([placed(state, each) for each in page[:limit]])
    return Found(found, whole=len(page) <= limit, changed_seq=state.waitlist.changed_seq)


def placed(state: SectionState, found: Party | Past) -> Placed:
    """An entry as it stands now."""
    if isinstance(found, Past):
        return Placed(found, None, state.holds.get(found.hold or ""))
    return Placed(found, state.waitlist.ahead(found), state.holds.get(found.hold or ""))

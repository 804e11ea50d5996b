"""What must hold of every waitlist at every time, by number.

W1  an offer is a live hold, not pinned, of its entry's owner, for the whole of its party,
    and no other entry has it
W2  a person has one live entry
W3  those who wait stand by rank, and no two share one
W4  while the sale is open nobody waits for what is free
W5  what is derived from the entries is what they say
W6  in the register an entry has one offer at most: here or in another section
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.state import SectionState
from engine.waitlist.match import offers_for
from engine.waitlist.standing import Standing
from engine.waitlist.waitlist import WITH_HOLD, Waitlist

Finding = tuple[str, str]


def check_waitlist(state: SectionState) -> Iterator[Finding]:
    """All breaches; takes time in proportion to the number of entries."""
    yield from _offers(state)
    yield from _entries(state.waitlist)
    yield from _derived(state.waitlist)
    made = next(offers_for(state, _BODY), None)
    if made is not None:
        yield "W4", f"{made.entry} waits for what is free"


_BODY = "0" * 32


def _offers(state: SectionState) -> Iterator[Finding]:
    holders: dict[str, str] = {}
    for party in state.waitlist.parties.values():
        if party.standing not in WITH_HOLD:
            continue
        hold = state.holds.get(party.hold or "")
        if hold is None or hold.order is not None:
            yield "W1", f"{party.entry} is offered what is no live hold"
            continue
        if hold.owner != party.owner or hold.quantity != party.wish.qty:
            yield "W1", f"{party.entry} is offered {hold.id}, which is another's or of another size"
        if hold.id in holders:
            yield "W1", f"{hold.id} is offered to {holders[hold.id]} and to {party.entry}"
        holders[hold.id] = party.entry


def _entries(waitlist: Waitlist) -> Iterator[Finding]:
    owners = Counter(party.owner for party in waitlist.parties.values())
    for owner, count in owners.items():
        if count > 1:
            yield "W2", f"{owner} has {count} entries"
    ranks = Counter(party.rank for party in waitlist.parties.values() if party.streams)
    for rank, count in ranks.items():
        if count > 1:
            yield "W3", f"{count} entries have rank {rank}"
    for party in waitlist.parties.values():
        if (party.standing is Standing.ELSEWHERE) is not bool(party.elsewhere):
            yield "W6", f"{party.entry} stands as {party.standing.name}, with an offer of {party.elsewhere}"
        if (party.standing is Standing.WAITING) is not (party.hold is None):
            yield "W6", f"{party.entry} stands as {party.standing.name}, with {party.hold}"


def _derived(waitlist: Waitlist) -> Iterator[Finding]:
    fresh = Waitlist()
    fresh.fill(waitlist.parties.values(), waitlist.past.values(), waitlist.joined)
    for name in ("by_owner", "by_hold", "order", "in_line", "lines", "wishes"):
        if getattr(fresh, name) != getattr(waitlist, name):
            yield "W5", f"{name} is not what the entries say"

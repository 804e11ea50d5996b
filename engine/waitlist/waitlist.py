"""All entries of one section: what `evolve` writes and `decide` reads.

The truth is `parties`, `past` and `joined`; all else is derived from it and never stored.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from engine.waitlist.party import Party, Past
from engine.waitlist.standing import Standing
from engine.waitlist.wish import Wish

PAST_MAX: Final = 16_384
WISHES_MAX: Final = 4_096
"""Different wishes at a time: each may have to be looked at whenever something comes free."""
RANK_STEP: Final = 1 << 32
"""Between those who join one after the other, so that others can be put in between."""
IN_LINE: Final = frozenset((Standing.WAITING, Standing.PROPOSED))
WITH_HOLD: Final = frozenset((Standing.PROPOSED, Standing.OFFERED))
Ranked = tuple[int, str]


class Waitlist:
    """Live entries, those that ended, and who waits for what in which order.

    `by_owner` and `by_hold` give entries. `order` has all that live, `in_line` those that wait,
    and `lines` by wish those that may be satisfied here and wait for it, all by rank; `wishes` says
    how many live entries have each wish. `changed_seq`
    is a record at or after the last one that changed anything here.
    """

    def __init__(self) -> None:
        self.parties: dict[str, Party] = {}
        self.past: dict[str, Past] = {}
        self.joined = 0
        self.moved = False
        self.changed_seq = 0
        self.by_owner: dict[str, str] = {}
        self.by_hold: dict[str, str] = {}
        self.order: list[Ranked] = []
        self.in_line: list[Ranked] = []
        self.lines: dict[Wish, list[Ranked]] = {}
        self.wishes: dict[Wish, int] = {}
        self._past_of: dict[str, str] = {}
        self._past_by_hold: dict[str, str] = {}

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be remembered: nobody ever joined, as far as is known."""
        return not (self.parties or self.past or self.joined)

    # -- what is asked --------------------------------------------------------------------

    def takes(self, wish: Wish) -> bool:
        """Whether one more may wish for this: it is known, or there is room for another wish."""
        return wish in self.wishes or len(self.wishes) < WISHES_MAX

    def ahead(self, party: Party) -> int | None:
        """How many wait before an entry; None when it does not wait."""
        return bisect_left(self.in_line, _ranked(party)) if party.standing in IN_LINE else None

    def latest_of(self, owner: str) -> Party | Past | None:
        """The entry that somebody has, else the one they had last."""
        entry = self.by_owner.get(owner)
        if entry is not None:
            return self.parties[entry]
        return self.past.get(self._past_of.get(owner, ""))

    def entry_of(self, hold: str) -> str:
        """The entry, live or ended, that was offered this hold; empty when none was."""
        return self.by_hold.get(hold) or self._past_by_hold.get(hold, "")

    def after(self, rank: int) -> Iterator[Party]:
        """Live entries behind a rank, in their order."""
        for index in range(bisect_left(self.order, (rank + 1, "")), len(self.order)):
            yield self.parties[self.order[index][1]]

    def rank_before(self, party: Party) -> int:
        """The rank of the live entry before this one; 0 when it is the first."""
        index = bisect_left(self.order, _ranked(party))
        return self.order[index - 1][0] if index else 0

    def noted(self, seq: int) -> bool:
        """Whether something changed since this was asked last, with record `seq` then."""
        moved, self.moved = self.moved, False
        if moved:
            self.changed_seq = seq
        return moved

    # -- what is written ------------------------------------------------------------------

    def put(self, party: Party) -> None:
        """An entry as it is from now on, new or not."""
        before = self.parties.get(party.entry)
        if before is not None:
            self._unlist(before)
        self.parties[party.entry] = party
        self._list(party)

    def end(self, entry: str, standing: Standing, at_ms: int) -> None:
        """A live entry ends; the oldest that ended give way."""
        party = self.parties.pop(entry)
        self._unlist(party)
        past = Past(entry, party.owner, party.joined_ms, party.wish, at_ms, standing, party.hold)
        self.revive(entry)
        self.past[entry] = past
        self._note(past)
        if len(self.past) > PAST_MAX:
            self._forget_first()

    def hold_ended(self, hold: str, standing: Standing, at_ms: int) -> None:
        """A hold is one no more: the entry that was offered it, if there is one, ends as `standing` says."""
        entry = self.by_hold.get(hold)
        if entry is None:
            return
        if self.parties[entry].standing is Standing.PROPOSED:
            standing = Standing.WITHDRAWN
        self.end(entry, standing, at_ms)

    def forget(self, oldest_ms: int) -> None:
        """Drop what ended before `oldest_ms`."""
        while self.past and next(iter(self.past.values())).at_ms < oldest_ms:
            self._forget_first()

    def revive(self, entry: str) -> None:
        """An entry that had ended here waits again."""
        past = self.past.pop(entry, None)
        if past is None:
            return
        if self._past_of.get(past.owner) == entry:
            del self._past_of[past.owner]
        self._past_by_hold.pop(past.hold or "", None)

    def fill(self, parties: Iterable[Party], past: Iterable[Past], joined: int) -> None:
        """Become what was stored."""
        self.joined = joined
        for each in past:
            self.past[each.entry] = each
            self._note(each)
        for party in parties:
            self.put(party)

    def offer(self, entry: str, hold: str, *, proposed: bool) -> Party:
        """An entry has a hold from now on."""
        standing = Standing.PROPOSED if proposed else Standing.OFFERED
        party = replace(self.parties[entry], standing=standing, hold=hold)
        self.put(party)
        return party

    def _note(self, past: Past) -> None:
        self._past_of[past.owner] = past.entry
        if past.hold is not None:
            self._past_by_hold[past.hold] = past.entry

    def _forget_first(self) -> None:
        self.revive(next(iter(self.past)))

    def _list(self, party: Party) -> None:
        self.moved = True
        ranked = _ranked(party)
        self.by_owner[party.owner] = party.entry
        self.wishes[party.wish] = self.wishes.get(party.wish, 0) + 1
        insort(self.order, ranked)
        if party.standing in WITH_HOLD and party.hold is not None:
            self.by_hold[party.hold] = party.entry
        if party.standing in IN_LINE:
            insort(self.in_line, ranked)
        if party.standing is Standing.WAITING and party.here:
            insort(self.lines.setdefault(party.wish, []), ranked)

    def _unlist(self, party: Party) -> None:
        self.moved = True
        ranked = _ranked(party)
        del self.by_owner[party.owner]
        self.wishes[party.wish] -= 1
        if not self.wishes[party.wish]:
            del self.wishes[party.wish]
        _take(self.order, ranked)
        if party.hold is not None:
            self.by_hold.pop(party.hold, None)
        if party.standing in IN_LINE:
            _take(self.in_line, ranked)
        if party.standing is Standing.WAITING and party.here:
            line = self.lines[party.wish]
            _take(line, ranked)
            if not line:
                del self.lines[party.wish]


def _ranked(party: Party) -> Ranked:
    return party.rank, party.entry


def _take(ranked: list[Ranked], item: Ranked) -> None:
    del ranked[bisect_left(ranked, item)]

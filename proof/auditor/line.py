"""Who waits in a section, after each record: written by `Line`, judged in `proof.auditor.waiting`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from proof.auditor.waiting_records import (
    AnyOfTheLine,
    Claimed,
    Confirmed,
    EntryOver,
    Joined,
    Listed,
    Moved,
    Offer,
    Returned,
    Taken,
    Wanted,
)

WITHDRAWN: Final = 10
"""How an entry ends here that goes on elsewhere: it may come back."""


class Waiter(msgspec.Struct):
    """A live entry. `stands` is waiting, proposed, offered or elsewhere; `hold` is what it has then.

    `streams` is empty where another section keeps the register.
    """

    entry: str
    owner: str
    rank: int
    wanted: Wanted
    streams: tuple[int, ...] = ()
    here: bool = True
    stands: str = "waiting"
    hold: str | None = None
    stream: int = 0


class Claim(msgspec.Struct, frozen=True):
    """What the register had to say of an offer in another section, and at which record."""

    entry: str
    stream: int
    hold: str
    seq: int


class Line:
    """The entries of one section. `claims` and `confirmed` are what sections have to agree on."""

    def __init__(self) -> None:
        self.waiters: Final[dict[str, Waiter]] = {}
        self.by_owner: Final[dict[str, str]] = {}
        self.by_hold: Final[dict[str, str]] = {}
        self.ended: Final[dict[str, int]] = {}
        self.claims: Final[list[Claim]] = []
        self.returned: Final[set[str]] = set()
        self.confirmed: Final[dict[str, str]] = {}

    def in_order(self) -> Iterator[Waiter]:
        """Those who wait for what this section has, first come first."""
        waiting = [each for each in self.waiters.values() if each.stands == "waiting" and each.here]
        yield from sorted(waiting, key=lambda each: (each.rank, each.entry))

    def post(self, principal: str, what: AnyOfTheLine, seq: int) -> str:
        """Write down what happened; the hold that the entry had before, whose end is the ledger's affair."""
        waiter = self.waiters.get(what.entry)
        hold = None if waiter is None else waiter.hold
        self._post(principal, what, seq)
        return hold or ""

    def _post(self, principal: str, what: AnyOfTheLine, seq: int) -> None:
        match what:
            case Joined() as joined:
                self._add(
                    Waiter(joined.entry, principal, joined.rank, joined.wanted, joined.streams, joined.here)
                )
            case Listed() as listed:
                known = self.waiters.get(listed.entry)
                if known is None:
                    self._add(Waiter(listed.entry, listed.owner, listed.rank, listed.wanted))
                else:
                    known.rank = listed.rank
            case Moved(entry=entry, rank=rank):
                self.waiters[entry].rank = rank
            case EntryOver(entry=entry, how=how):
                self.end(entry, how)
            case _:
                self._post_offer(what, seq)

    def _post_offer(self, what: AnyOfTheLine, seq: int) -> None:
        match what:
            case Claimed(entry=entry, stream=stream, hold=hold):
                waiter = self.waiters[entry]
                waiter.stands, waiter.stream, waiter.hold = "elsewhere", stream, hold
                self.claims.append(Claim(entry, stream, hold, seq))
            case Returned(entry=entry):
                waiter = self.waiters[entry]
                self.returned.add(waiter.hold or "")
                waiter.stands, waiter.stream, waiter.hold = "waiting", 0, None
            case Confirmed(entry=entry, hold=hold):
                self.waiters[entry].stands = "offered"
                self.confirmed[hold] = entry
            case Taken(entry=entry):
                self.end(entry, 0)
            case _:
                pass

    def offer(self, offer: Offer) -> Waiter:
        """An entry has a hold from now on."""
        waiter = self.waiters[offer.entry]
        waiter.stands, waiter.hold = "proposed" if offer.proposal else "offered", offer.hold
        self.by_hold[offer.hold] = offer.entry
        return waiter

    def hold_over(self, hold: str) -> None:
        """A hold ended, or was taken on the way to an order: so did the entry that was offered it."""
        entry = self.by_hold.get(hold)
        if entry is not None:
            self.end(entry, WITHDRAWN if self.waiters[entry].stands == "proposed" else 0)

    def end(self, entry: str, how: int) -> None:
        """An entry lives no more."""
        waiter = self.waiters.pop(entry)
        self.by_owner.pop(waiter.owner, None)
        self.by_hold.pop(waiter.hold or "", None)
        self.ended[entry] = how

    def _add(self, waiter: Waiter) -> None:
        self.waiters[waiter.entry] = waiter
        self.by_owner[waiter.owner] = waiter.entry
        self.ended.pop(waiter.entry, None)

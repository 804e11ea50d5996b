"""Whether the books of several sections fit each other: what one has elsewhere was lent to it, and so on.

Each section's journal only grows, and its records cite those of the others that they follow from. So
what is cited can be looked up whenever a journal is read, also in the midst of a sale; that
every part and every hold agree (`at_rest`) can only be said once nothing is under way.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

import msgspec

from proof.auditor.ledger import Ledger
from proof.auditor.records import (
    Booked,
    Cancelled,
    Changed,
    Entry,
    Expired,
    Lends,
    LentEntry,
    Placed,
    Reduced,
    Released,
    Settled,
    Share,
)
from proof.auditor.rules import Rule
from proof.rules import Breach

Names = frozenset[str]
NOTHING: Final[dict[int, Names]] = {}


class _Told(msgspec.Struct, frozen=True):
    """A part that was settled: what it kept, of what, and what it cites."""

    stream: int
    seq: int
    settled: Settled
    had: Names
    kept: Names


class _Lent(msgspec.Struct):
    """What a section lent, as it was and as it now is."""

    home: int
    seq: int
    items: frozenset[LentEntry]
    names: Names
    sold: bool = False


class _Since(msgspec.Struct, frozen=True):
    """What a hold or an order has of a gathering from record `seq` on."""

    seq: int
    kept: dict[int, Names]
    sold: bool


class Crossing:
    """The lendings of one event, gathered while its journals are audited one after the other."""

    def __init__(self) -> None:
        self._sections: Final[dict[int, str]] = {}
        self._read: Final[dict[int, int]] = {}
        self._since: Final[dict[str, list[_Since]]] = {}
        self._homes: Final[dict[str, int]] = {}
        self._holders: Final[dict[str, set[str]]] = {}
        self._shares: Final[list[tuple[int, int, Share]]] = []
        self._lent: Final[dict[tuple[str, int], _Lent]] = {}
        self._told: Final[list[_Told]] = []

    def take(self, stream: int, name: str, ledger: Ledger, entry: Entry) -> None:
        """Note what a record says of lending; it stands in the section's books already."""
        self._sections[stream] = name
        self._read[stream] = ledger.seq
        match entry.what:
            case Placed(hold=hold, shares=shares) | Changed(hold=hold, shares=shares):
                self._has(stream, ledger.seq, hold, shares)
            case Released(hold=hold):
                self._gone(ledger.seq, hold)
            case Expired(holds=holds):
                for each in holds:
                    self._gone(ledger.seq, each)
            case Booked() as booked:
                self._booked(ledger.seq, booked)
            case Cancelled(order=order):
                self._gone(ledger.seq, order)
            case Reduced(order=order):
                self._keeps(ledger.seq, order, ledger.orders[order].shares)
            case Lends() as lends:
                self._lends(stream, ledger, lends)
            case Settled() as settled:
                self._settled(stream, ledger, settled)
            case _:
                pass

    # -- of holds -----------------------------------------------------------------------------

    def _has(self, stream: int, seq: int, hold: str, shares: tuple[Share, ...]) -> None:
        before = self._holders.get(hold, set())
        if not shares and not before:
            return
        now: dict[str, dict[int, Names]] = {}
        for share in shares:
            if share.gathering not in before:
                self._shares.append((stream, seq, share))
                self._homes[share.gathering] = stream
            now.setdefault(share.gathering, {})[share.stream] = _names(share)
        for gathering in before | now.keys():
            self._note(gathering, seq, now.get(gathering, NOTHING), sold=False)
        self._holders[hold] = set(now)

    def _gone(self, seq: int, holder: str) -> None:
        for gathering in self._holders.pop(holder, ()):
            self._note(gathering, seq, NOTHING, sold=False)

    def _booked(self, seq: int, booked: Booked) -> None:
        gatherings = self._holders.pop(booked.hold, set())
        if gatherings:
            self._holders[booked.order] = gatherings
            self._keeps(seq, booked.order, booked.shares)

    def _keeps(self, seq: int, order: str, shares: tuple[Share, ...]) -> None:
        for gathering in self._holders.get(order, ()):
            kept = {share.stream: _names(share) for share in shares if share.gathering == gathering}
            self._note(gathering, seq, kept, sold=True)

    def _note(self, gathering: str, seq: int, kept: dict[int, Names], *, sold: bool) -> None:
        self._since.setdefault(gathering, []).append(_Since(seq, kept, sold))

    # -- of those who lend --------------------------------------------------------------------

    def _lends(self, stream: int, ledger: Ledger, lends: Lends) -> None:
        items = frozenset(_items(ledger, lends))
        names = frozenset(item.label for item in items)
        self._lent[lends.gathering, stream] = _Lent(lends.home, ledger.seq, items, names)

    def _settled(self, stream: int, ledger: Ledger, settled: Settled) -> None:
        lent = self._lent[settled.gathering, stream]
        kept = frozenset(item.label for item in _items(ledger, settled))
        self._told.append(_Told(stream, ledger.seq, settled, lent.names, kept))
        lent.names, lent.sold = kept, settled.sold

    # -- what is wrong ------------------------------------------------------------------------

    def breaches(self, *, at_rest: bool) -> Iterator[Breach]:
        """Everything that does not fit, once all journals were taken."""
        for stream, seq, share in self._shares:
            yield from self._check_share(stream, seq, share)
        yield from self._check_whole()
        for told in self._told:
            wrong = self._check_told(told)
            if wrong:
                yield self._breach(told.stream, told.seq, f"{told.settled.gathering} {wrong}")
        if at_rest:
            yield from self._check_rest()

    def _check_share(self, stream: int, seq: int, share: Share) -> Iterator[Breach]:
        """What a hold has elsewhere was lent by the record that it cites, to this very section."""
        lent = self._lent.get((share.gathering, share.stream))
        if lent is None or (lent.home, lent.seq, lent.items) != (stream, share.seq, frozenset(share.items)):
            yield self._breach(stream, seq, f"{share.gathering} has what {share.section} has not lent to it")

    def _check_whole(self) -> Iterator[Breach]:
        """All or nothing: a hold begins with all that was lent to its gathering, and not with some of it."""
        for (gathering, stream), lent in self._lent.items():
            since = self._since.get(gathering)
            if since and stream not in since[0].kept:
                wrong = f"{gathering} has something of {self._name(stream)}, and its hold began without it"
                yield self._breach(lent.home, since[0].seq, wrong)

    def _check_told(self, told: _Told) -> str | None:
        """What is settled is what the record that it cites implies."""
        settled = told.settled
        home = self._lent[settled.gathering, told.stream].home
        if settled.by_stream != home:
            # Whoever refused to lend ends a gathering that never came to a hold.
            refused = not told.kept and settled.gathering not in self._since
            return (
                None if refused else f"is settled by {self._name(settled.by_stream)}, which does not decide"
            )
        if settled.by_seq > self._read.get(home, 0):
            return None  # written after that journal was read
        since = self._at(settled.gathering, settled.by_seq)
        if since is None and settled.gathering in self._since:
            return f"is settled by record {settled.by_seq}, before there was its hold"
        kept = NOTHING if since is None else since.kept
        wanted = kept.get(told.stream, frozenset()) & told.had
        if told.kept != wanted:
            return f"keeps {sorted(told.kept)} here, and its hold has {sorted(wanted)}"
        if told.kept and since is not None and settled.sold and not since.sold:
            return "is sold here, and its hold is not"
        return None

    def _at(self, gathering: str, seq: int) -> _Since | None:
        since = self._since.get(gathering, [])
        place = bisect_right(since, seq, key=lambda each: each.seq)
        return since[place - 1] if place else None

    def _check_rest(self) -> Iterator[Breach]:
        """All or nothing: each part has its hold, and each hold its parts."""
        for (gathering, stream), lent in self._lent.items():
            since = self._at(gathering, self._read.get(lent.home, 0))
            kept = NOTHING if since is None else since.kept
            wanted, sold = kept.get(stream, frozenset()), since is not None and since.sold
            if lent.names != wanted or (wanted and lent.sold is not sold):
                wrong = f"{gathering} has {sorted(lent.names)} here, and its hold has {sorted(wanted)}"
                yield self._breach(stream, self._read[stream], wrong)

    def _breach(self, stream: int, seq: int, detail: str) -> Breach:
        return Breach(Rule.SHARED.value, detail, self._name(stream), seq)

    def _name(self, stream: int) -> str:
        return self._sections.get(stream, f"stream {stream}")


def _names(share: Share) -> Names:
    return frozenset(item.label for item in share.items)


def _items(ledger: Ledger, what: Lends | Settled) -> Iterator[LentEntry]:
    """Seats and places by name, as the hold that has them tells them."""
    house = ledger.house
    for each in what.seats:
        label, category = house.labels[each.seat], house.categories[each.seat]
        whole = house.whole_table[each.seat] or ""
        yield LentEntry(label, category, each.kind, each.price, whole=whole)
    for place in what.places:
        name, category = house.areas[place.area], house.area_categories[place.area]
        yield LentEntry(name, category, place.kind, place.price, place.qty, area=True)

"""Who has what in a section, after each record: written by `post`, judged nowhere.

`post` believes what it is given; `proof.auditor.checks` says beforehand whether it may.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import Final

import msgspec

from proof.auditor.house import House
from proof.auditor.line import Line
from proof.auditor.loans import Loans
from proof.auditor.possessions import (
    Holding,
    Past,
    Purchase,
    Remembered,
    by_the_house,
    left_of,
    rest_of,
    size_of,
)
from proof.auditor.records import (
    Blocked,
    Booked,
    Cancelled,
    Changed,
    Entry,
    Expired,
    Lends,
    OnSale,
    Opened,
    Pinned,
    Placed,
    Priced,
    Reduced,
    Released,
    Reserved,
    SaleTurned,
    Settled,
    Terms,
    Unblocked,
    Unpinned,
)
from proof.auditor.waiting_records import AnyOfTheLine, Confirmed, EntryOver, Offer, Taken

STANDARD: Final = "standard"


class Ledger(Loans):
    """A section's books as of record `seq`. By ordinal: `owners` (hold or order), `public`."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.seq = 0
        self.epoch = 0
        self.at_ms = 0
        self.event = ""
        self.terms = Terms()
        self.holds: Final[dict[str, Holding]] = {}
        self.orders: Final[dict[str, Purchase]] = {}
        self.past: Final[dict[str, Past]] = {}
        self.keys: Final[dict[tuple[str, str], Remembered]] = {}
        self.line: Final = Line()
        self._deadlines: Final[list[tuple[int, str]]] = []
        self._key_order: Final[deque[tuple[str, str]]] = deque()

    # -- what is asked ------------------------------------------------------------------------

    def price_of(self, category: str, kind: str) -> int | None:
        """What a place of a category costs now; None when that ticket type is not sold."""
        kinds = self.terms.prices.get(category)
        if kinds is None:
            return 0 if kind == STANDARD else None
        return kinds.get(kind)

    def overdue(self, at_ms: int) -> str | None:
        """A live hold whose time has come by `at_ms`, if there is one."""
        deadlines = self._deadlines
        while deadlines and deadlines[0][0] <= at_ms:
            ends_ms, hold_id = deadlines[0]
            hold = self.holds.get(hold_id)
            if hold is not None and hold.ends_ms == ends_ms:
                return hold_id
            heappop(deadlines)
        return None

    def remembered(self, principal: str, key: str, at_ms: int) -> Remembered | None:
        """What a key got, if that is still to be remembered at `at_ms`."""
        found = self.keys.get((principal, key))
        if found is None or found.at_ms < at_ms - self.terms.limits.idempotency_ttl_ms:
            return None
        return found

    # -- what is written ----------------------------------------------------------------------

    def post(self, seq: int, epoch: int, entry: Entry) -> None:
        """Write one record into the books."""
        self.seq, self.epoch, self.at_ms = seq, epoch, entry.at_ms
        self.changed.clear()
        self._forget(entry.at_ms)
        if entry.key is not None:
            key = (entry.principal, entry.key)
            self.keys[key] = Remembered(seq, entry.at_ms, entry.fingerprint)
            self._key_order.append(key)
        self._post(entry)

    def _forget(self, at_ms: int) -> None:
        oldest_ms = at_ms - self.terms.limits.idempotency_ttl_ms
        while self._key_order and self.keys[self._key_order[0]].at_ms < oldest_ms:
            del self.keys[self._key_order.popleft()]

    def _post(self, entry: Entry) -> None:
        match entry.what:
            case Placed() as placed:
                self._place(entry, placed)
            case Changed() as changed:
                self._change(changed)
            case Released(hold=hold):
                self._end(hold, "released")
            case Expired(holds=holds):
                for each in holds:
                    self._end(each, "expired")
            case Pinned() as pinned:
                self._pin(pinned)
            case Unpinned() as unpinned:
                self._unpin(unpinned)
            case Booked() as booked:
                self._book(entry, booked)
            case Cancelled() | Reduced() as returned:
                self._return(returned)
            case _:
                self._arrange(entry)

    def _arrange(self, entry: Entry) -> None:
        match entry.what:
            case Opened(event=event, terms=terms):
                self.event, self.terms = event, terms
            case Blocked(seats=seats):
                self._mark(self.blocked, seats, 1)
            case Unblocked(seats=seats):
                self._mark(self.blocked, seats, 0)
            case OnSale(seats=seats, areas=areas, for_sale=for_sale):
                for area in areas:
                    self.area_off_sale[area] = not for_sale
                self._mark(self.off_sale, seats, int(not for_sale))
            case Reserved(seats=seats, areas=areas, channel=channel):
                for seat in seats:
                    self.channel_of[seat] = channel
                for area in areas:
                    self.area_channel[area] = channel
            case _:
                self._turn(entry)

    def offer(self, offer: Offer) -> None:
        """Write down that somebody who waited is offered what is free."""
        owner = self.line.offer(offer).owner
        self._take(Holding(offer.hold, owner, self.at_ms, offer.expires_ms, 0, offer.seats, offer.places))

    def _wait(self, entry: Entry, what: AnyOfTheLine) -> None:
        """What happens to an entry, and to the hold that it is offered."""
        hold = self.holds.get(self.line.post(entry.principal, what, self.seq))
        if hold is None:
            return
        if isinstance(what, EntryOver):
            self._end(hold.id, "released")
        elif isinstance(what, Confirmed | Taken):
            hold.expires_ms = what.expires_ms
            hold.renewals_left = what.renewals_left if isinstance(what, Taken) else 0
            heappush(self._deadlines, (hold.ends_ms, hold.id))

    def _turn(self, entry: Entry) -> None:
        match entry.what:
            case Priced(category=category, kind_of_ticket=kind, amount=amount):
                prices = {
                    **self.terms.prices,
                    category: {**self.terms.prices.get(category, {}), kind: amount},
                }
                self.terms = msgspec.structs.replace(self.terms, prices=prices)
            case SaleTurned(sale=sale):
                self.terms = msgspec.structs.replace(self.terms, sale=sale)
            case Lends() | Settled() as lent:
                self._lend(entry, lent)
            case what if isinstance(what, AnyOfTheLine):
                self._wait(entry, what)
            case _:
                pass

    def _place(self, entry: Entry, placed: Placed) -> None:
        self._take(
            Holding(
                placed.hold,
                entry.principal,
                entry.at_ms,
                placed.expires_ms,
                placed.renewals_left,
                placed.seats,
                placed.places,
                shares=placed.shares,
            )
        )

    def _take(self, hold: Holding) -> None:
        self.holds[hold.id] = hold
        self.gathered.update((share.gathering, hold.id) for share in hold.shares)
        heappush(self._deadlines, (hold.ends_ms, hold.id))
        self._count(hold.owner, 1, hold.size)
        self._give(hold.seats, hold.places, hold.id)

    def _change(self, changed: Changed) -> None:
        hold = self.holds[changed.hold]
        self._count(hold.owner, 0, size_of(changed.seats, changed.places) - hold.size)
        if changed.seats != hold.seats or changed.places != hold.places:
            self._take_back(hold.seats, hold.places, self.area_held)
            self._give(changed.seats, changed.places, hold.id)
        hold.seats, hold.places, hold.shares = changed.seats, changed.places, changed.shares
        self.gathered.update((share.gathering, hold.id) for share in hold.shares)
        hold.expires_ms, hold.renewals_left = changed.expires_ms, changed.renewals_left
        heappush(self._deadlines, (hold.ends_ms, hold.id))

    def _end(self, hold_id: str, how: str) -> None:
        hold = self.holds.pop(hold_id)
        self.past[hold_id] = Past(hold.owner, how)
        self.line.hold_over(hold_id)
        self._count(hold.owner, -1, -hold.size)
        if hold.order is not None:
            self.orders[hold.order].stands = "cancelled"
        self._take_back(hold.seats, hold.places, self.area_held)

    def _pin(self, pinned: Pinned) -> None:
        hold = self.holds[pinned.hold]
        hold.order, hold.pay_by_ms = pinned.order, pinned.pay_by_ms
        self.line.hold_over(hold.id)
        heappush(self._deadlines, (hold.ends_ms, hold.id))
        self._order(pinned.order, hold, pinned.amount, by_saga=True)

    def _order(self, order: str, hold: Holding, amount: int, *, by_saga: bool) -> None:
        what = (hold.seats, hold.places, amount, "pending", by_saga, hold.shares)
        self.orders[order] = Purchase(order, hold.id, hold.owner, *what)

    def _unpin(self, unpinned: Unpinned) -> None:
        hold = self.holds[unpinned.hold]
        hold.order, hold.pay_by_ms, hold.expires_ms = None, 0, unpinned.expires_ms
        heappush(self._deadlines, (hold.ends_ms, hold.id))
        self.orders[unpinned.order].stands = "cancelled"

    def _book(self, entry: Entry, booked: Booked) -> None:
        hold = self.holds.pop(booked.hold)
        self.past[hold.id] = Past(hold.owner, "booked")
        self.line.hold_over(hold.id)
        self._count(hold.owner, -1, 0)
        if hold.order is None:  # sold as it stood, without an order before
            self._order(booked.order, hold, booked.amount, by_saga=by_the_house(entry.key))
        self.orders[booked.order].stands = "confirmed"
        for each in booked.seats:
            self.owners[each.seat] = booked.order
            self.sold[each.seat] = 1
            self._show(each.seat)
        for place in booked.places:
            self.area_held[place.area] -= place.qty
            self.area_sold[place.area] += place.qty

    def _return(self, returned: Cancelled | Reduced) -> None:
        order = self.orders[returned.order]
        if isinstance(returned, Cancelled):
            order.stands = "cancelled"
        else:
            order.seats, order.places = rest_of(order, returned)
            order.amount, order.shares = returned.amount, left_of(order.shares, returned.shares)
        self._count(order.owner, 0, -size_of(returned.seats, returned.places))
        self._take_back(returned.seats, returned.places, self.area_sold)

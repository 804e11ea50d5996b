"""The crowd's own books: what each buyer was told, and what of it cannot be true together.

It knows nothing but replies. What it can prove from them: a seat acknowledged to two live
holds, a seat sold twice, an area sold beyond its capacity, one key with two outcomes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from protocol.replies import HoldReply, Item, OrderReply

BREACHES_KEPT_MAX: Final = 100


class Claim:
    """A hold that was acknowledged: whose, and until when it surely stands (Unix seconds)."""

    __slots__ = ("buyer", "hold", "until_s")

    def __init__(self, buyer: int, hold: str, until_s: float) -> None:
        self.buyer = buyer
        self.hold = hold
        self.until_s = until_s


class Ledger:
    """Books of a sale of `capacity` places; `areas` gives the capacity of each area.

    `clock` is Unix time, `elapsed` seconds since the doors opened.
    """

    def __init__(
        self,
        capacity: int,
        areas: Mapping[str, int],
        elapsed: Callable[[], float],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.capacity: Final = capacity
        self.sold = 0
        self.holds = 0
        self.orders = 0
        self.sold_at_s: dict[str, float] = {}
        self.sales: list[tuple[float, int]] = []
        self.refused: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.latencies: list[tuple[float, float]] = []
        self.breaches: list[str] = []
        self.first_hold_s: float | None = None
        self.sold_out_s: float | None = None
        self.closed = False
        self._areas: Final = dict(areas)
        self._area_sold: Counter[str] = Counter()
        self._elapsed: Final = elapsed
        self._clock: Final = clock
        self._claims: dict[str, Claim] = {}
        self._of_hold: dict[str, Claim] = {}

    @property
    def over(self) -> bool:
        """True when every place is sold or the doors have closed."""
        return self.closed or self.sold_out_s is not None

    @property
    def refusals(self) -> list[tuple[str, int]]:
        """Refusals by code, the most frequent first."""
        return self.refused.most_common()

    def timed(self, began_s: float, ended_s: float) -> None:
        """A hold was answered; both moments count from the doors' opening."""
        self.latencies.append((ended_s, ended_s - began_s))

    def held(self, buyer: int, reply: HoldReply, asked: int) -> None:
        """A hold was acknowledged to a buyer who asked for `asked` places."""
        self.holds += 1
        if self.first_hold_s is None:
            self.first_hold_s = self._elapsed()
        if sum(item.qty for item in reply.items) != asked:
            self._breach(f"{buyer} asked for {asked} places and was given {_names(reply.items)}")
        claim = Claim(buyer, reply.hold, _unix_s(reply.expires_at))
        self._of_hold[reply.hold] = claim
        now_s = self._clock()
        if now_s >= claim.until_s:
            return  # The answer took longer than the hold lasts: the seats may be anybody's by now.
        for item in reply.items:
            if item.seat not in self._areas:
                self._claim(item.seat, claim, now_s)

    def _claim(self, seat: str, claim: Claim, now_s: float) -> None:
        other = self._claims.get(seat)
        if other is not None and other.hold != claim.hold and now_s < other.until_s:
            self._breach(f"{seat} was acknowledged to {claim.buyer} while {other.buyer} held it")
        if seat in self.sold_at_s:
            self._breach(f"{seat} was acknowledged to {claim.buyer} after it was sold")
        self._claims[seat] = claim

    def same_outcome(self, buyer: int, first: HoldReply, again: HoldReply) -> None:
        """One key was used twice for the same request."""
        if (first.hold, first.items) != (again.hold, again.items):
            self._breach(f"{buyer} was told {first.hold} and then {again.hold} under one key")

    def releasing(self, hold: str) -> None:
        """A release is on its way: from now on the seats may be anybody's."""
        if hold in self._of_hold:
            self._of_hold[hold].until_s = 0.0

    def lost(self, hold: str) -> None:
        """A hold ended, or nobody knows what became of it: it proves nothing any more."""
        self.releasing(hold)

    def booked(self, buyer: int, reply: OrderReply) -> None:
        """An order was confirmed to a buyer."""
        now_s = self._elapsed()
        self.orders += 1
        for item in reply.tickets:
            if item.seat in self._areas:
                self._sell_places(item)
            else:
                self._sell_seat(buyer, item.seat, now_s)
        places = sum(item.qty for item in reply.tickets)
        self.sold += places
        self.sales.append((now_s, places))
        if self.sold > self.capacity:
            self._breach(f"{self.sold} places were sold of {self.capacity}")
        if self.sold >= self.capacity and self.sold_out_s is None:
            self.sold_out_s = now_s

    def _sell_seat(self, buyer: int, seat: str, now_s: float) -> None:
        if seat in self.sold_at_s:
            self._breach(f"{seat} was sold twice")
        claim = self._claims.get(seat)
        if claim is not None and claim.buyer != buyer:
            self._breach(f"{seat} was sold to {buyer} while {claim.buyer} held it")
        self.sold_at_s[seat] = now_s

    def _sell_places(self, item: Item) -> None:
        self._area_sold[item.seat] += item.qty
        if self._area_sold[item.seat] > self._areas[item.seat]:
            self._breach(f"{item.seat} was sold beyond its {self._areas[item.seat]} places")

    def _breach(self, what: str) -> None:
        if len(self.breaches) < BREACHES_KEPT_MAX:
            self.breaches.append(what)


def _names(items: tuple[Item, ...]) -> list[str]:
    return [item.seat for item in items]


def _unix_s(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()

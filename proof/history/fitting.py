"""Whether anything would have fitted a wish for the best available, found the plain way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from proof.auditor.floor import FREE
from proof.auditor.ledger import STANDARD, Ledger
from proof.history.acknowledged import decimal
from protocol.requests import Best


def something_fits(ledger: Ledger, wish: Best, types: Mapping[str, str]) -> int | None:
    """The first seat of a choice that anybody could have taken, or None.

    Seats kept for a channel are left out: who asked may not have it.
    """
    good = _good_seats(ledger, wish, types)
    for first in _windows(ledger, good, wish.qty):
        return first
    if wish.adjacent:
        return None
    loose = [seat for seat, fits in enumerate(good) if fits and ledger.house.whole_table[seat] is None]
    return loose[0] if len(loose) >= wish.qty else None


def _good_seats(ledger: Ledger, wish: Best, types: Mapping[str, str]) -> list[bool]:
    house = ledger.house
    kinds = {
        kind for kind in wish.categories or house.known_categories if _affordable(ledger, wish, kind, types)
    }
    return [
        ledger.public[seat] == FREE
        and ledger.channel_of[seat] is None
        and category in kinds
        and wish.accessible in (None, house.accessible[seat])
        for seat, category in enumerate(house.categories)
    ]


def _affordable(ledger: Ledger, wish: Best, category: str, types: Mapping[str, str]) -> bool:
    price = ledger.price_of(category, types.get(category, STANDARD))
    if price is None or wish.max_price is None:
        return price is not None
    return Decimal(decimal(price, ledger.terms.currency)) <= Decimal(wish.max_price)


def _windows(ledger: Ledger, good: list[bool], qty: int) -> Iterator[int]:
    house = ledger.house
    for first, stop in house.stretches:
        if house.whole_table[first] is not None:
            if stop - first == qty and all(good[first:stop]):
                yield first
            continue
        run = 0
        for seat in range(first, stop):
            run = run + 1 if good[seat] else 0
            if run >= qty:
                yield seat - qty + 1

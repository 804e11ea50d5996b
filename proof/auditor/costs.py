"""What tickets cost with the fees of a sale, reckoned here anew."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from proof.auditor.records import Charge, PlacesEntry, SeatEntry, Share, Terms


class Bill(msgspec.Struct, frozen=True):
    """`total` is to be paid, in minor units; `fees` are `(name, amount, included)` of each that is asked."""

    total: int
    fees: tuple[tuple[str, int, bool], ...]


def bill_of(
    terms: Terms, seats: Iterable[SeatEntry], places: Iterable[PlacesEntry], shares: Iterable[Share] = ()
) -> Bill:
    """The bill for tickets: their prices, and every fee that comes on top."""
    prices = [each.price for each in seats]
    for place in places:
        prices += [place.price] * place.qty
    for share in shares:
        prices += [each.price for each in share.items for _ in range(each.qty)]
    fees = []
    for charge in terms.fees:
        bases = [sum(prices)] if charge.per == "order" else prices
        amount = sum(_charged(charge, base) for base in bases)
        if amount:
            fees.append((charge.name, amount, charge.included))
    return Bill(sum(prices) + sum(amount for _, amount, included in fees if not included), tuple(fees))


def _charged(charge: Charge, base: int) -> int:
    if not base:
        return 0
    share = (Decimal(base) * charge.share / 10_000).quantize(Decimal(1), ROUND_HALF_UP)
    charged = charge.amount + int(share)
    return min(charged, base) if charge.included else charged

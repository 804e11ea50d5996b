"""What an order costs: its tickets at their prices, and the fees that the sale's terms add to them.

Fees follow from terms and items alone, and an event's fees never change: so nothing of them is
stored, and what some tickets of an order are worth is the difference between two amounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from engine.items import Part, PlacesItem, SeatItem
from engine.terms import Fee

WHOLE: Final = 10_000
"""A share of this many hundredths of a per cent is all of a price."""


class FeeLine(msgspec.Struct, frozen=True):
    """What one fee comes to, in minor units; an `included` one is a part of the prices."""

    name: str
    amount: int
    included: bool


def amount_of(
    fees: tuple[Fee, ...],
    seats: Sequence[SeatItem],
    places: Sequence[PlacesItem],
    parts: Sequence[Part] = (),
) -> int:
    """What all of it costs in minor units, fees on top included."""
    tickets = sum([item.price for item in seats])
    if places:
        tickets += sum([place.price * place.qty for place in places])
    if parts:
        tickets += sum(item.price * item.qty for part in parts for item in part.items)
    if not fees:
        return tickets
    return tickets + sum(line.amount for line in fee_lines(fees, seats, places, parts) if not line.included)


def fee_lines(
    fees: tuple[Fee, ...],
    seats: Sequence[SeatItem],
    places: Sequence[PlacesItem],
    parts: Sequence[Part] = (),
) -> tuple[FeeLine, ...]:
    """What each fee comes to; those that come to nothing are left out."""
    priced = [(item.price, 1) for item in seats] + [(place.price, place.qty) for place in places]
    priced += [(item.price, item.qty) for part in parts for item in part.items]
    lines = [FeeLine(fee.name, _charged(fee, priced), fee.included) for fee in fees]
    return tuple(line for line in lines if line.amount)


def _charged(fee: Fee, priced: list[tuple[int, int]]) -> int:
    """For all of it; what costs nothing bears no fee, be it a ticket or an order."""
    if fee.per == "order":
        total = sum(price * qty for price, qty in priced)
        return _fee_on(fee, total)
    return sum(_fee_on(fee, price) * qty for price, qty in priced)


def _fee_on(fee: Fee, price: int) -> int:
    """Fixed and by share, rounded half up to whole minor units: for one ticket, or once for an order."""
    if not price:
        return 0
    charged = fee.amount + (price * fee.share + WHOLE // 2) // WHOLE
    return min(charged, price) if fee.included else charged

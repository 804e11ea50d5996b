"""What callers and the world see of a section.

A reply is rendered from the event alone, so that the same key gives the same answer, also
after a crash; a read is rendered from the hold or order as it stands.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, assert_never

import msgspec

from engine.events import (
    AnyEvent,
    HoldChanged,
    HoldPinned,
    HoldPlaced,
    HoldReleased,
    HoldUnpinned,
    OrderBooked,
    OrderCancelled,
    OrderReduced,
    Part,
    PlacesItem,
    SeatItem,
)
from engine.fees import amount_of, fee_lines
from engine.holds import Hold, Order
from engine.layout import SectionLayout
from engine.state import FREE, HELD, SOLD, SectionState, next_deadline
from engine.terms import Terms
from engine.times import rfc3339
from engine.transitions import Phase

__all__ = [
    "Acknowledged",
    "HoldView",
    "ItemView",
    "Money",
    "OrderView",
    "View",
    "area_free",
    "counts",
    "item_views",
    "money",
    "next_deadline",
    "packed_status",
    "render",
    "render_found",
    "rfc3339",
]

Position = tuple[str, int]
OrderStatus = Literal["pending", "confirmed", "cancelled"]
# ISO 4217: currencies whose minor unit is not a hundredth.
_DECIMALS = dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "UGX", "VND", "XAF", "XOF", "XPF"), 0) | (
    dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
)


class Money(msgspec.Struct, frozen=True):
    """An amount as a decimal string with its currency."""

    amount: str
    currency: str


class ItemView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A seat, or `qty` places of an area (`seat` is then its name); `price` is for one."""

    seat: str
    section: str
    category: str
    type: str
    price: Money
    qty: int = 1


class FeeView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fee; one that is `included` is a part of the prices and not added to them."""

    name: str
    amount: Money
    included: bool = False


class HoldView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hold as it now is; a released one has no items and expired when it was given back."""

    hold: str
    items: tuple[ItemView, ...]
    total: Money
    expires_at: str
    renewals_left: int
    pos: Position
    section: str
    fees: tuple[FeeView, ...] = ()


class OrderView(msgspec.Struct, frozen=True, omit_defaults=True):
    """An order as it now is; tickets once it is booked.

    `expires_at` is told when checkout was given up: until then its hold lives on. `was_booked` tells a
    booking that was cancelled from a checkout that came to nothing.
    """

    order: str
    status: OrderStatus
    section: str
    pos: Position
    amount: Money
    hold: str | None = None
    pay_by: str | None = None
    expires_at: str | None = None
    tickets: tuple[ItemView, ...] = ()
    fees: tuple[FeeView, ...] = ()
    was_booked: bool = False


class Acknowledged(msgspec.Struct, frozen=True):
    """The reply to what staff or the section itself asked: it stands at `pos`."""

    section: str
    pos: Position


View = HoldView | OrderView | Acknowledged


def render(layout: SectionLayout, terms: Terms, event: AnyEvent, seq: int, history: str) -> View:
    """The reply to the command that led to `event`, record `seq` of the history `history`."""
    pos = (history, seq)
    match event:
        case HoldPlaced():  # what comes most often, first
            return _hold_view(layout, terms, event, pos)
        case OrderBooked():
            return _booked_view(layout, terms, event, pos)
        case HoldChanged():
            return _hold_view(layout, terms, event, pos)
        case HoldReleased(hold=hold, released_ms=released_ms):
            return HoldView(hold, (), money(0, terms.currency), rfc3339(released_ms), 0, pos, layout.name)
        case HoldPinned() | HoldUnpinned() | OrderCancelled() | OrderReduced():
            return _order_view(layout, terms, event, pos)
        case _:
            return Acknowledged(layout.name, pos)


def render_found(layout: SectionLayout, terms: Terms, found: Hold | Order, seq: int, history: str) -> View:
    """A hold or an order as it is at `seq`."""
    pos = (history, seq)
    currency = terms.currency
    if isinstance(found, Hold):
        return _hold_view(layout, terms, found, pos)
    price = money(found.amount, currency)
    match found.phase:
        case Phase.PINNED:
            pay_by = rfc3339(found.pay_by_ms)
            return OrderView(found.id, "pending", layout.name, pos, price, found.hold, pay_by)
        case Phase.BOOKED:
            return _booked_view(layout, terms, found, pos)
        case phase:
            booked = phase is Phase.CANCELLED
            return OrderView(found.id, "cancelled", layout.name, pos, price, was_booked=booked)


def packed_status(statuses: bytes | bytearray) -> bytes:
    """Public statuses in plan order, 4 bits a seat: 0 free, 1 held, 2 sold, 3 blocked or not for sale.

    The first seat is in the low nibble of the first byte.
    """
    low, high = statuses[0::2], statuses[1::2]
    both = int.from_bytes(low, "little") | int.from_bytes(high, "little") << 4
    return both.to_bytes(len(low), "little")


def area_free(state: SectionState, area: int) -> int:
    """Places that can be had in an area: none while it is not for sale."""
    return 0 if state.area_off_sale[area] else state.free_places(area)


def counts(state: SectionState) -> tuple[int, int, int]:
    """Free, held and sold, seats and places together; what is not for sale is in none of them."""
    shown, areas = state.shown, range(len(state.area_held))
    return (
        shown[FREE] + sum([area_free(state, area) for area in areas]),
        shown[HELD] + sum(state.area_held),
        shown[SOLD] + sum(state.area_sold),
    )


@lru_cache(4096)
def money(amount: int, currency: str) -> Money:
    """Minor units as a decimal string: 8900 EUR is "89.00", 8900 JPY is "8900"."""
    decimals = _DECIMALS.get(currency, 2)
    if decimals == 0:
        return Money(str(amount), currency)
    whole, part = divmod(amount, 10**decimals)
    return Money(f"{whole}.{part:0{decimals}d}", currency)


def _hold_view(
    layout: SectionLayout, terms: Terms, hold: HoldPlaced | HoldChanged | Hold, pos: Position
) -> HoldView:
    currency = terms.currency
    ends_ms = hold.deadline_ms if type(hold) is Hold else hold.expires_ms
    return HoldView(
        hold.id if type(hold) is Hold else hold.hold,
        item_views(layout, currency, hold.seats, hold.places, hold.parts),
        money(amount_of(terms.fees, hold.seats, hold.places, hold.parts), currency),
        rfc3339(ends_ms),
        hold.renewals_left,
        pos,
        layout.name,
        _fees(terms, hold),
    )


def _fees(terms: Terms, of: HoldPlaced | HoldChanged | Hold | OrderBooked | Order) -> tuple[FeeView, ...]:
    if not terms.fees:
        return ()
    return tuple(
        FeeView(line.name, money(line.amount, terms.currency), line.included)
        for line in fee_lines(terms.fees, of.seats, of.places, of.parts)
    )


def _booked_view(layout: SectionLayout, terms: Terms, order: OrderBooked | Order, pos: Position) -> OrderView:
    currency = terms.currency
    return OrderView(
        order.id if type(order) is Order else order.order,
        "confirmed",
        layout.name,
        pos,
        money(order.amount, currency),
        order.hold,
        tickets=item_views(layout, currency, order.seats, order.places, order.parts),
        fees=_fees(terms, order),
    )


def _order_view(
    layout: SectionLayout,
    terms: Terms,
    event: HoldPinned | HoldUnpinned | OrderCancelled | OrderReduced,
    pos: Position,
) -> OrderView:
    name, order = layout.name, event.order
    amount = money(event.amount, terms.currency)
    match event:
        case HoldPinned(hold=hold, pay_by_ms=pay_by_ms):
            return OrderView(order, "pending", name, pos, amount, hold, pay_by=rfc3339(pay_by_ms))
        case HoldUnpinned(hold=hold, expires_ms=expires_ms):
            ends = rfc3339(expires_ms)
            return OrderView(order, "cancelled", name, pos, amount, hold, expires_at=ends)
        case OrderCancelled():
            return OrderView(order, "cancelled", name, pos, amount, was_booked=True)
        case OrderReduced():
            # What is left of it a read tells; the same key must get the same answer for ever.
            return OrderView(order, "confirmed", name, pos, amount)
        case _ as never:
            assert_never(never)


def item_views(
    layout: SectionLayout,
    currency: str,
    seats: tuple[SeatItem, ...],
    places: tuple[PlacesItem, ...],
    parts: tuple[Part, ...] = (),
) -> tuple[ItemView, ...]:
    """Seats, then places, then what other sections have lent, by their public names."""
    labels, category_of, name = layout.labels, layout.category_of, layout.name
    items = [
        ItemView(labels[item.seat], name, category_of[item.seat], item.type, money(item.price, currency))
        for item in seats
    ]
    if places:
        items += [
            ItemView(
                layout.area_names[place.area],
                name,
                layout.area_category[place.area],
                place.type,
                money(place.price, currency),
                place.qty,
            )
            for place in places
        ]
    for part in parts:
        items += [
            ItemView(of.label, part.section, of.category, of.type, money(of.price, currency), of.qty)
            for of in part.items
        ]
    return tuple(items)

"""Whether an acknowledgement is what the journal's record at its position says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from proof.auditor.costs import Bill, bill_of
from proof.auditor.house import House
from proof.auditor.ledger import Ledger
from proof.auditor.possessions import Holding, Purchase
from proof.auditor.records import (
    AnyKind,
    Booked,
    Cancelled,
    Changed,
    Entry,
    LentEntry,
    Pinned,
    Placed,
    PlacesEntry,
    Released,
    SeatEntry,
    Terms,
    Unpinned,
)
from proof.history.operations import DERIVED, Operation
from protocol.replies import FeeLine, HoldReply, Item, Money, OrderReply

HOLDS: Final[dict[str, tuple[type[AnyKind], ...]]] = {
    "hold.create": (Placed, Changed),
    "hold.release": (Released, Changed),
    "hold.extend": (Changed,),
    "hold.swap": (Changed,),
}
ORDERS: Final[dict[str, tuple[type[AnyKind], ...]]] = {
    "checkout.begin": (Booked, Pinned),
    "order.cancel": (Cancelled,),
}
READS: Final = frozenset({"hold.get", "order.get"})
_NO_DECIMALS: Final = frozenset(("CLP", "ISK", "JPY", "KRW", "UGX", "VND", "XAF", "XOF", "XPF"))
_THREE_DECIMALS: Final = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def check_acknowledged(operation: Operation, entry: Entry, house: House, terms: Terms) -> Iterator[str]:
    """What is wrong with the answer to a command whose position is this record's."""
    if entry.principal != operation.principal:
        yield f"{operation.told} was answered with a record of {entry.principal}'s"
    if (entry.key or "").split(DERIVED)[0] != (operation.key or ""):
        yield f"{operation.told}, key {operation.key!r}, was answered with the record under {entry.key!r}"
    kinds = (HOLDS | ORDERS).get(operation.name)
    if kinds is None:
        return
    if not isinstance(entry.what, kinds):
        yield f"{operation.told} was acknowledged with a record {type(entry.what).__name__}"
    elif operation.name in HOLDS:
        yield from _hold(operation, entry.what, house, terms)
    else:
        yield from _order(operation, entry.what, house, terms)


def _hold(operation: Operation, what: AnyKind, house: House, terms: Terms) -> Iterator[str]:
    reply = msgspec.convert(operation.reply, HoldReply, from_attributes=True)
    match what:
        case Released(hold=hold, released_ms=released_ms):
            yield from _differs(operation, reply, hold, (), released_ms, 0)
            yield from _misbilled(operation, reply, bill_of(terms, (), ()), terms.currency)
        case Placed() | Changed():
            items = items_of(house, terms.currency, what)
            yield from _differs(operation, reply, what.hold, items, what.expires_ms, what.renewals_left)
            bill = bill_of(terms, what.seats, what.places, what.shares)
            yield from _misbilled(operation, reply, bill, terms.currency)
        case _:
            pass


def _differs(
    operation: Operation,
    reply: HoldReply,
    hold: str,
    items: tuple[Item, ...],
    expires_ms: int,
    renewals_left: int,
) -> Iterator[str]:
    told = (reply.hold, reply.items, in_ms(reply.expires_at), reply.renewals_left)
    true = (hold, items, expires_ms, renewals_left)
    if told != true:
        yield f"{operation.told} was told {_short(told)}; it is {_short(true)}"


def _misbilled(operation: Operation, reply: HoldReply, bill: Bill, currency: str) -> Iterator[str]:
    told = (reply.total.amount, reply.fees)
    true = (decimal(bill.total, currency), _lines(bill, currency))
    if told != true:
        yield f"{operation.told} was told a bill of {told}; it is {true}"


def _lines(bill: Bill, currency: str) -> tuple[FeeLine, ...]:
    return tuple(
        FeeLine(name, Money(decimal(amount, currency), currency), included)
        for name, amount, included in bill.fees
    )


def _short(what: tuple[str, tuple[Item, ...], int, int]) -> str:
    hold, items, ends_ms, renewals_left = what
    seats = " ".join(f"{each.seat}*{each.qty}@{each.price.amount}" for each in items) or "nothing"
    return f"{hold} with {seats} until {ends_ms}, {renewals_left} renewals left"


def _order(operation: Operation, what: AnyKind, house: House, terms: Terms) -> Iterator[str]:
    currency = terms.currency
    reply = msgspec.convert(operation.reply, OrderReply, from_attributes=True)
    told = (reply.order, reply.status, reply.amount.amount, reply.tickets, reply.fees)
    match what:
        case Booked(order=order, amount=amount):
            tickets = items_of(house, currency, what)
            fees = _lines(bill_of(terms, what.seats, what.places, what.shares), currency)
            true = (order, "confirmed", decimal(amount, currency), tickets, fees)
        case Cancelled(order=order, amount=amount):
            true = (order, "cancelled", decimal(amount, currency), (), ())
        case Pinned(order=order, amount=amount):
            true = (order, "pending", decimal(amount, currency), (), ())
        case _:
            return
    if told != true:
        yield f"{operation.told} was told {told}; it is {true}"


def check_read(operation: Operation, ledger: Ledger) -> Iterator[str]:
    """What is wrong with what was read, given the books at its position."""
    house, terms = ledger.house, ledger.terms
    if operation.name == "order.get":
        reply = msgspec.convert(operation.reply, OrderReply, from_attributes=True)
        yield from _order_read(operation, reply, ledger.orders.get(reply.order), house, terms)
        return
    found = msgspec.convert(operation.reply, HoldReply, from_attributes=True)
    hold = ledger.holds.get(found.hold)
    if hold is None:
        yield f"{operation.told} read {found.hold}, which is not a live hold"
    else:
        items = items_of(house, terms.currency, hold)
        yield from _differs(operation, found, hold.id, items, hold.ends_ms, hold.renewals_left)
        bill = bill_of(terms, hold.seats, hold.places, hold.shares)
        yield from _misbilled(operation, found, bill, terms.currency)


def _order_read(
    operation: Operation, reply: OrderReply, order: Purchase | None, house: House, terms: Terms
) -> Iterator[str]:
    if order is None:
        yield f"{operation.told} read {reply.order}, which is not there"
        return
    confirmed = order.stands == "confirmed"
    currency = terms.currency
    tickets = items_of(house, currency, order) if confirmed else ()
    fees = _lines(bill_of(terms, order.seats, order.places, order.shares), currency) if confirmed else ()
    told = (reply.status, reply.amount.amount, reply.tickets, reply.fees)
    true = (order.stands, decimal(order.amount, currency), tickets, fees)
    if told != true:
        yield f"{operation.told} read {told} of {order.id}; it is {true}"


def check_declined(operation: Operation, entry: Entry, ledger: Ledger) -> Iterator[str]:
    """What is wrong with `payment_declined`: its position is that of the order given up."""
    if not isinstance(entry.what, Unpinned) or entry.principal != operation.principal:
        yield f"{operation.told} was declined, and its hold was not given its time back"
        return
    hold: Holding | None = ledger.holds.get(entry.what.hold)
    body = operation.body
    asked = body.get("hold") if isinstance(body, dict) else getattr(body, "hold", None)
    if asked is not None and (hold is None or hold.id != asked):
        yield f"{operation.told} was declined for {asked}, and {entry.what.hold} was given up"


def items_of(
    house: House, currency: str, of: Placed | Changed | Booked | Holding | Purchase
) -> tuple[Item, ...]:
    """Seats and places as replies tell them: those of the section first, then those of others."""
    items = [
        Item(
            house.labels[each.seat],
            house.section,
            house.categories[each.seat],
            each.kind,
            _money(each, currency),
        )
        for each in of.seats
    ]
    items += [
        Item(
            house.areas[each.area],
            house.section,
            house.area_categories[each.area],
            each.kind,
            _money(each, currency),
            each.qty,
        )
        for each in of.places
    ]
    items += [
        Item(each.label, share.section, each.category, each.kind, _money(each, currency), each.qty)
        for share in of.shares
        for each in share.items
    ]
    return tuple(items)


def _money(each: SeatEntry | PlacesEntry | LentEntry, currency: str) -> Money:
    return Money(decimal(each.price, currency), currency)


def decimal(amount: int, currency: str) -> str:
    """Minor units as a decimal string; ISO 4217 says how many decimals a currency has."""
    digits = 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2
    return str(amount) if not digits else f"{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def in_ms(moment: str) -> int:
    """RFC 3339 as Unix milliseconds."""
    parsed = datetime.fromisoformat(moment).astimezone(UTC)
    return round(parsed.timestamp() * 1000)

"""What a recorded call asked for, typed, and what that means in the books of a section."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from proof.auditor.ledger import Ledger
from proof.auditor.possessions import Holding
from proof.history.operations import Operation
from protocol.requests import (
    CheckoutBody,
    HoldCreateBody,
    HoldExtendBody,
    HoldReleaseBody,
    HoldSwapBody,
    OrderBody,
)

AskedBody = HoldCreateBody | HoldExtendBody | HoldReleaseBody | HoldSwapBody | CheckoutBody | OrderBody
BODIES: Final[dict[str, Any]] = {
    "hold.create": HoldCreateBody,
    "hold.release": HoldReleaseBody,
    "hold.extend": HoldExtendBody,
    "hold.get": HoldExtendBody,
    "hold.swap": HoldSwapBody,
    "checkout.begin": CheckoutBody,
    "order.get": OrderBody,
    "order.cancel": OrderBody,
}


def body_of(operation: Operation) -> AskedBody | None:
    """The body of a call, or None for one that does not concern holds and orders.

    Raises `msgspec.ValidationError` for a body that is none of its kind.
    """
    kind = BODIES.get(operation.name)
    if kind is None or operation.body is None:
        return None
    asked: AskedBody = msgspec.convert(operation.body, kind, from_attributes=True)
    return asked


def named_seats(ledger: Ledger, body: AskedBody) -> list[int]:
    """Ordinals of the seats asked for by name, tables' seats included; unknown names are left out."""
    match body:
        case HoldCreateBody(seats=labels) if labels is not None:
            pass
        case HoldSwapBody(take=labels):
            pass
        case _:
            return []
    house = ledger.house
    found: list[int] = []
    for label in labels:
        if label in house.ordinals:
            found.append(house.ordinals[label])
        else:
            found.extend(house.tables.get(label, ()))
    return found


def asks_elsewhere(ledger: Ledger, body: AskedBody) -> bool:
    """Whether a call names seats that this section has not, or a hold that it knows nothing of."""
    house, hold = ledger.house, named_hold(body)
    labels: tuple[str, ...] = ()
    match body:
        case HoldCreateBody(seats=seats, ga=places):
            labels = (seats or ()) if places is None else (places.area,)
        case HoldSwapBody(take=take, release=release):
            labels = (*take, *release)
        case _:
            pass
    names = {*house.ordinals, *house.tables, *house.areas}
    known = hold is None or hold in ledger.holds or hold in ledger.past
    return not known or any(label not in names for label in labels) or _gives_back_a_part(ledger, body)


def _gives_back_a_part(ledger: Ledger, body: AskedBody) -> bool:
    """Whether a swap gives back what was lent: then others are asked to lend, also this section to itself."""
    if not isinstance(body, HoldSwapBody):
        return False
    mine, house = ledger.holds.get(body.hold), ledger.house
    if mine is None or not mine.shares:
        return False
    own = {house.labels[each.seat] for each in mine.seats}
    tables = {label for label, seats in house.tables.items() if {house.labels[seat] for seat in seats} <= own}
    return not set(body.release) <= own | tables


def named_hold(body: AskedBody) -> str | None:
    """The hold that a call is about."""
    return None if isinstance(body, OrderBody) else body.hold


def live(ledger: Ledger, hold_id: str | None) -> Holding | None:
    """A hold that lives."""
    return None if hold_id is None else ledger.holds.get(hold_id)


def taken_by_others(ledger: Ledger, body: AskedBody) -> set[int]:
    """Seats asked for that somebody has, other than the hold to be changed."""
    mine = live(ledger, named_hold(body))
    # Where several sections are asked each lends anew, also what the hold has already.
    own = None if mine is None or mine.order is not None or asks_elsewhere(ledger, body) else mine.id
    return {seat for seat in named_seats(ledger, body) if ledger.owners[seat] not in (None, own)}


def size_asked(ledger: Ledger, body: AskedBody) -> int:
    """How many places a call would add to what the caller has."""
    match body:
        case HoldCreateBody(best=best) if best is not None:
            return best.qty
        case HoldCreateBody(ga=places) if places is not None:
            return places.qty
        case HoldSwapBody(release=release):
            house = ledger.house
            back = sum(len(house.tables.get(label, (0,))) for label in release)
            return len(named_seats(ledger, body)) - back
        case _:
            return len(named_seats(ledger, body))

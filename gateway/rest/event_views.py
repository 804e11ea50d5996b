"""An event as callers see it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from engine.catalogue import EventInfo, EventStatus, Mode, Pause
from engine.listings import Found, Venue
from engine.terms import Fee, Limits
from engine.views import Money, money, rfc3339
from gateway.rest.call import Call
from protocol.requests import Amount, Position, Text


class EventFee(msgspec.Struct, frozen=True):
    """A fee for each ticket or once for an order: `amount`, and `percent` of the price.

    An `included` fee is told and is a part of the prices; others come on top of them.
    """

    name: Text
    amount: Amount = "0"
    percent: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$(?!\n)")] = "0"
    per: Literal["ticket", "order"] = "ticket"
    included: bool = False


class EventSection(msgspec.Struct, frozen=True):
    """A section of an event."""

    name: str
    seats: int
    ga_capacity: int
    areas: tuple[str, ...]


class VenueReply(msgspec.Struct, frozen=True):
    """A venue; `distance_m` is told where somebody asked from a place."""

    venue: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    zone: str
    address: str
    distance_m: int | None = None


class Left(msgspec.Struct, frozen=True):
    """What was left at `as_of`: places in all, and the least that one of them costs."""

    free: int
    price: Money | None
    as_of: str


class PauseReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """Since when a sale rests, and what its organiser says of why, if anything."""

    since: str
    reason: str | None = None


class EventReply(msgspec.Struct, frozen=True):
    """An event as it now is. `limits` are those that a buyer meets, durations in milliseconds.

    `prices` are decimal strings by category and ticket type, as a new hold pays them.
    Of a `queued` event nobody holds a seat without a pass of its waiting room.
    `at` is told of a step that its sections took: the position of each from which on it holds.
    At `opens_at` the sale of a published event opens by itself; `pause` is told of a sale that rests.
    What is `left` is told where events are looked for.
    """

    event: str
    name: str
    plan: str
    status: EventStatus
    currency: str
    limits: Limits
    sections: tuple[EventSection, ...]
    created_at: str
    at: dict[str, Position] = {}
    queued: bool = False
    fees: tuple[EventFee, ...] = ()
    organiser: str = ""
    mode: Mode = "live"
    prices: dict[str, dict[str, str]] = {}
    venue: VenueReply | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    doors_at: str | None = None
    zone: str | None = None
    category: str | None = None
    description: str = ""
    left: Left | None = None
    pause: PauseReply | None = None
    opens_at: str | None = None


def event_reply(info: EventInfo, venue: Venue | None = None, found: Found | None = None) -> EventReply:
    """What a caller sees of an event, which takes place at `venue` and was `found`."""
    sections = tuple(
        EventSection(each.name, each.seats, each.ga_capacity, each.areas) for each in info.sections
    )
    terms, billing = info.terms, info.billing
    return EventReply(
        *(info.id, info.name, info.plan, info.status, terms.currency, terms.limits, sections),
        created_at=rfc3339(info.created_ms),
        queued=info.queue is not None,
        fees=tuple(_fee(fee, terms.currency) for fee in terms.fees),
        organiser=info.organiser,
        mode=info.mode,
        prices={
            category: {kind: money(amount, terms.currency).amount for kind, amount in types.items()}
            for category, types in terms.prices.items()
        },
        venue=None if venue is None else venue_reply(venue, None if found is None else found.distance_m),
        starts_at=_when(billing.starts_ms),
        ends_at=_when(billing.ends_ms),
        doors_at=_when(billing.doors_ms),
        zone=billing.zone or (None if venue is None else venue.zone),
        category=billing.category,
        description=billing.description,
        left=None if found is None else left(found, terms.currency),
        pause=None if info.pause is None else _pause(info.pause),
        opens_at=_when(billing.opens_ms),
    )


def venue_reply(venue: Venue, distance_m: float | None = None) -> VenueReply:
    """What a caller sees of a venue."""
    place, away = venue.place, None if distance_m is None else round(distance_m)
    return VenueReply(
        *(venue.id, venue.name, venue.city, venue.country, place.latitude, place.longitude),
        *(venue.zone, venue.address, away),
    )


def left(found: Found, currency: str) -> Left:
    """What is left of what was found."""
    price = None if found.price is None else priced(found.price, currency)
    return Left(found.free, price, rfc3339(found.as_of_ms))


def priced(price: float, currency: str) -> Money:
    """A price in units of a currency as it is written."""
    decimals = len(money(0, currency).amount.partition(".")[2])
    return money(round(price * 10**decimals), currency)


async def shown(call: Call, info: EventInfo) -> EventReply:
    """An event with its venue."""
    venue_id = info.billing.venue
    venue = None if venue_id is None else await call.parts.catalogue.discovery.venue(venue_id)
    return event_reply(info, venue)


def _when(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)


def _pause(pause: Pause) -> PauseReply:
    return PauseReply(rfc3339(pause.since_ms), pause.reason or None)


def _fee(fee: Fee, currency: str) -> EventFee:
    amount, percent = money(fee.amount, currency).amount, f"{fee.share // 100}.{fee.share % 100:02d}"
    return EventFee(fee.name, amount, percent, fee.per, fee.included)

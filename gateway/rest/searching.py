"""What callers look for, read from a query."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from engine.listings import PUBLIC, Audience, Availability, EventQuery, Near, Sort
from engine.places import FARTHEST_M, Box, Place
from engine.words import words
from gateway.access.auth import Principal
from gateway.rest.announcing import moment_ms
from gateway.rest.call import Call, Refused
from protocol.errors import ErrorCode, problem
from protocol.requests import Amount, Label, Text

PAGE_MAX: Final = 100
WORDS_MAX: Final = 12
_NUMBER: Final = r"-?[0-9]{1,3}(\.[0-9]{1,20})?"
Point = Annotated[str, msgspec.Meta(pattern=rf"^{_NUMBER},{_NUMBER}$(?!\n)")]
Corners = Annotated[str, msgspec.Meta(pattern=rf"^{_NUMBER}(,{_NUMBER}){{3}}$(?!\n)")]
Radius = Annotated[float, msgspec.Meta(gt=0, le=FARTHEST_M)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)]
Mark = Annotated[str, msgspec.Meta(max_length=512)]


class VenueSearch(msgspec.Struct, frozen=True):
    """Which venues: `near` is latitude and longitude."""

    near: Point | None = None
    radius_m: Radius | None = None
    limit: Limit = 20
    after: Mark | None = None


class EventSearch(VenueSearch, frozen=True, rename={"from_": "from"}):
    """Which events, in which order.

    `near` is latitude and longitude, `bbox` west, south, east, north (RFC 7946). `q` has words or
    their beginnings, all of which must be found. `min_free` places are left for at most `max_price`
    each, side by side if `together`. Without `sort` the nearest come first where `near` is said, and
    else the newest.
    """

    bbox: Corners | None = None
    q: Text | None = None
    from_: datetime | None = None
    to: datetime | None = None
    category: Text | None = None
    venue: Label | None = None
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] | None = None
    min_free: Annotated[int, msgspec.Meta(ge=1, le=10_000)] | None = None
    max_price: Amount | None = None
    together: bool = False
    sort: Literal["newest", "date", "price", "distance"] | None = None


def near_of(search: VenueSearch) -> Near | None:
    """Around where. Raises `Refused` for what is not on earth."""
    if search.near is None:
        if search.radius_m is not None:
            raise Refused(problem(ErrorCode.INVALID, "A radius needs a place that it is around: near."))
        return None
    latitude, longitude = map(float, search.near.split(","))
    return Near(_place(latitude, longitude), search.radius_m)


def query_of(call: Call) -> tuple[EventQuery, Sort]:
    """What is looked for, and in which order. Raises `Refused`."""
    search: EventSearch = call.query
    near = near_of(search)
    sort: Sort = search.sort or ("newest" if near is None else "distance")
    if sort == "distance" and near is None:
        raise Refused(problem(ErrorCode.INVALID, "To be sorted by distance it needs a place: near."))
    query = EventQuery(
        audience=_audience(call.anyone),
        near=near,
        box=None if search.bbox is None else _box(search.bbox),
        words=words(search.q or "")[:WORDS_MAX],
        from_ms=moment_ms(_zoned(search.from_)),
        to_ms=moment_ms(_zoned(search.to)),
        category=search.category,
        venue=search.venue,
        currency=search.currency,
        available=_available(search),
    )
    return query, sort


def _audience(caller: Principal | None) -> Audience:
    """Whom the caller looks for; what is found is judged once more, by the one table of rights."""
    if caller is None:
        return PUBLIC
    houses = tuple(sorted({organiser for organiser, _ in caller.memberships}))
    if caller.scopes is not None:
        return Audience(public=False, houses=houses, mode=caller.mode)
    return Audience(houses=houses, everything=caller.role == "admin")


def _available(search: EventSearch) -> Availability | None:
    if search.min_free is None and search.max_price is None and not search.together:
        return None
    price = None if search.max_price is None else float(search.max_price)
    return Availability(search.min_free or (2 if search.together else 1), price, search.together)


def _box(text: str) -> Box:
    west, south, east, north = map(float, text.split(","))
    _place(south, west), _place(north, east)
    if south > north:
        raise Refused(problem(ErrorCode.INVALID, "The south of a box is not north of its north."))
    return Box(west, south, east, north)


def _place(latitude: float, longitude: float) -> Place:
    try:
        return msgspec.convert({"latitude": latitude, "longitude": longitude}, Place)
    except msgspec.ValidationError:
        raise Refused(problem(ErrorCode.INVALID, "This place is not on earth.")) from None


def _zoned(moment: datetime | None) -> datetime | None:
    """A moment with its zone. Raises `Refused` for one that could be anywhere."""
    if moment is not None and moment.tzinfo is None:
        raise Refused(problem(ErrorCode.INVALID, "A time needs its zone, such as Z."))
    return moment

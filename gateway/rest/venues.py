"""Venues over REST: where events take place."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from engine.catalogue import DEFAULT_ORGANISER
from engine.listings import Venue
from engine.places import Latitude, Longitude, Place
from gateway.rest.announcing import NO_VENUE, Zone, check_zone
from gateway.rest.call import Call, Refused
from gateway.rest.event_views import VenueReply, venue_reply
from gateway.rest.operation import Operation
from gateway.rest.searching import VenueSearch, near_of
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import Label, Text

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]


class NewVenue(msgspec.Struct, frozen=True):
    """A venue to be made. `zone` is an IANA name, `country` an ISO 3166 code; degrees are WGS 84.

    `organiser` is whose it is to be, and need not be said by who acts for one alone.
    """

    name: Text
    city: Text
    country: Country
    latitude: Latitude
    longitude: Longitude
    zone: Zone = "UTC"
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""
    organiser: Label | None = None


class VenueList(msgspec.Struct, frozen=True):
    """A page of venues; `next` is the `after` of the following page."""

    data: tuple[VenueReply, ...]
    has_more: bool
    next: str | None


async def create_venue(call: Call) -> VenueReply:
    """Create a venue; each call makes another one."""
    body: NewVenue = call.body
    check_zone(body.zone)
    now_ms = call.parts.clock.now_ms()
    organiser = DEFAULT_ORGANISER if call.tenant is None else call.tenant.organiser
    place = Place(body.latitude, body.longitude)
    venue = Venue(
        *("ven_" + call.parts.ids.fresh(0, now_ms), body.name, body.city, body.country, place, now_ms),
        *(body.zone, body.address, organiser),
    )
    await call.parts.catalogue.discovery.add_venue(venue)
    return venue_reply(venue)


async def list_venues(call: Call) -> VenueList:
    """Look for venues: the nearest first where `near` is said, else the newest."""
    query: VenueSearch = call.query
    near = near_of(query)
    try:
        page = await call.parts.catalogue.discovery.venues(near, query.limit, query.after)
    except ValueError:
        raise Refused(problem(ErrorCode.INVALID, "This page mark is not of such a list.")) from None
    shown = tuple(venue_reply(venue, away) for venue, away in page.venues)
    return VenueList(shown, page.next is not None, page.next)


async def read_venue(call: Call) -> VenueReply | Problem:
    """Read a venue."""
    venue = await call.parts.catalogue.discovery.venue(call.path("venue"))
    return NO_VENUE if venue is None else venue_reply(venue)


OPERATIONS: Final = (
    Operation(
        "POST",
        "/venues",
        "Create a venue",
        create_venue,
        NewVenue,
        VenueReply,
        status=201,
        errors=(ErrorCode.INVALID,),
    ),
    Operation(
        "GET",
        "/venues",
        "Look for venues",
        list_venues,
        reply=VenueList,
        query=VenueSearch,
        errors=(ErrorCode.INVALID,),
    ),
    Operation("GET", "/venues/{venue}", "Read a venue", read_venue, reply=VenueReply),
)

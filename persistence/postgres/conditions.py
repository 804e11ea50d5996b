"""What somebody looks for, as conditions on listings."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engine.listings import Audience, Availability, EventQuery
from engine.places import Box
from persistence.postgres.listing_tables import SIMPLE, ListingTable, OfferTable
from persistence.postgres.positions import Positions
from persistence.postgres.rows import storable

LISTINGS = ListingTable.__table__


def conditions(query: EventQuery, positions: Positions) -> Iterator[sa.ColumnElement[bool]]:
    """All that must hold."""
    listing = LISTINGS.c
    yield from _shown_to(query.audience)
    if query.near is not None:
        yield listing.latitude.is_not(None)
        if query.near.radius_m is not None:
            yield positions.within(LISTINGS, query.near.place, query.near.radius_m)
    if query.box is not None:
        yield _in_box(query.box)
    if query.words:
        beginnings = " & ".join(f"{storable(word)}:*" for word in query.words)
        yield listing.words.op("@@", is_comparison=True)(sa.func.to_tsquery(SIMPLE, beginnings))
    if query.from_ms is not None:
        yield listing.starts_ms >= query.from_ms
    if query.to_ms is not None:
        yield listing.starts_ms < query.to_ms
    for column, wanted in (
        (listing.category, query.category),
        (listing.venue, query.venue),
        (listing.currency, query.currency),
    ):
        if wanted is not None:
            yield column == storable(wanted)
    if query.available is not None:
        yield _available(query.available)


def _shown_to(audience: Audience) -> Iterator[sa.ColumnElement[bool]]:
    listing = LISTINGS.c
    if audience.mode is not None:
        yield listing.mode == audience.mode
    if not audience.everything:
        ways: list[sa.ColumnElement[bool]] = [listing.organiser.in_(audience.houses)]
        if audience.public:
            ways.append(sa.and_(listing.status != "draft", listing.mode == "live"))
        yield sa.or_(*ways)


def _in_box(box: Box) -> sa.ColumnElement[bool]:
    """PostgreSQL's own points on a flat map: the edges of a box are lines of latitude and longitude."""
    place = sa.func.point(LISTINGS.c.longitude, LISTINGS.c.latitude)
    corners = [
        sa.func.box(sa.func.point(west, box.south), sa.func.point(east, box.north))
        for west, east in box.spans()
    ]
    return sa.or_(*(place.op("<@", is_comparison=True)(each) for each in corners))


def _available(wanted: Availability) -> sa.ColumnElement[bool]:
    offer = OfferTable.__table__.c
    fits = [offer.event == LISTINGS.c.event]
    if wanted.max_price is not None:
        fits.append(offer.price <= wanted.max_price)
    if wanted.together:
        return sa.exists().where(*fits, offer.run >= wanted.min_free)
    free = sa.select(sa.func.coalesce(sa.func.sum(offer.free), 0)).where(*fits).scalar_subquery()
    return free >= wanted.min_free

"""Writes listings: in the same transaction as what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.catalogue import EventInfo
from engine.listings import DEAR, FAR_MS, Survey, Venue
from engine.offers import first_offers, lowest_price
from engine.places import Place
from engine.plan import Plan
from engine.terms import Terms
from engine.words import words
from persistence.errors import VenueUnknown
from persistence.postgres.listing_tables import SIMPLE, ListingTable, OfferTable, SurveyTable, VenueTable
from persistence.postgres.rows import storable
from persistence.postgres.tables import EventRow
from persistence.sql import load_statements

SQL = load_statements("persistence.postgres", "discovery.sql")


def venue_of(row: Any) -> Venue:
    """A venue from its row."""
    return Venue(
        *(row.id, row.name, row.city, row.country, Place(row.latitude, row.longitude), row.created_ms),
        *(row.zone, row.address, row.organiser),
    )


def venue_row(venue: Venue) -> dict[str, Any]:
    """A venue's row."""
    row = msgspec.structs.asdict(venue)
    place = row.pop("place")
    return row | {"latitude": place.latitude, "longitude": place.longitude}


async def venue_of_event(connection: AsyncConnection, event: EventInfo) -> Venue | None:
    """Where an event takes place. Raises `VenueUnknown`."""
    if event.billing.venue is None:
        return None
    query = sa.select(VenueTable.__table__).where(VenueTable.id == storable(event.billing.venue))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise VenueUnknown(f"there is no venue {event.billing.venue}")
    return venue_of(row)


def searched_words(event: EventInfo, venue: Venue | None) -> str:
    """All the words that an event is found under."""
    billing = event.billing
    parts = [event.name, billing.category or "", billing.description]
    if venue is not None:
        parts += [venue.name, venue.city, venue.country]
    return " ".join(words(" ".join(parts)))


def announced(event: EventInfo, venue: Venue | None) -> dict[str, Any]:
    """What a listing has by the event's word alone, by column."""
    billing = event.billing
    return {
        "status": event.status,
        "organiser": event.organiser,
        "mode": event.mode,
        "venue": billing.venue,
        "latitude": None if venue is None else venue.place.latitude,
        "longitude": None if venue is None else venue.place.longitude,
        "category": billing.category,
        "currency": event.terms.currency,
        "starts_ms": FAR_MS if billing.starts_ms is None else billing.starts_ms,
    }


async def list_event(connection: AsyncConnection, event: EventInfo) -> None:
    """Write the listing of an event, anew if there is one; what is left of it stays as it is."""
    venue = await venue_of_event(connection, event)
    values = announced(event, venue) | {"words": sa.func.to_tsvector(SIMPLE, searched_words(event, venue))}
    new = {"event": event.id, **values, "free": 0, "price": DEAR, "as_of_ms": event.created_ms}
    statement = insert(ListingTable).values(new)
    await connection.execute(statement.on_conflict_do_update(index_elements=["event"], set_=values))


async def begin_surveys(connection: AsyncConnection, event: EventInfo, plan: Plan) -> None:
    """What there is of a new event, which nobody has taken anything of: no section has to be woken for it."""
    surveys = [
        Survey(part.stream, event.id, 1, event.created_ms, first_offers(plan, part.name, event.terms))
        for part in event.sections
    ]
    if surveys:
        await connection.execute(sa.insert(SurveyTable), [survey_row(survey) for survey in surveys])
        await insert_offers(connection, surveys)
    await sum_up(connection, event.id)


async def terms_now(connection: AsyncConnection, event_id: str) -> Terms | None:
    """An event's terms, which nobody changes until the transaction ends."""
    query = sa.select(EventRow.terms).where(EventRow.id == storable(event_id)).with_for_update(read=True)
    stored = await connection.scalar(query)
    return None if stored is None else msgspec.convert(stored, Terms)


async def reprice(connection: AsyncConnection, event_id: str, terms: Terms, category: str) -> None:
    """Put the price of a category into what is left of an event."""
    where = (OfferTable.event == event_id, OfferTable.category == category)
    price = lowest_price(terms, category)
    await connection.execute(sa.update(OfferTable).where(*where).values(price=price))
    await sum_up(connection, event_id)


async def insert_offers(connection: AsyncConnection, surveys: Sequence[Survey]) -> None:
    """Write what surveys found; nothing of theirs may be there."""
    rows = [row for survey in surveys for row in offer_rows(survey)]
    if rows:
        await connection.execute(sa.insert(OfferTable), rows)


def offer_rows(survey: Survey) -> list[dict[str, Any]]:
    """The rows of what a survey found."""
    return [
        {"event": survey.event, "stream": survey.stream, "category": offer.category}
        | {"price": offer.price, "free": offer.free, "run": offer.run}
        for offer in survey.offers
    ]


async def sum_up(connection: AsyncConnection, event_id: str) -> None:
    """Add up what is left of an event."""
    await connection.execute(sa.text(SQL["sum_up"]), {"event": event_id})


def survey_row(survey: Survey) -> dict[str, Any]:
    """A survey's own row."""
    return {
        "stream": survey.stream,
        "event": survey.event,
        "seq": survey.seq,
        "as_of_ms": survey.as_of_ms,
        "claimed_ms": 0,
    }

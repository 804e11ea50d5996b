"""Many events of one plan at once: the rows of `PostgresCatalogue.create_event`, hundreds a statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.catalogue import EventInfo, PlanInfo, SectionInfo
from engine.listings import DEAR, Survey, Venue
from engine.offers import first_offers
from engine.plan import Plan
from persistence.checksum import record_checksum
from persistence.drafts import genesis
from persistence.postgres.listing_tables import SIMPLE, ListingTable, OfferTable, SurveyTable
from persistence.postgres.listings import announced, offer_rows, searched_words, survey_row
from persistence.postgres.rows import SQL, event_row, stream_draft
from persistence.postgres.tables import EventRow, StreamRow


async def create_all(
    connection: AsyncConnection,
    events: Sequence[EventInfo],
    info: PlanInfo,
    plan: Plan,
    venues: dict[str, Venue],
) -> None:
    """Write events that have ids already and no sections yet; none of them has a waiting room."""
    if not events:
        return
    await connection.execute(sa.insert(EventRow), [event_row(event) for event in events])
    sections = await _begin_streams(connection, events, info, plan)
    surveys = {event.id: _surveys(event, sections[event.id], plan) for event in events}
    every = [survey for found in surveys.values() for survey in found]
    await connection.execute(sa.insert(SurveyTable), [survey_row(survey) for survey in every])
    await connection.execute(sa.insert(OfferTable), [row for survey in every for row in offer_rows(survey)])
    listed = sa.insert(ListingTable).values(words=sa.func.to_tsvector(SIMPLE, sa.bindparam("text")))
    await connection.execute(listed, [_listing_row(event, venues, surveys[event.id]) for event in events])


def _surveys(event: EventInfo, sections: Sequence[SectionInfo], plan: Plan) -> list[Survey]:
    return [
        Survey(part.stream, event.id, 1, event.created_ms, first_offers(plan, part.name, event.terms))
        for part in sections
    ]


async def _begin_streams(
    connection: AsyncConnection, events: Sequence[EventInfo], info: PlanInfo, plan: Plan
) -> dict[str, list[SectionInfo]]:
    drafts = [
        stream_draft(event.id, ordinal, plan) for event in events for ordinal in range(len(plan.sections))
    ]
    inserted = sa.insert(StreamRow).returning(StreamRow.event, StreamRow.ordinal, StreamRow.id)
    numbers = {(row.event, row.ordinal): row.id for row in await connection.execute(inserted, drafts)}
    at_ms = events[0].created_ms
    records = {
        numbers[event.id, ordinal]: genesis(event.id, section.name, info, event.terms, at_ms)
        for event in events
        for ordinal, section in enumerate(plan.sections)
    }
    streams = list(records)
    values = {
        "streams": streams,
        "checksums": [record_checksum(stream, 1, 0, records[stream]) for stream in streams],
        "records": list(records.values()),
        "at_ms": at_ms,
    }
    await connection.execute(sa.text(SQL["begin_leases"]), {"streams": streams})
    await connection.execute(sa.text(SQL["write_genesis"]), values)
    sections: dict[str, list[SectionInfo]] = {event.id: [] for event in events}
    for draft in drafts:
        sections[draft["event"]].append(_section(numbers[draft["event"], draft["ordinal"]], draft))
    return sections


def _section(stream: int, draft: dict[str, Any]) -> SectionInfo:
    return SectionInfo(
        *(stream, draft["section"], draft["ordinal"], draft["history"]),
        *(draft["seats"], draft["ga_capacity"], tuple(draft["areas"])),
    )


def _listing_row(event: EventInfo, venues: dict[str, Venue], surveys: Sequence[Survey]) -> dict[str, Any]:
    venue = venues.get(event.billing.venue or "")
    offers = [offer for survey in surveys for offer in survey.offers]
    return announced(event, venue) | {
        "event": event.id,
        "text": searched_words(event, venue),
        "free": sum(offer.free for offer in offers),
        "price": min((offer.price for offer in offers if offer.free), default=DEAR),
        "as_of_ms": event.created_ms,
    }

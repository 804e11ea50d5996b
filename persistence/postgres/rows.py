"""Between the catalogue's rows and its nouns, and the rows that begin an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.catalogue import EventInfo, OrderRow, PlanInfo, SectionInfo
from engine.plan import Plan
from engine.terms import Terms
from persistence.checksum import record_checksum
from persistence.drafts import genesis, new_history, section_counts
from persistence.postgres.tables import PlanRow, StreamRow
from persistence.sql import load_statements

SQL = load_statements("persistence.postgres", "catalogue.sql")


def plan_columns() -> list[sa.ColumnElement[Any]]:
    """The columns of `PlanInfo`, by its field names."""
    return [PlanRow.__table__.columns[field] for field in PlanInfo.__struct_fields__]


def event_info(event: Any, streams: Sequence[Any]) -> EventInfo:
    """An event from its row and those of its streams, which come in plan order."""
    sections = tuple(
        SectionInfo(
            *(stream.id, stream.section, stream.ordinal, stream.history),
            *(stream.seats, stream.ga_capacity, tuple(stream.areas)),
        )
        for stream in streams
    )
    terms = msgspec.convert(event.terms, Terms)
    return EventInfo(event.id, event.name, event.plan, event.status, terms, sections, event.created_ms)


def order_columns(rows: Sequence[OrderRow]) -> list[tuple[object, ...]]:
    """Rows turned into one sequence a column, in the order of the fields, as `unnest` takes them."""
    return list(zip(*(msgspec.structs.astuple(row) for row in rows), strict=True))


async def begin_streams(
    connection: AsyncConnection, event: EventInfo, info: PlanInfo, plan: Plan
) -> tuple[SectionInfo, ...]:
    """A stream, a lease and a genesis record for each section of a new event, in plan order."""
    drafts = [_draft(event.id, ordinal, plan) for ordinal in range(len(plan.sections))]
    if not drafts:
        return ()
    inserted = sa.insert(StreamRow).returning(StreamRow.ordinal, StreamRow.id)
    rows = (await connection.execute(inserted, drafts)).all()
    numbers = [number for _, number in sorted((ordinal, number) for ordinal, number in rows)]
    records = [
        genesis(event.id, section.name, info, event.terms, event.created_ms) for section in plan.sections
    ]
    checksums = [
        record_checksum(number, 1, 0, record) for number, record in zip(numbers, records, strict=True)
    ]
    await connection.execute(sa.text(SQL["begin_leases"]), {"streams": numbers})
    await connection.execute(
        sa.text(SQL["write_genesis"]),
        {"streams": numbers, "checksums": checksums, "records": records, "at_ms": event.created_ms},
    )
    return tuple(
        SectionInfo(
            *(number, draft["section"], draft["ordinal"], draft["history"]),
            *(draft["seats"], draft["ga_capacity"], tuple(draft["areas"])),
        )
        for number, draft in zip(numbers, drafts, strict=True)
    )


def _draft(event: str, ordinal: int, plan: Plan) -> dict[str, Any]:
    section = plan.sections[ordinal]
    seats, ga_capacity, areas = section_counts(section)
    return {
        "event": event,
        "section": section.name,
        "ordinal": ordinal,
        "history": new_history(),
        "seats": seats,
        "ga_capacity": ga_capacity,
        "areas": list(areas),
    }


def storable(text: str) -> str:
    """Text that PostgreSQL takes, which knows no NUL: what callers look for may be anything."""
    return text.replace("\0", "\ufffd")

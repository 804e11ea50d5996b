"""Between the catalogue's rows and its nouns, and the rows that begin an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.catalogue import (
    QUEUE,
    Billing,
    EventInfo,
    EventStatus,
    Pause,
    PlanInfo,
    QueueInfo,
    SectionInfo,
    opening_ms,
    pause_in,
)
from engine.plan import Plan
from engine.queue.terms import QueueTerms
from engine.terms import Terms
from persistence.checksum import record_checksum
from persistence.drafts import genesis, new_history, room_genesis, section_counts
from persistence.postgres.tables import EventRow, PlanRow, StreamRow
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
        if stream.section != QUEUE
    )
    room = next((QueueInfo(each.id, each.history) for each in streams if each.section == QUEUE), None)
    terms = msgspec.convert(event.terms, Terms)
    billing = msgspec.convert(event.billing, Billing)
    return EventInfo(
        *(event.id, event.name, event.plan, event.status, terms, sections, event.created_ms, room),
        organiser=event.organiser,
        mode=event.mode,
        actors=event.actors,
        billing=billing,
        pause=_pause(event.pause),
    )


def event_row(event: EventInfo) -> dict[str, Any]:
    """The columns of a new event."""
    row = msgspec.structs.asdict(event)
    del row["sections"], row["queue"]
    return row | {"terms": msgspec.to_builtins(event.terms), "billing": msgspec.to_builtins(event.billing)}


def standing(before: Any, status: EventStatus, at_ms: int, reason: str) -> dict[str, Any]:
    """The columns of an event in `status` from now on, which had those of `before`."""
    pause = pause_in(status, _pause(before.pause), at_ms, reason)
    return {
        "status": status,
        "pause": None if pause is None else msgspec.to_builtins(pause),
        "opening_ms": opening_ms(status, msgspec.convert(before.billing, Billing)),
    }


def billed(name: str, billing: Billing) -> dict[str, Any]:
    """The columns of an event that is announced so from now on."""
    opens = sa.case((EventRow.status == "published", billing.opens_ms), else_=EventRow.opening_ms)
    return {"name": name, "billing": msgspec.to_builtins(billing), "opening_ms": opens}


def _pause(column: Any) -> Pause | None:
    return None if column is None else msgspec.convert(column, Pause)


async def begin_streams(
    connection: AsyncConnection, event: EventInfo, info: PlanInfo, plan: Plan, queue: QueueTerms | None
) -> tuple[tuple[SectionInfo, ...], QueueInfo | None]:
    """A stream, a lease and a genesis record for each section of a new event, in plan order, and its room."""
    drafts = [stream_draft(event.id, ordinal, plan) for ordinal in range(len(plan.sections))]
    records = [
        genesis(event.id, section.name, info, event.terms, event.created_ms) for section in plan.sections
    ]
    if queue is not None:
        drafts.append(_room_draft(event.id, len(drafts)))
        records.append(room_genesis(event.id, queue, event.created_ms))
    if not drafts:
        return (), None
    numbers = await _begin(connection, drafts, records, event.created_ms)
    sections = tuple(
        SectionInfo(
            *(number, draft["section"], draft["ordinal"], draft["history"]),
            *(draft["seats"], draft["ga_capacity"], tuple(draft["areas"])),
        )
        for number, draft in zip(numbers, drafts, strict=True)
        if draft["section"] != QUEUE
    )
    return sections, None if queue is None else QueueInfo(numbers[-1], drafts[-1]["history"])


async def _begin(
    connection: AsyncConnection, drafts: list[dict[str, Any]], records: list[bytes], at_ms: int
) -> list[int]:
    """Begin these streams with these first records; their numbers, in the same order."""
    inserted = sa.insert(StreamRow).returning(StreamRow.ordinal, StreamRow.id)
    rows = (await connection.execute(inserted, drafts)).all()
    numbers = [number for _, number in sorted((ordinal, number) for ordinal, number in rows)]
    checksums = [
        record_checksum(number, 1, 0, record) for number, record in zip(numbers, records, strict=True)
    ]
    await connection.execute(sa.text(SQL["begin_leases"]), {"streams": numbers})
    await connection.execute(
        sa.text(SQL["write_genesis"]),
        {"streams": numbers, "checksums": checksums, "records": records, "at_ms": at_ms},
    )
    return numbers


def _room_draft(event: str, ordinal: int) -> dict[str, Any]:
    columns = {"event": event, "section": QUEUE, "ordinal": ordinal, "history": new_history()}
    return {**columns, "seats": 0, "ga_capacity": 0, "areas": []}


def stream_draft(event: str, ordinal: int, plan: Plan) -> dict[str, Any]:
    """The row of a section's stream, without its number."""
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


def among(column: Any, texts: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a column has one of these texts.

    However many there are it is the same statement, prepared once; `IN` makes another one for each number.
    """
    wanted = sa.literal([storable(text) for text in texts], ARRAY(sa.Text))
    has_one: sa.ColumnElement[bool] = sa.any_(wanted) == column
    return has_one


def storable(text: str) -> str:
    """Text that PostgreSQL takes, which knows no NUL: what callers look for may be anything."""
    return text.replace("\0", "\ufffd")

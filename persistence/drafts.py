"""What the catalogue writes when a plan is stored or an event begins, ready for either home."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from engine.catalogue import DEFAULT_ORGANISER, PlanInfo
from engine.events import Record, SectionCreated
from engine.ids import RANDOM_BITS, id_body
from engine.plan import Plan, Section
from engine.plans.canonical import plan_digest
from engine.queue.events import RoomCreated, RoomRecord, encode_room_record
from engine.queue.terms import QueueTerms
from engine.record_codec import encode_record
from engine.terms import Terms

#: Whose deed a genesis record is: nobody can sign in under this name.
SYSTEM = "system"
HISTORY_BITS = 48
RandomBits = Callable[[int], int]
"""Gives so many random bits as a number; real ones are `secrets.randbits`."""


def new_id(prefix: str, at_ms: int, randbits: RandomBits = secrets.randbits) -> str:
    """A fresh public id of an object that belongs to no stream."""
    return f"{prefix}_{id_body(at_ms, randbits(RANDOM_BITS))}"


def new_history(randbits: RandomBits = secrets.randbits) -> str:
    """A fresh public epoch (`ep`) for a stream whose history begins."""
    return f"{randbits(HISTORY_BITS):0{HISTORY_BITS // 4}x}"


def plan_info(
    plan: Plan, at_ms: int, organiser: str = DEFAULT_ORGANISER, randbits: RandomBits = secrets.randbits
) -> PlanInfo:
    """The catalogue's entry for a plan that is stored now."""
    return PlanInfo(
        id=new_id("pln", at_ms, randbits),
        name=plan.name,
        digest=plan_digest(plan),
        sections=len(plan.sections),
        seats=plan.seat_count,
        ga_capacity=plan.ga_capacity,
        created_ms=at_ms,
        organiser=organiser,
    )


def section_counts(section: Section) -> tuple[int, int, tuple[str, ...]]:
    """A section's seats, its general-admission places, and the names of its areas."""
    seats = sum(len(row.seats) for row in section.rows) + sum(len(table.seats) for table in section.tables)
    return seats, sum(area.capacity for area in section.areas), tuple(area.name for area in section.areas)


def room_genesis(event: str, terms: QueueTerms, at_ms: int) -> bytes:
    """The first record of a waiting room's journal, encoded."""
    return encode_room_record(RoomRecord(at_ms, SYSTEM, RoomCreated(event, terms)))


def genesis(event: str, section: str, plan: PlanInfo, terms: Terms, at_ms: int) -> bytes:
    """The first record of a section's journal, encoded."""
    created = SectionCreated(event, section, plan.id, plan.digest, terms)
    return encode_record(Record(at_ms, SYSTEM, created))

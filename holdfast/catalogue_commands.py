"""Importing plans and creating events from the command line, with or without a server running."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from engine.catalogue import DEFAULT_ORGANISER, Billing, EventInfo
from engine.event_terms import complete_terms
from engine.plan import Plan
from engine.plans.importing import PlanFormat, describe, import_plan
from engine.queue.terms import QueueTerms, faults
from engine.terms import Terms
from gateway.rest.announcing import Announced, billing_of
from gateway.rest.call import Refused
from gateway.waiting.settings import QueueSettings, terms_of
from holdfast.database import open_database
from holdfast.settings import Settings
from persistence.postgres.catalogue import PostgresCatalogue

NO_BILLING = Billing()


class StoredPlan(msgspec.Struct, frozen=True):
    """A plan as it was stored, and what of the drawing it cannot express."""

    plan: str
    sections: int
    seats: int
    ga_capacity: int
    warnings: tuple[str, ...]


async def store_plan(
    settings: Settings,
    data: bytes,
    kind: PlanFormat | None,
    name: str | None,
    organiser: str = DEFAULT_ORGANISER,
) -> StoredPlan:
    """Import a drawing and store its plan as an organiser's.

    Raises `PlanInvalid`, or `LookupError` for an unknown organiser, before anything is stored.
    """
    result = import_plan(data, kind, name)
    async with _catalogue(settings) as catalogue:
        if not await catalogue.has_organiser(organiser):
            raise LookupError(f"there is no organiser {organiser}")
        info = await catalogue.save_plan(result.plan, _now_ms(), organiser)
    figures = describe(result)
    return StoredPlan(
        info.id, figures["sections"], figures["seats"], figures["ga_capacity"], tuple(figures["warnings"])
    )


async def store_event(
    settings: Settings,
    plan_id: str,
    name: str,
    terms_json: bytes | None,
    *,
    opened: bool,
    queue_json: bytes | None = None,
    billing: Billing = NO_BILLING,
) -> EventInfo:
    """Create an event; prices that `terms_json` does not set are the plan's face values.

    With `queue_json` it has a waiting room; `billing` is how it is announced. Raises `LookupError`
    for an unknown plan or venue and `ValueError` for terms that make no sense.
    """
    queue = None if queue_json is None else queue_terms(queue_json)
    async with _catalogue(settings) as catalogue:
        plan = await catalogue.plan(plan_id)
        if plan is None:
            raise LookupError(f"there is no plan {plan_id}")
        terms = event_terms(plan, terms_json, opened=opened)
        event = await catalogue.create_event(name, plan_id, terms, _now_ms(), queue, billing=billing)
        if opened:
            event = await catalogue.set_event_status(event.id, "open", _now_ms()) or event
    return event


def event_terms(plan: Plan, terms_json: bytes | None, *, opened: bool) -> Terms:
    """The terms of a new event. Raises `ValueError`."""
    try:
        terms = Terms() if terms_json is None else msgspec.json.decode(terms_json, type=Terms)
    except msgspec.DecodeError as error:
        raise ValueError(f"the terms cannot be read: {error}") from error
    return msgspec.structs.replace(complete_terms(plan, terms), sale="open" if opened else terms.sale)


def queue_terms(queue_json: bytes) -> QueueTerms:
    """The terms of a waiting room, written as over REST. Raises `ValueError`."""
    try:
        terms = terms_of(msgspec.json.decode(queue_json, type=QueueSettings))
    except msgspec.DecodeError as error:
        raise ValueError(f"the settings of the waiting room cannot be read: {error}") from error
    for fault in faults(terms):
        raise ValueError(f"the settings of the waiting room make no sense: {fault}")
    return terms


def billing_from(**told: str | None) -> Billing:
    """How an event is announced, written as over REST. Raises `ValueError`."""
    try:
        return billing_of(msgspec.convert(told, Announced))
    except msgspec.ValidationError as error:
        raise ValueError(f"the announcement cannot be read: {error}") from error
    except Refused as refused:
        raise ValueError(refused.problem.detail) from refused


@asynccontextmanager
async def _catalogue(settings: Settings) -> AsyncIterator[PostgresCatalogue]:
    async with open_database(settings) as database:
        catalogue = PostgresCatalogue(database.dsn, settings.actors())
        try:
            yield catalogue
        finally:
            await catalogue.close()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

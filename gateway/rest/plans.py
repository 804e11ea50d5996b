"""Seating plans over REST: import, figures, and the drawing itself."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from engine.catalogue import DEFAULT_ORGANISER, PlanInfo
from engine.plan import Plan
from engine.plans.importing import ImportResult, PlanFormat, PlanInvalid, describe, import_plan
from engine.views import rfc3339
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation, Ready
from gateway.rest.plan_pages import Columns, Layout, accepted, columns
from protocol.errors import ErrorCode, Problem, problem

IMMUTABLE: Final = "public, max-age=31536000, immutable"
PROBLEMS_TOLD: Final = 20


class ImportQuery(msgspec.Struct, frozen=True):
    """The format of the document (recognised when it is left out) and a name of one's own.

    `organiser` is whose the plan is to be, and need not be said by who acts for one alone.
    """

    format: PlanFormat | None = None
    name: str | None = None
    organiser: str | None = None


class PlanReply(msgspec.Struct, frozen=True):
    """A stored plan in figures; `warnings` tell what of the document could not be expressed."""

    plan: str
    name: str
    digest: str
    sections: int
    seats: int
    ga_capacity: int
    created_at: str
    warnings: tuple[str, ...] = ()


class PreviewReply(msgspec.Struct, frozen=True):
    """What a document would become: its figures, what of it is lost, and the drawing in columns.

    `places` has for each warning the sections (`HALL`) and rows (`HALL-B`) of the plan where that was.
    """

    name: str
    sections: int
    seats: int
    ga_capacity: int
    warnings: tuple[str, ...]
    plan: Columns
    places: tuple[tuple[str, ...], ...] = ()


class LayoutQuery(msgspec.Struct, frozen=True):
    """How the plan is to be written."""

    layout: Layout = "objects"


def plan_reply(info: PlanInfo, warnings: tuple[str, ...] = ()) -> PlanReply:
    """What a caller sees of a stored plan."""
    return PlanReply(
        info.id,
        info.name,
        info.digest,
        info.sections,
        info.seats,
        info.ga_capacity,
        rfc3339(info.created_ms),
        warnings,
    )


async def import_a_plan(call: Call) -> PlanReply:
    """Read a document and store the plan that it describes; the same plan again is the one stored first."""
    result = await _read_document(call)
    organiser = DEFAULT_ORGANISER if call.tenant is None else call.tenant.organiser
    info = await call.parts.catalogue.save_plan(result.plan, call.parts.clock.now_ms(), organiser)
    return plan_reply(info, tuple(describe(result)["warnings"]))


async def preview_a_plan(call: Call) -> PreviewReply:
    """Read a document as an import does, and store nothing."""
    result = await _read_document(call)
    # So does making columns of tens of thousands of seats.
    drawing = await asyncio.to_thread(columns, result.plan)
    figures = describe(result)
    return PreviewReply(
        result.plan.name,
        figures["sections"],
        figures["seats"],
        figures["ga_capacity"],
        tuple(figures["warnings"]),
        drawing,
        result.places,
    )


async def _read_document(call: Call) -> ImportResult:
    """The plan that the body describes. Raises `Refused` with the places of what is wrong with it."""
    query: ImportQuery = call.query
    try:
        # A large drawing takes seconds to check; the loop has sockets to serve meanwhile.
        return await asyncio.to_thread(import_plan, call.body, query.format, query.name)
    except PlanInvalid as invalid:
        found = [f"{each.place}: {each.message}" for each in invalid.problems[:PROBLEMS_TOLD]]
        raise Refused(problem(ErrorCode.INVALID, str(invalid), objects=tuple(found))) from None


async def read_plan(call: Call) -> PlanReply | Problem:
    """Read a plan's figures."""
    info = await call.parts.catalogue.plan_info(call.path("plan"))
    return problem(ErrorCode.NOT_FOUND, "There is no such plan.") if info is None else plan_reply(info)


async def read_event_plan(call: Call) -> Ready:
    """Read the drawing of an event: it never changes, so keep it."""
    query: LayoutQuery = call.query
    event = await call.event()
    coding = accepted(call.request.headers.get("accept-encoding", ""))
    page = await call.pages.page(event.info.plan, event.plan, query.layout, coding)
    headers = {"ETag": page.etag, "Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
    if page.etag in call.request.headers.get("if-none-match", ""):
        return Ready(b"", "application/json", headers, 304)
    if coding != "identity":
        headers["Content-Encoding"] = coding
    return Ready(page.body, "application/json", headers)


OPERATIONS: Final = (
    Operation(
        "POST",
        "/plans",
        "Import a seating plan",
        import_a_plan,
        bytes,
        PlanReply,
        ImportQuery,
        status=201,
        errors=(ErrorCode.INVALID,),
    ),
    Operation(
        "POST",
        "/plans/preview",
        "Look at a seating plan before it is imported",
        preview_a_plan,
        bytes,
        PreviewReply,
        ImportQuery,
        errors=(ErrorCode.INVALID,),
    ),
    Operation("GET", "/plans/{plan}", "Read a plan's figures", read_plan, reply=PlanReply),
    Operation(
        "GET",
        "/events/{event}/plan",
        "Read the seating plan of an event",
        read_event_plan,
        reply=(Plan, Columns),
        query=LayoutQuery,
        conditional=True,
    ),
)

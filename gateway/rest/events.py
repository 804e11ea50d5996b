"""Events over REST: the catalogue, and the life of a sale."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec.structs import replace

from actors.wire import Answer
from engine.amounts import minor_units
from engine.catalogue import EventInfo, EventStatus, Mode
from engine.commands import Request, SetSale
from engine.event_terms import TermsInvalid, complete_terms
from engine.queue.terms import faults
from engine.terms import Fee, Limits, OrphanRule, Sale, Terms
from gateway.rest.announcing import NO_VENUE, Announced, ChangedEvent, billing_of, changed_billing
from gateway.rest.call import Call, Refused
from gateway.rest.event_views import EventFee, EventReply, shown
from gateway.rest.operation import Operation
from gateway.rest.pausing import Pausing
from gateway.sections.answers import NO_EVENT, problem_of
from gateway.waiting.settings import QueueSettings, terms_of
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import Amount, Label, Position, Text


class NewEvent(Announced, frozen=True, kw_only=True):
    """An event to be made: a draft until it is published or opened.

    `prices` are decimal strings by category and ticket type; a category that is not named
    costs its face value in the plan. With `queue` it has a waiting room, and sells to those
    alone whom that has let in. It belongs to the organiser of its plan; what an API key makes is
    of the key's own mode.
    """

    name: Text
    plan: Label
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "EUR"
    prices: dict[Label, dict[Text, Amount]] = msgspec.field(default_factory=dict)
    limits: Limits = Limits()
    orphan_rule: OrphanRule = "best"
    queue: QueueSettings | None = None
    fees: tuple[EventFee, ...] = ()
    mode: Mode = "live"


class Step(msgspec.Struct, frozen=True):
    """A step in the life of a sale: from which statuses it may be taken, and what it leads to."""

    to: EventStatus
    sale: Sale | None
    allowed: frozenset[EventStatus]


STEPS: Final = {
    "publish": Step("published", None, frozenset(("draft", "published"))),
    "open": Step("open", "open", frozenset(("draft", "published", "open"))),
    "pause": Step("paused", "paused", frozenset(("open", "paused"))),
    "resume": Step("open", "open", frozenset(("paused", "open"))),
    "close": Step("closed", "closed", frozenset(("published", "open", "paused", "closed"))),
}
"""Each step may be taken again: it then leaves everything as it is."""


async def create_event(call: Call) -> EventReply | Problem:
    """Create a draft event; each call makes another one, also when it repeats an earlier call."""
    body: NewEvent = call.body
    plan = await call.parts.catalogue.plan(body.plan)
    if plan is None:
        return problem(ErrorCode.NOT_FOUND, "There is no such plan.")
    asked = Terms(body.currency, _prices(body), body.limits, body.orphan_rule, fees=_fees(body))
    try:
        terms = complete_terms(plan, asked)
    except TermsInvalid as invalid:
        return problem(ErrorCode.INVALID, str(invalid))
    queue = None if body.queue is None else terms_of(body.queue)
    for fault in () if queue is None else faults(queue):
        return problem(ErrorCode.INVALID, fault)
    billing, now_ms = billing_of(body), call.parts.clock.now_ms()
    mode = body.mode if call.caller.mode is None else call.caller.mode
    create = call.parts.catalogue.create_event
    try:
        event = await create(body.name, body.plan, terms, now_ms, queue, mode=mode, billing=billing)
    except LookupError:
        return NO_VENUE
    return await shown(call, event)


def _prices(body: NewEvent) -> dict[str, dict[str, int]]:
    prices: dict[str, dict[str, int]] = {}
    for category, types in body.prices.items():
        prices[category] = {}
        for ticket_type, amount in types.items():
            prices[category][ticket_type] = _units(amount, body.currency)
    return prices


def _fees(body: NewEvent) -> tuple[Fee, ...]:
    return tuple(
        Fee(
            fee.name,
            _units(fee.amount, body.currency),
            int(Decimal(fee.percent) * 100),
            fee.per,
            fee.included,
        )
        for fee in body.fees
    )


def _units(amount: str, currency: str) -> int:
    units = minor_units(amount, currency)
    if units is None:
        raise Refused(problem(ErrorCode.INVALID, f"{amount} is finer than the currency."))
    return units


async def read_event(call: Call) -> EventReply:
    """Read an event."""
    return await shown(call, await _visible(call))


async def change_event(call: Call) -> EventReply | Problem:
    """Change how an event is announced; what is not named stays as it is."""
    body: ChangedEvent = call.body
    info = await _visible(call)
    name = info.name if isinstance(body.name, msgspec.UnsetType) else body.name
    try:
        changed = await call.parts.catalogue.change_event(info.id, name, changed_billing(info, body))
    except LookupError:
        return NO_VENUE
    return problem(ErrorCode.NOT_FOUND) if changed is None else await shown(call, changed)


async def _visible(call: Call) -> EventInfo:
    info = await call.parts.catalogue.event(call.path("event"))
    if info is None or (info.status == "draft" and not call.is_staff):
        raise Refused(NO_EVENT)
    return info


async def _take(call: Call, name: str, reason: str = "") -> EventReply | Problem:
    """Take a step: in every section first, then in the catalogue."""
    step = STEPS[name]
    info = await _visible(call)
    if info.status not in step.allowed:
        return problem(ErrorCode.INVALID, f"The event is {info.status}.")
    at: dict[str, Position] = {}
    if step.sale is not None:
        taken = await _set_sale(call, info, step.sale)
        if isinstance(taken, Problem):
            return taken
        at = taken
    now_ms = call.parts.clock.now_ms()
    changed = await call.parts.catalogue.set_event_status(info.id, step.to, now_ms, reason)
    return problem(ErrorCode.NOT_FOUND) if changed is None else replace(await shown(call, changed), at=at)


async def _set_sale(call: Call, info: EventInfo, sale: Sale) -> Problem | dict[str, Position]:
    request = Request(call.caller.id, SetSale(sale), role="staff")
    asked = [call.parts.sections.ask(section.stream, request, call.deadline_ms) for section in info.sections]
    answers: list[Answer] = await asyncio.gather(*asked)
    refused = next((problem_of(answer) for answer in answers if answer.code is not None), None)
    return refused or {
        section.name: (section.history, answer.seq)
        for section, answer in zip(info.sections, answers, strict=True)
    }


def _step_operation(name: str) -> Operation:
    pauses = name == "pause"

    async def take(call: Call) -> EventReply | Problem:
        return await _take(call, name, call.body.said if pauses else "")

    take.__name__ = f"{name}_event"
    return Operation(
        "POST",
        f"/events/{{event}}/{name}",
        f"{name.capitalize()} the sale",
        take,
        Pausing if pauses else None,
        EventReply,
        bare=pauses,
        errors=(ErrorCode.INVALID,),
    )


OPERATIONS: Final = (
    Operation(
        "POST",
        "/events",
        "Create an event",
        create_event,
        NewEvent,
        EventReply,
        status=201,
        errors=(ErrorCode.INVALID,),
    ),
    Operation("GET", "/events/{event}", "Read an event", read_event, reply=EventReply),
    Operation(
        "PATCH",
        "/events/{event}",
        "Change how an event is announced",
        change_event,
        ChangedEvent,
        EventReply,
        errors=(ErrorCode.INVALID,),
    ),
    *(_step_operation(name) for name in STEPS),
)

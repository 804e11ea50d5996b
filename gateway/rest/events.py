"""Events over REST: the catalogue, and the life of a sale."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec
from msgspec.structs import replace

from actors.wire import Answer
from engine.amounts import minor_units
from engine.catalogue import EventInfo, EventStatus, Mode
from engine.commands import Request, SetSale
from engine.event_terms import TermsInvalid, complete_terms
from engine.queue.terms import faults
from engine.terms import Fee, Limits, OrphanRule, Sale, Terms
from engine.views import money, rfc3339
from gateway.answers import explained
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.waiting.settings import QueueSettings, terms_of
from protocol.errors import ErrorCode, Problem, problem
from protocol.requests import Amount, Label, Position, Text

PAGE_MAX: Final = 100


class EventFee(msgspec.Struct, frozen=True):
    """A fee for each ticket or once for an order: `amount`, and `percent` of the price.

    An `included` fee is told and is a part of the prices; others come on top of them.
    """

    name: Text
    amount: Amount = "0"
    percent: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$(?!\n)")] = "0"
    per: Literal["ticket", "order"] = "ticket"
    included: bool = False


class NewEvent(msgspec.Struct, frozen=True):
    """An event to be made: a draft until it is published or opened.

    `prices` are decimal strings by category and ticket type; a category that is not named
    costs its face value in the plan. With `queue` it has a waiting room, and sells to those
    alone whom that has let in. It belongs to the organiser of its plan; what an API key makes is
    of the key's own mode.
    """

    name: Text
    plan: Label
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "EUR"
    prices: dict[Label, dict[Text, Amount]] = {}
    limits: Limits = Limits()
    orphan_rule: OrphanRule = "best"
    queue: QueueSettings | None = None
    fees: tuple[EventFee, ...] = ()
    mode: Mode = "live"


class EventSection(msgspec.Struct, frozen=True):
    """A section of an event."""

    name: str
    seats: int
    ga_capacity: int
    areas: tuple[str, ...]


class EventReply(msgspec.Struct, frozen=True):
    """An event as it now is. `limits` are those that a buyer meets, durations in milliseconds.

    `prices` are decimal strings by category and ticket type, as the sale was opened with.
    Of a `queued` event nobody holds a seat without a pass of its waiting room.
    `at` is told of a step that its sections took: the position of each from which on it holds.
    """

    event: str
    name: str
    plan: str
    status: EventStatus
    currency: str
    limits: Limits
    sections: tuple[EventSection, ...]
    created_at: str
    at: dict[str, Position] = {}
    queued: bool = False
    fees: tuple[EventFee, ...] = ()
    organiser: str = ""
    mode: Mode = "live"
    prices: dict[str, dict[str, str]] = {}


class EventList(msgspec.Struct, frozen=True):
    """A page of events, newest first; `next` is the `after` of the following page."""

    data: tuple[EventReply, ...]
    has_more: bool
    next: str | None


class Paging(msgspec.Struct, frozen=True):
    """Which page, and how long."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 20
    after: str | None = None


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


def event_reply(info: EventInfo) -> EventReply:
    """What a caller sees of an event."""
    sections = tuple(
        EventSection(each.name, each.seats, each.ga_capacity, each.areas) for each in info.sections
    )
    terms = info.terms
    created_at = rfc3339(info.created_ms)
    return EventReply(
        *(info.id, info.name, info.plan, info.status, terms.currency, terms.limits, sections, created_at),
        queued=info.queue is not None,
        fees=tuple(_shown(fee, terms.currency) for fee in terms.fees),
        organiser=info.organiser,
        mode=info.mode,
        prices={
            category: {kind: money(amount, terms.currency).amount for kind, amount in types.items()}
            for category, types in terms.prices.items()
        },
    )


def _shown(fee: Fee, currency: str) -> EventFee:
    amount, percent = money(fee.amount, currency).amount, f"{fee.share // 100}.{fee.share % 100:02d}"
    return EventFee(fee.name, amount, percent, fee.per, fee.included)


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
    now_ms = call.parts.clock.now_ms()
    mode = body.mode if call.caller.mode is None else call.caller.mode
    info = await call.parts.catalogue.create_event(body.name, body.plan, terms, now_ms, queue, mode=mode)
    return event_reply(info)


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


async def list_events(call: Call) -> EventList:
    """List events; drafts are seen by their organiser's people only."""
    query: Paging = call.query
    page = await call.parts.catalogue.events(query.limit, query.after)
    shown = tuple(event_reply(info) for info in page.events if call.may_see(info))
    return EventList(shown, page.next is not None, page.next)


async def read_event(call: Call) -> EventReply:
    """Read an event."""
    return event_reply(await _visible(call))


async def _visible(call: Call) -> EventInfo:
    info = await call.parts.catalogue.event(call.path("event"))
    if info is None or (info.status == "draft" and not call.is_staff):
        raise Refused(problem(ErrorCode.NOT_FOUND, "There is no such event."))
    return info


async def _take(call: Call, name: str) -> EventReply | Problem:
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
    changed = await call.parts.catalogue.set_event_status(info.id, step.to)
    return problem(ErrorCode.NOT_FOUND) if changed is None else replace(event_reply(changed), at=at)


async def _set_sale(call: Call, info: EventInfo, sale: Sale) -> Problem | dict[str, Position]:
    request = Request(call.caller.id, SetSale(sale), role="staff")
    asked = [call.parts.sections.ask(section.stream, request, call.deadline_ms) for section in info.sections]
    answers: list[Answer] = await asyncio.gather(*asked)
    refused = next((explained(answer) for answer in answers if answer.code is not None), None)
    return refused or {
        section.name: (section.history, answer.seq)
        for section, answer in zip(info.sections, answers, strict=True)
    }


def _step_operation(name: str) -> Operation:
    async def take(call: Call) -> EventReply | Problem:
        return await _take(call, name)

    take.__name__ = f"{name}_event"
    return Operation(
        "POST",
        f"/events/{{event}}/{name}",
        f"{name.capitalize()} the sale",
        take,
        reply=EventReply,
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
    Operation("GET", "/events", "List events", list_events, reply=EventList, query=Paging),
    Operation("GET", "/events/{event}", "Read an event", read_event, reply=EventReply),
    *(_step_operation(name) for name in STEPS),
)

"""What a sale came to by the day, by the minute and step by step, over REST."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Final

from engine.analytics import DAY_MS, MINUTE_MS, Progress, Ranking
from engine.catalogue import Mode
from engine.views import rfc3339
from gateway.analytics.ports import Analytics
from gateway.analytics.telling import cash, days, flow, funnel, group, minutes
from gateway.rest.call import Call, Refused
from gateway.rest.operation import Operation
from gateway.sections.answers import NO_EVENT
from gateway.sections.directory import EventMap
from protocol.analytics import (
    BoardReply,
    DailyQuery,
    DailyReply,
    FunnelQuery,
    FunnelReply,
    MinutesQuery,
    MinutesReply,
    SystemReply,
    TopBy,
    TopQuery,
    TopReply,
    TopRow,
)
from protocol.errors import ErrorCode, Problem, problem
from telemetry.exchange import Figures
from telemetry.meters import Sample

DAYS_MAX: Final = 366
"""Days that one call tells of."""
DAYS_TOLD: Final = 30
"""Days that are told without being asked for."""
EPOCH: Final = date(1970, 1, 1)
NO_COUNTS: Final = problem(ErrorCode.NOT_FOUND, "This server counts nothing.")
RANKINGS: Final[dict[TopBy, Ranking]] = {
    "revenue": "revenue",
    "sold": "sold",
    "holds": "held",
    "refused": "refused",
}


def analytics_of(call: Call) -> Analytics:
    """Where counts come from. Raises `Refused` on a server that has none."""
    if call.parts.analytics is None:
        raise Refused(NO_COUNTS)
    return call.parts.analytics


async def event_of(call: Call, name: str) -> EventMap:
    """The event of a query. Raises `Refused` when there is none."""
    event = await call.office.directory.event(name)
    if event is None:
        raise Refused(NO_EVENT)
    return event


async def read_daily(call: Call) -> DailyReply:
    """Read an event day by day: holds, refusals, orders, seats sold and returned, revenue and refunds."""
    query: DailyQuery = call.query
    analytics, event = analytics_of(call), await event_of(call, query.event)
    first, last = _span(call, query.from_, query.to)
    progress = await analytics.progress(event.id)
    sums = await analytics.steps(event.id, first, last)
    told, total = days(sums, event.currency), flow(sums, event.currency)
    turned_away = await analytics.turned_away(event.id, first, last)
    return DailyReply(event.id, _as_of(call, progress), progress.behind, told, total, turned_away)


async def read_minutes(call: Call) -> MinutesReply:
    """Read an event minute by minute, up to now."""
    query: MinutesQuery = call.query
    analytics, event = analytics_of(call), await event_of(call, query.event)
    minute = call.office.now_ms() // MINUTE_MS
    progress = await analytics.progress(event.id)
    sums = await analytics.minutes(event.id, minute - query.minutes + 1, minute + 1)
    told = minutes(sums, event.currency)
    return MinutesReply(event.id, _as_of(call, progress), progress.behind, told)


async def read_funnel(call: Call) -> FunnelReply:
    """Read how many came to a place in line, a hold, checkout and a paid order, and who was lost where."""
    query: FunnelQuery = call.query
    analytics, event = analytics_of(call), await event_of(call, query.event)
    first, last = _span(call, query.from_ or EPOCH, query.to, DAY_MS)
    progress = await analytics.progress(event.id)
    steps = funnel(await analytics.steps(event.id, first, last))
    sales = [] if query.by is None else await analytics.sales(event.id, first, last, query.by)
    groups = tuple(group(each, event.currency) for each in sales)
    return FunnelReply(event.id, _as_of(call, progress), progress.behind, steps, groups)


async def read_top(call: Call) -> TopReply:
    """Read which events of an organiser have the most revenue, sold seats, holds or refusals.

    Revenue is ranked by its number, whatever the currency. An API key sees the events of its own mode.
    """
    query: TopQuery = call.query
    analytics = analytics_of(call)
    organiser = "" if call.tenant is None else call.tenant.organiser
    mode: Mode = call.caller.mode or query.mode or "live"
    first, last = _span(call, query.from_, query.to)
    by = RANKINGS[query.by]
    sums = await analytics.top(organiser, mode, first, last, by, query.limit)
    infos = await call.parts.catalogue.events_by_id([each.event for each in sums])
    rows = tuple(
        TopRow(
            *(each.event, infos[each.event].name, each.held, each.refused, each.orders),
            *(each.sold, each.returned),
            cash(each.revenue, infos[each.event].terms.currency),
            cash(each.refunds, infos[each.event].terms.currency),
        )
        for each in sums
        if each.event in infos
    )
    return TopReply(organiser, query.by, rfc3339(call.office.now_ms()), rows)


async def read_board(call: Call) -> BoardReply | Problem:
    """Read an event's board, as `stats.update` tells it once a second."""
    boards = call.office.boards
    if boards is None:
        raise Refused(NO_COUNTS)
    return await boards.board(await call.event())


async def read_system(call: Call) -> SystemReply:
    """Read how the whole house does."""
    now_ms = call.office.now_ms()
    found = await analytics_of(call).system(now_ms // DAY_MS, now_ms // MINUTE_MS - 1)
    processes = await call.parts.figures()
    return SystemReply(
        *(rfc3339(now_ms), found.events, found.streams, found.records, found.behind),
        *(found.held, found.sold, found.day, found.minute),
        connections=int(sum(each.value for each in _samples(processes, "holdfast_connections"))),
        commit_ms=_commit_ms(processes),
    )


def _span(call: Call, first: date | None, last: date | None, days_max: int = DAYS_MAX) -> tuple[int, int]:
    """Days by number, both included. Raises `Refused` for too many of them."""
    today = call.office.now_ms() // DAY_MS
    # One more than today: sections that are ahead of this clock count, too.
    to = today + 1 if last is None else (last - EPOCH).days
    since = to - DAYS_TOLD if first is None else (first - EPOCH).days
    if not 0 <= to - since <= days_max:
        detail = f"From a day to one that is not before it, {days_max} days at most."
        raise Refused(problem(ErrorCode.INVALID, detail))
    return since, to


def _as_of(call: Call, progress: Progress) -> str | None:
    """Now, where everything is counted; otherwise when the last record was written that is, if any is."""
    if not progress.behind:
        return rfc3339(call.office.now_ms())
    return None if progress.at_ms is None else rfc3339(progress.at_ms)


def _samples(processes: list[Figures], name: str) -> list[Sample]:
    families = [each for process in processes for each in process.families]
    return [sample for each in families if each.name == name for sample in each.samples]


def _commit_ms(processes: list[Figures]) -> dict[str, float]:
    """How long half, and 99 of a hundred, of all commits took at most: the bounds of their buckets."""
    buckets: dict[float, int] = {}
    for sample in _samples(processes, "holdfast_commit_seconds"):
        for bound, count in sample.buckets:
            buckets[bound] = buckets.get(bound, 0) + count
    commits = max(buckets.values(), default=0)
    found = {"p50": 0.5, "p99": 0.99} if commits else {}
    return {name: _bound_ms(buckets, share * commits) for name, share in found.items()}


def _bound_ms(buckets: dict[float, int], commits: float) -> float:
    """The first bound that so many stay within; the last one stands for whatever is beyond it."""
    bounds = sorted(filter(isfinite, buckets))
    return round(1000 * next((each for each in bounds if buckets[each] >= commits), bounds[-1]), 3)


_SPAN: Final = (ErrorCode.INVALID,)
OPERATIONS: Final = (
    Operation(
        "GET",
        "/events/{event}/board",
        "Read an event's board",
        read_board,
        reply=BoardReply,
    ),
    Operation(
        "GET",
        "/analytics/daily",
        "Read an event day by day",
        read_daily,
        reply=DailyReply,
        query=DailyQuery,
        errors=_SPAN,
    ),
    Operation(
        "GET",
        "/analytics/minutes",
        "Read an event minute by minute",
        read_minutes,
        reply=MinutesReply,
        query=MinutesQuery,
    ),
    Operation(
        "GET",
        "/analytics/funnel",
        "Read where buyers of an event are lost",
        read_funnel,
        reply=FunnelReply,
        query=FunnelQuery,
        errors=_SPAN,
    ),
    Operation(
        "GET",
        "/analytics/top",
        "Read an organiser's top events",
        read_top,
        reply=TopReply,
        query=TopQuery,
        errors=_SPAN,
    ),
    Operation(
        "GET",
        "/analytics/system",
        "Read how the whole house does",
        read_system,
        reply=SystemReply,
    ),
)

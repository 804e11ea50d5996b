"""Counts as organisers read them: sums of steps become flows and funnels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar

from engine.analytics import DAY_MS, MINUTE_MS, MinuteSum, SalesSum, Step, StepSum, Tally
from engine.times import rfc3339
from engine.views import money
from protocol.analytics import (
    DayReply,
    Flow,
    ForecastReply,
    FunnelStep,
    GroupReply,
    MinuteReply,
    StepReply,
)
from protocol.replies import Money

Sum = TypeVar("Sum", StepSum, MinuteSum)
FORECAST_MINUTES: Final = 10
"""Over how many minutes the rate is taken that a forecast goes on with."""
STEPS: Final[tuple[tuple[FunnelStep, Step, Step | None], ...]] = (
    ("queued", "queued", "left"),
    ("admitted", "admitted", None),
    ("held", "held", "dropped"),
    ("checkout", "checkout", "unpaid"),
    ("paid", "booked", None),
)
"""The steps of the funnel: what is counted as coming, and what as going."""


def cash(minor: int, currency: str) -> Money:
    """An amount as it is told."""
    shown = money(minor, currency)
    return Money(shown.amount, shown.currency)


def day_name(day: int) -> str:
    """A day's date.

    >>> day_name(20_785)
    '2026-11-28'
    """
    return rfc3339(day * DAY_MS)[:10]


def refusals(sums: Iterable[StepSum]) -> dict[str, int]:
    """Refusals by code, the most frequent first."""
    counts: Counter[str] = Counter()
    for each in sums:
        if each.step == "refused":
            counts[each.reason] += each.count
    return dict(counts.most_common())


def flow(sums: Iterable[StepSum] | Iterable[MinuteSum], currency: str) -> Flow:
    """What came, all of these together."""
    return Flow(**_flow(_by_step(sums), currency))


def days(sums: Iterable[StepSum], currency: str) -> tuple[DayReply, ...]:
    """Day by day."""
    by_day: defaultdict[int, list[StepSum]] = defaultdict(list)
    for each in sums:
        by_day[each.day].append(each)
    return tuple(_day(day, each, currency) for day, each in sorted(by_day.items()))


def _day(day: int, sums: Sequence[StepSum], currency: str) -> DayReply:
    steps = _by_step(sums)
    return DayReply(
        **_flow(steps, currency),
        day=day_name(day),
        cancelled=steps["returned"].count,
        declined=steps["declined"].count,
        refusals=refusals(sums),
    )


def minutes(sums: Iterable[MinuteSum], currency: str) -> tuple[MinuteReply, ...]:
    """Minute by minute."""
    by_minute: defaultdict[int, list[MinuteSum]] = defaultdict(list)
    for each in sums:
        by_minute[each.minute].append(each)
    return tuple(
        MinuteReply(**_flow(_by_step(each), currency), at=rfc3339(minute * MINUTE_MS))
        for minute, each in sorted(by_minute.items())
    )


def funnel(sums: Sequence[StepSum]) -> tuple[StepReply, ...]:
    """Step by step, with who was lost at each."""
    steps = _by_step(sums)
    told: list[StepReply] = []
    for name, came, went in STEPS:
        reasons: Counter[str] = Counter()
        for each in sums:
            if each.step == went:
                reasons[each.reason] += each.count
        told.append(StepReply(name, steps[came].count, reasons.total(), dict(sorted(reasons.items()))))
    return tuple(told)


def group(each: SalesSum, currency: str) -> GroupReply:
    """Seats and places of a group."""
    value, returned = cash(each.value, currency), cash(each.returned_value, currency)
    return GroupReply(each.key, each.held, each.checkout, each.sold, each.returned, value, returned)


def forecast(sums: Sequence[MinuteSum], free: int, now_ms: int) -> ForecastReply:
    """What the rate of the last minutes leads to.

    A sale that is younger counts from its first minute, and the running minute as far as it has come.
    """
    recent = [each for each in sums if each.minute > now_ms // MINUTE_MS - FORECAST_MINUTES]
    began_ms = min((each.minute for each in recent), default=0) * MINUTE_MS
    span = max((now_ms - began_ms) / MINUTE_MS, 1.0) if recent else 0.0
    sold = sum(each.places for each in recent if each.step == "booked")
    rate = sold / span if span else 0.0
    ends = None if not rate or not free else rfc3339(now_ms + round(free / rate * MINUTE_MS))
    return ForecastReply(round(span, 2), round(rate, 3), ends)


def _by_step(sums: Iterable[StepSum] | Iterable[MinuteSum]) -> defaultdict[str, Tally]:
    steps: defaultdict[str, Tally] = defaultdict(Tally)
    for each in sums:
        steps[each.step].add(each.count, each.places, each.amount)
    return steps


def _flow(steps: defaultdict[str, Tally], currency: str) -> dict[str, Any]:
    booked, returned = steps["booked"], steps["returned"]
    return {
        "queued": steps["queued"].count,
        "admitted": steps["admitted"].count,
        "holds": steps["held"].count,
        "places_held": steps["held"].places,
        "checkouts": steps["checkout"].count,
        "orders": booked.count,
        "sold": booked.places,
        "returned": returned.places,
        "refused": steps["refused"].count,
        "revenue": cash(booked.amount, currency),
        "refunds": cash(returned.amount, currency),
    }

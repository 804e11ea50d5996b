"""What a scenario measured, and how it becomes a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from bench.figures import Latency, latency_of, median_of, ratio, summed
from bench.loadgen import LoadResult
from bench.machine import commit, this_machine
from bench.suite.results import SuiteResult
from bench.suite.stage import Stage


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario's loads and figures; `latency` and `connections` where no load knows them.

    `unmeasured` are loads that only prepared: their books count, their rates do not.
    `cpu_ms` is each part's during the loads.
    """

    scenario: str
    seats: int
    sections: int = 1
    events: int = 1
    loads: tuple[LoadResult, ...] = ()
    unmeasured: tuple[LoadResult, ...] = ()
    connections: int | None = None
    latency: Latency | None = None
    seconds: float | None = None
    holds_per_s: float | None = None
    errors: dict[str, int] = {}
    figures: dict[str, float] = {}
    memory_mib: dict[str, float] = {}
    cpu_ms: dict[str, int] = {}


class Surroundings(msgspec.Struct, frozen=True):
    """What a result needs beside its measurement: the design, its echo, its audited books."""

    design: str
    echo_per_s: float
    books: dict[str, Any]
    durable: bool = True


def result_of(measured: Measured, around: Surroundings) -> SuiteResult:
    """The result of one scenario with one design."""
    loads, everything = measured.loads, (*measured.loads, *measured.unmeasured)
    refused, errors = summed([each.refused for each in loads]), summed([each.errors for each in everything])
    errors.update(measured.errors)
    told = tuple(breach for each in everything for breach in each.breaches)
    told += tuple(str(breach) for breach in around.books["breaches"])
    holds_per_s = measured.holds_per_s
    if holds_per_s is None:
        holds_per_s = median_of([each.holds_per_s for each in loads if not each.pairs] or _held(loads))
    pairs_per_s = median_of([each.pairs_per_s for each in loads if each.pairs])
    served = max(sum(each.pairs for each in loads) or sum(each.holds for each in loads), refused.total())
    return SuiteResult(
        scenario=measured.scenario,
        design=around.design,
        durable=around.durable,
        connections=measured.connections or max((each.connections for each in loads), default=0),
        seats=measured.seats,
        sections=measured.sections,
        events=measured.events,
        seconds=round(measured.seconds or sum(each.seconds for each in loads), 2),
        durable_holds_per_s=round(holds_per_s, 1),
        hold_book_pairs_per_s=round(pairs_per_s, 1),
        echo_per_s=around.echo_per_s,
        ratio_to_echo=ratio(holds_per_s, around.echo_per_s),
        pairs_ratio_to_echo=ratio(pairs_per_s, around.echo_per_s),
        requests_per_s=round(median_of([each.replies_per_s for each in loads]), 1),
        latency_ms=measured.latency or (loads[0].latency_ms if loads else latency_of([])),
        sold=around.books["sold"],
        held=around.books["held"],
        refused=refused.total(),
        refused_by_code=dict(refused),
        errors=errors.total(),
        errors_by_code=dict(errors),
        breaches=len(told),
        breaches_told=told,
        cpu_us_per_booking=_cpu_us(measured.cpu_ms, served),
        memory_mib=measured.memory_mib,
        fairness=loads[0].fairness if loads else None,
        figures=measured.figures,
        machine=this_machine(),
        commit=commit(),
    )


def conclude(stage: Stage, design: str, measured: Sequence[Measured], echo_per_s: float) -> list[SuiteResult]:
    """Audit the stage's books and make the results; breaches that the audit finds are told with each."""
    around = Surroundings(design, echo_per_s, stage.audit())
    if len(measured) == 1:
        measured = [msgspec.structs.replace(measured[0], cpu_ms=stage.take_cpu_ms())]
    return [result_of(each, around) for each in measured]


def _cpu_us(cpu_ms: dict[str, int], served: int) -> dict[str, float]:
    return {part: round(spent * 1000 / served, 2) for part, spent in cpu_ms.items()} if served else {}


def _held(loads: Sequence[LoadResult]) -> list[float]:
    """In a load of pairs each pair had its hold."""
    return [each.holds_per_s for each in loads]

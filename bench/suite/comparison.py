"""Our design and those of today, one after the other, with the same client in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from bench.figures import median_of
from bench.house import hot_house
from bench.loadgen import LoadResult
from bench.machine import commit, this_machine
from bench.memory import mib
from bench.suite.measured import Measured, Surroundings, result_of
from bench.suite.plays import HOT_SEATS, QUICK_SEATS, whole_house
from bench.suite.results import SuiteResult
from bench.suite.stage import NO_EVENT, Stage

HOT_SECTION: Final = "hot-section"
WHOLE_HOUSE: Final = "whole-house"
LATENCY_CONNECTIONS: Final = 64


def compare(stage: Stage, design: str, *, durable: bool) -> tuple[list[SuiteResult], list[LoadResult]]:
    """One design at both scenarios, each beside an echo of its own; the echoes' loads too."""
    _warm_up(stage)
    echoes = [_echo(stage)]
    hot = _hot_section(stage)
    echoes.append(_echo(stage))
    wide = msgspec.structs.replace(whole_house(stage)[0], cpu_ms=stage.take_cpu_ms())
    memory = {part: mib(size) for part, size in stage.weigh().items()}
    echo_per_s = median_of([each.replies_per_s for each in echoes])
    around = Surroundings(design, echo_per_s, stage.audit(), durable)
    weighed = [msgspec.structs.replace(each, memory_mib=memory) for each in (hot, wide)]
    return [result_of(each, around) for each in weighed], echoes


def _warm_up(stage: Stage) -> None:
    seats = stage.options.scaled(20_000, 1_000)
    event = stage.events(hot_house(seats))[0]
    first = stage.wake(event, seats)
    seconds = 0.2 if stage.options.quick else 1.0
    stage.play(stage.spec("pairs", event, seats, first_seat=first, seconds=seconds))
    stage.cpu_ms.clear()


def _echo(stage: Stage) -> LoadResult:
    seconds = 0.3 if stage.options.quick else 2.0
    echo = stage.play(stage.spec("echo", NO_EVENT, 100, seconds=seconds, warm_s=0.3))
    stage.cpu_ms.clear()
    return echo


def _hot_section(stage: Stage) -> Measured:
    """Holds with all connections, pairs with all, holds with 64; a fresh event for each.

    CPU time is that of the pairs.
    """
    options = stage.options
    seats = options.scaled(HOT_SEATS, QUICK_SEATS)
    few = min(LATENCY_CONNECTIONS, options.connections)
    loads, cpu_ms = [], dict[str, int]()
    events = stage.events(hot_house(seats), 3)
    for scenario, connections, event in zip(
        ("holds", "pairs", "holds"), (options.connections, options.connections, few), events, strict=True
    ):
        first = stage.wake(event, seats)
        spec = stage.spec(
            "pairs" if scenario == "pairs" else "holds",
            event,
            seats,
            connections=connections,
            first_seat=first,
        )
        stage.cpu_ms.clear()
        loads.append(stage.play(spec))
        if scenario == "pairs":
            cpu_ms = stage.take_cpu_ms()
    stage.cpu_ms.clear()
    busy, pairs, calm = loads
    return Measured(
        scenario=HOT_SECTION,
        seats=seats,
        loads=(busy, pairs, calm),
        latency=calm.latency_ms,
        holds_per_s=busy.holds_per_s,
        figures={"busy_p50_ms": busy.latency_ms.p50, "busy_p99_ms": busy.latency_ms.p99},
        cpu_ms=cpu_ms,
    )


def echo_result(scenario: str, echoes: Sequence[LoadResult], seats: int) -> SuiteResult:
    """The ceiling as a result of its own, beside the designs of a scenario."""
    per_s = median_of([each.replies_per_s for each in echoes])
    return SuiteResult(
        scenario=scenario,
        design="echo",
        durable=False,
        connections=echoes[0].connections,
        seats=seats,
        seconds=round(sum(each.seconds for each in echoes), 2),
        durable_holds_per_s=0.0,
        hold_book_pairs_per_s=0.0,
        echo_per_s=round(per_s, 1),
        ratio_to_echo=1.0,
        pairs_ratio_to_echo=1.0,
        requests_per_s=round(per_s, 1),
        latency_ms=echoes[0].latency_ms,
        sold=0,
        refused=0,
        errors=sum(sum(each.errors.values()) for each in echoes),
        breaches=0,
        machine=this_machine(),
        commit=commit(),
    )

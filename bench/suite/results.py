"""What a scenario came to with one design, and the medians of repeated runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from bench.fairness import Fairness
from bench.figures import Latency, median_of, ratio
from bench.machine import Machine


class SuiteResult(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario with one design; rates a second, times as their names say, medians of `repeats` runs.

    `design` is "holdfast", "echo" or a baseline's; one that is not `durable` is no rival but a
    bound. `latency_ms` is of single requests. `sold` and `held` are the audit's, `refused`,
    `errors` and `breaches` count all runs. `cpu_us_per_booking` divides each part's CPU time by
    what was sold meanwhile; where nothing is sold, by what was held or, if more, refused.
    `figures` are the scenario's own.
    """

    scenario: str
    design: str
    durable: bool = True
    connections: int
    seats: int
    sections: int = 1
    events: int = 1
    seconds: float
    durable_holds_per_s: float
    hold_book_pairs_per_s: float
    echo_per_s: float
    ratio_to_echo: float
    pairs_ratio_to_echo: float
    requests_per_s: float = 0.0
    latency_ms: Latency
    sold: int
    held: int = 0
    refused: int
    refused_by_code: dict[str, int] = {}
    errors: int
    errors_by_code: dict[str, int] = {}
    breaches: int
    breaches_told: tuple[str, ...] = ()
    cpu_us_per_booking: dict[str, float] = {}
    memory_mib: dict[str, float] = {}
    fairness: Fairness | None = None
    figures: dict[str, float] = {}
    repeats: int = 1
    machine: Machine
    commit: str | None


def median_result(runs: Sequence[SuiteResult]) -> SuiteResult:
    """One result of several runs of the same: medians of figures, sums of what should not be.

    Ratios are made anew from the medians, so that anybody gets the same from the file.
    """
    holds, pairs = _median(runs, "durable_holds_per_s"), _median(runs, "hold_book_pairs_per_s")
    echo = _median(runs, "echo_per_s")
    refused, errors = Counter[str](), Counter[str]()
    for run in runs:
        refused.update(run.refused_by_code)
        errors.update(run.errors_by_code)
    return msgspec.structs.replace(
        runs[-1],
        seconds=round(sum(run.seconds for run in runs), 2),
        durable_holds_per_s=holds,
        hold_book_pairs_per_s=pairs,
        echo_per_s=echo,
        ratio_to_echo=ratio(holds, echo),
        pairs_ratio_to_echo=ratio(pairs, echo),
        requests_per_s=_median(runs, "requests_per_s"),
        latency_ms=_latency([run.latency_ms for run in runs]),
        sold=int(_median(runs, "sold")),
        held=int(_median(runs, "held")),
        refused=refused.total(),
        refused_by_code=dict(refused),
        errors=errors.total(),
        errors_by_code=dict(errors),
        breaches=sum(run.breaches for run in runs),
        breaches_told=tuple(told for run in runs for told in run.breaches_told),
        cpu_us_per_booking=_by_name([run.cpu_us_per_booking for run in runs]),
        memory_mib=_by_name([run.memory_mib for run in runs]),
        figures=_by_name([run.figures for run in runs]),
        repeats=len(runs),
    )


def _median(runs: Sequence[SuiteResult], field: str) -> float:
    return round(median_of([getattr(run, field) for run in runs]), 3)


def _latency(runs: Sequence[Latency]) -> Latency:
    fields = Latency.__struct_fields__
    return Latency(*(round(median_of([getattr(run, field) for run in runs]), 3) for field in fields))


def _by_name(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: round(median_of([run[name] for run in runs if name in run]), 3) for name in names}

"""What the figures say: how far ahead we are of each design of today, and where one of them wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from bench.figures import ratio
from bench.suite.results import SuiteResult

OURS: Final = "holdfast"
ECHO: Final = "echo"
_NOT_LESS: Final = 1e-9


class Race(msgspec.Struct, frozen=True):
    """One design at one scenario beside ours; `times` are ours over theirs, of bookings a second."""

    scenario: str
    design: str
    durable: bool
    times: float
    holds_times: float
    p99_times: float
    wins: tuple[str, ...]


def server_cpu_us(result: SuiteResult) -> float:
    """CPU of all parts of the server for a booking, without the load generator's."""
    return sum(us for part, us in result.cpu_us_per_booking.items() if part != "load generator")


_BETTER: Final[tuple[tuple[str, bool, Callable[[SuiteResult], float]], ...]] = (
    ("bookings a second", True, lambda result: result.hold_book_pairs_per_s),
    ("holds a second", True, lambda result: result.durable_holds_per_s),
    ("p50", False, lambda result: result.latency_ms.p50),
    ("p99", False, lambda result: result.latency_ms.p99),
    ("CPU a booking", False, server_cpu_us),
    ("memory", False, lambda result: sum(result.memory_mib.values())),
)


def races(results: Sequence[SuiteResult]) -> list[Race]:
    """Every design beside ours, at each scenario that both played."""
    ours = {result.scenario: result for result in results if result.design == OURS}
    return [
        _race(ours[each.scenario], each)
        for each in results
        if each.design not in (OURS, ECHO) and each.scenario in ours
    ]


def _race(ours: SuiteResult, theirs: SuiteResult) -> Race:
    wins = []
    for name, more_is_better, figure in _BETTER:
        mine, other = figure(ours), figure(theirs)
        if other > _NOT_LESS and (other > mine if more_is_better else other < mine):
            wins.append(name)
    return Race(
        scenario=ours.scenario,
        design=theirs.design,
        durable=theirs.durable,
        times=ratio(ours.hold_book_pairs_per_s, theirs.hold_book_pairs_per_s),
        holds_times=ratio(ours.durable_holds_per_s, theirs.durable_holds_per_s),
        p99_times=ratio(theirs.latency_ms.p99, ours.latency_ms.p99),
        wins=tuple(wins),
    )


def where_they_win(results: Sequence[SuiteResult]) -> list[str]:
    """In words, a line each; empty when nobody is ahead of us anywhere."""
    return [
        f"{race.scenario}: {race.design} is ahead in {', '.join(race.wins)}"
        + ("" if race.durable else " (it keeps nothing on disk)")
        for race in races(results)
        if race.wins
    ]

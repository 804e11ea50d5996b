"""What a suite came to, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.suite.results import SuiteResult
from bench.suite.verdicts import Race, races, where_they_win


def suite_summary(results: Sequence[SuiteResult]) -> RenderableType:
    """A table for each scenario with a line for each design, then who is ahead of whom; 80 columns wide."""
    scenarios = dict.fromkeys(each.scenario for each in results)
    tables = [_table(name, [each for each in results if each.scenario == name]) for name in scenarios]
    return Group(*tables, *_compared(results))


def _table(scenario: str, results: Sequence[SuiteResult]) -> Table:
    table = Table(
        title=scenario, title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column("design", no_wrap=True)
    for name in ("holds/s", "pairs/s", "echo/s", "p50 ms", "p99 ms", "errors", "breaches"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in results:
        table.add_row(
            each.design,
            f"{each.durable_holds_per_s:,.0f}",
            f"{each.hold_book_pairs_per_s:,.0f}",
            f"{each.echo_per_s:,.0f}",
            f"{each.latency_ms.p50:.1f}",
            f"{each.latency_ms.p99:.1f}",
            _judged(each.errors),
            _judged(each.breaches),
        )
    return table


def _compared(results: Sequence[SuiteResult]) -> list[Text]:
    lines = [Text(f"{race.scenario}: {_ahead(race)}") for race in races(results)]
    return lines + [Text(line, style="yellow") for line in where_they_win(results)]


def _ahead(race: Race) -> str:
    """Nobody reads 0.8 times as less."""
    if race.times >= 1:
        bookings = f"{race.times:.1f} times the bookings of {race.design}"
    else:
        bookings = f"{_inverse(race.times):.1f} times fewer bookings than {race.design}"
    lower = race.p99_times >= 1
    times = race.p99_times if lower else _inverse(race.p99_times)
    return f"{bookings}, p99 {times:.1f} times {'lower' if lower else 'higher'}"


def _inverse(ratio: float) -> float:
    return 1 / ratio if ratio else inf


def _judged(count: int) -> Text:
    return Text("none", style="green") if count == 0 else Text(f"{count:,}", style="bold red")

"""What a suite came to, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.suite.results import SuiteResult
from bench.suite.verdicts import Race, races, where_they_win


def suite_summary(results: Sequence[SuiteResult]) -> RenderableType:
    """A line for each scenario and design, then who is ahead of whom."""
    table = Table(title="Benchmarks", title_justify="left", title_style="bold")
    table.add_column("scenario")
    table.add_column("design", style="dim")
    for name in ("holds/s", "bookings/s", "echo/s", "p50 ms", "p99 ms", "sold", "errors", "breaches"):
        table.add_column(name, justify="right")
    for each in results:
        table.add_row(
            each.scenario,
            each.design,
            f"{each.durable_holds_per_s:,.0f}",
            f"{each.hold_book_pairs_per_s:,.0f}",
            f"{each.echo_per_s:,.0f}",
            f"{each.latency_ms.p50:.2f}",
            f"{each.latency_ms.p99:.2f}",
            f"{each.sold:,}",
            _judged(each.errors),
            _judged(each.breaches),
        )
    return Group(table, *_compared(results))


def _compared(results: Sequence[SuiteResult]) -> list[Text]:
    lines = [Text(f"{race.scenario}: {_ahead(race)}") for race in races(results)]
    return lines + [Text(line, style="yellow") for line in where_they_win(results)]


def _ahead(race: Race) -> str:
    return f"{race.times:.1f} times the bookings of {race.design}, p99 {race.p99_times:.1f} times lower"


def _judged(count: int) -> Text:
    return Text("none", style="green") if count == 0 else Text(f"{count:,}", style="bold red")

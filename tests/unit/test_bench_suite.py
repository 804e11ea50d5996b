from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.figures import Latency
from bench.machine import Machine
from bench.suite.report import suite_charts, suite_report
from bench.suite.results import SuiteResult, median_result
from bench.suite.run import SCENARIOS, SuiteRun
from bench.suite.stage import SuiteOptions, Wiring
from bench.suite.summary import suite_summary
from bench.suite.verdicts import races, where_they_win
from tests.unit.doc_pages import DOCS, text

MACHINE = Machine("A processor", 2, 8.0, "Linux", "3.11")


def _result(design: str = "holdfast", pairs: float = 4_000.0, p99: float = 12.0, **more: Any) -> SuiteResult:
    fields: dict[str, Any] = {
        "scenario": "hot-section",
        "connections": 200,
        "seats": 1_000,
        "seconds": 4.0,
        "durable_holds_per_s": 2 * pairs,
        "hold_book_pairs_per_s": pairs,
        "echo_per_s": 40_000.0,
        "ratio_to_echo": 0.2,
        "pairs_ratio_to_echo": 0.1,
        "latency_ms": Latency(p99 / 2, p99),
        "sold": 900,
        "refused": 0,
        "errors": 0,
        "breaches": 0,
        "machine": MACHINE,
        "commit": "abc",
    }
    return SuiteResult(design=design, **{**fields, **more})


def test_the_median_of_runs_has_ratios_that_can_be_made_again_from_it() -> None:
    """Of its own rates, not of the runs' ratios."""
    runs = [_result(pairs=pairs, echo_per_s=echo) for pairs, echo in ((1e3, 5e4), (4e3, 2e4), (9e3, 4e4))]
    found = median_result(runs)
    assert (4e3, 8e3, 4e4, 3) == (
        found.hold_book_pairs_per_s,
        found.durable_holds_per_s,
        found.echo_per_s,
        found.repeats,
    )
    assert (0.2, 0.1) == (found.ratio_to_echo, found.pairs_ratio_to_echo)


def test_a_terminal_of_80_columns_shows_every_figure_whole() -> None:
    """A table for each scenario, and in words who is ahead, without a ratio below one."""
    results = [
        _result(),
        _result("advisory-lock", 1_000.0, p99=123.4, errors=12, breaches=3),
        _result("redis-script", 8_000.0, p99=6.0, durable=False),
        _result(scenario="whole-house", pairs=123_456.0, echo_per_s=654_321.0),
    ]
    console = Console(width=80, file=StringIO(), record=True)
    console.print(suite_summary(results))
    shown = console.export_text()
    assert "…" not in shown
    assert all(len(line.rstrip()) <= 80 for line in shown.splitlines())
    assert {"whole-house", "246,912", "123,456", "654,321"} <= set(shown.split())
    assert "4.0 times the bookings of advisory-lock, p99 10.3 times lower" in shown
    assert "2.0 times fewer bookings than redis-script, p99 2.0 times higher" in shown


def test_no_run_hides_the_errors_and_breaches_of_another() -> None:
    """They add up, where figures have medians."""
    bad = _result(errors_by_code={"internal": 2}, errors=2, breaches=1, breaches_told=("sold twice",))
    found = median_result([_result(), bad, _result()])
    assert (2, {"internal": 2}, 1, ("sold twice",)) == (
        found.errors,
        found.errors_by_code,
        found.breaches,
        found.breaches_told,
    )


def test_a_baseline_that_is_ahead_somewhere_is_named_with_what_it_is_ahead_in() -> None:
    """Also a bound that is no rival; the echo is neither."""
    results = [
        _result(),
        _result("skip-locked", 500.0, p99=9.0),
        _result("redis-script", 8_000.0, durable=False),
        _result("echo"),
    ]
    assert [("skip-locked", 8.0), ("redis-script", 0.5)] == [
        (each.design, each.times) for each in races(results)
    ]
    assert [
        "hot-section: skip-locked is ahead in p50, p99",
        "hot-section: redis-script is ahead in bookings a second, holds a second (it keeps nothing on disk)",
    ] == where_they_win(results)


def test_the_report_shows_every_design_and_is_drawn_as_png() -> None:
    """With what went wrong in its first line."""
    results = [_result(), _result("skip-locked", 500.0, p99=90.0, breaches=1)]
    charts = suite_charts(results)
    assert {"hot-section-bookings", "hot-section-p99", "hot-section-cpu"} == set(charts)
    assert all(image.startswith(b"\x89PNG") for image in charts.values())
    found = suite_report(results, charts)
    assert "hot-section (skip-locked): 1 breaches, 0 errors" in found
    assert "SKIP LOCKED" in found


def test_a_design_without_its_redis_is_skipped_with_a_line_that_says_how_to_get_it() -> None:
    """And nothing is started for it."""
    told: list[str] = []
    wiring = Wiring(lambda secret, subject: "", lambda folder, plan, terms, count: [])
    run = SuiteRun(SuiteOptions(), wiring, told.append)
    run.play_design("redis-lock", None)
    assert ["redis-lock skipped: no Redis (install redis-server or set HOLDFAST_REDIS_URL)"] == told
    assert [] == run.results()


def test_every_scenario_is_explained() -> None:
    """On the page of the benchmarks, by its name."""
    page = text(Path(DOCS / "BENCHMARKS.md"))
    assert [] == [name for name in SCENARIOS if f"`{name}`" not in page]

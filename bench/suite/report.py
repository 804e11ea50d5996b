"""The report of a suite: one HTML file, and its charts as PNG files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import page
from bench.baselines.catalogue import DESIGNS
from bench.charts import ACCENT, CALM, GOLD, bars_chart, lines_chart
from bench.report import foot
from bench.suite.comparison import HOT_SECTION, WHOLE_HOUSE
from bench.suite.results import SuiteResult
from bench.suite.verdicts import ECHO, OURS, races, server_cpu_us, where_they_win

_TITLES: Final[dict[str, str]] = {OURS: "Holdfast", ECHO: "bare echo"} | {
    str(name): info.title for name, info in DESIGNS.items()
}
_CURVES: Final = {
    "seats": "seats in the section",
    "sections": "sections",
    "connections": "connections",
    "viewers": "viewers",
}


def suite_charts(results: Sequence[SuiteResult]) -> dict[str, bytes]:
    """PNG images by name."""
    found: dict[str, bytes] = {}
    for scenario in (HOT_SECTION, WHOLE_HOUSE):
        beside = [each for each in results if each.scenario == scenario and each.design != "echo"]
        if len(beside) > 1:
            rates = {_TITLES[each.design]: each.hold_book_pairs_per_s for each in beside}
            found[f"{scenario}-bookings"] = bars_chart(rates, CALM, image="png")
            slowest = {_TITLES[each.design]: each.latency_ms.p99 for each in beside}
            found[f"{scenario}-p99"] = bars_chart(slowest, ACCENT, " ms", image="png")
            cpu = {_TITLES[each.design]: server_cpu_us(each) for each in beside}
            found[f"{scenario}-cpu"] = bars_chart(cpu, GOLD, " µs", image="png")
    for thing, name in _CURVES.items():
        points = [each for each in results if each.scenario.startswith(f"growth-{thing}-")]
        if len(points) > 1:
            found[f"growth-{thing}"] = _curve(thing, name, points)
    return found


def _curve(thing: str, name: str, points: Sequence[SuiteResult]) -> bytes:
    sizes = [float(each.scenario.rpartition("-")[2]) for each in points]
    if thing == "viewers":
        reach = [each.figures["reach_p99_ms"] for each in points]
        return lines_chart(sizes, {"p99 until the last viewer knows, ms": reach}, name)
    return lines_chart(sizes, {"holds a second": [each.durable_holds_per_s for each in points]}, name)


def write_report(results: Sequence[SuiteResult], path: Path) -> list[Path]:
    """Write the page and its charts; the files that were written, the page first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    charts = suite_charts(results)
    path.write_text(suite_report(results, charts), "utf-8")
    written = [path]
    for name, image in charts.items():
        file = path.with_name(f"{path.stem}-{name}.png")
        file.write_bytes(image)
        written.append(file)
    return written


def suite_report(results: Sequence[SuiteResult], charts: dict[str, bytes]) -> str:
    """The page."""
    bad = [each for each in results if each.breaches or each.errors]
    words = "No breach and no error in any scenario." if not bad else _complaint(bad)
    parts = [page.verdict(words, good=not bad), _ahead(results), *_images(charts), _scenarios(results)]
    parts += [_fairness(results), _costs(results)]
    machine = results[-1]
    lead = f"{len(results)} results, medians of {max(each.repeats for each in results)} runs."
    return page.page("Holdfast measured", lead, parts, foot(machine.machine, machine.commit))


def _complaint(bad: Sequence[SuiteResult]) -> str:
    told = [
        f"{each.scenario} ({each.design}): {each.breaches} breaches, {each.errors} errors" for each in bad
    ]
    return "; ".join(told)


def _ahead(results: Sequence[SuiteResult]) -> str:
    found = races(results)
    if not found:
        return ""
    rows = [
        (
            race.scenario,
            _TITLES[race.design],
            f"{race.times:.1f}",
            f"{race.holds_times:.1f}",
            f"{race.p99_times:.1f}",
        )
        for race in found
    ]
    head = (
        "scenario",
        "design",
        "bookings: ours over theirs",
        "holds: ours over theirs",
        "p99: theirs over ours",
    )
    lost = where_they_win(results)
    explanation = "Same machine, same run, same gateway, same client; only the design differs. "
    explanation += "Where one of them is ahead: " + ("; ".join(lost) if lost else "nowhere") + "."
    return page.card("Beside the designs of today", explanation, page.table(head, rows, numbers_from=2))


def _images(charts: dict[str, bytes]) -> list[str]:
    explanations = {
        "bookings": "Holds that were sold, a second.",
        "p99": "All requests but one in a hundred were faster.",
    }
    explanations["cpu"] = "CPU of the whole server for a booking, without the load generator."
    return [
        page.card(
            name.replace("-", " ").capitalize(),
            explanations.get(name.rpartition("-")[2], "One thing grows, all else stays."),
            page.image(image, name),
        )
        for name, image in charts.items()
    ]


def _scenarios(results: Sequence[SuiteResult]) -> str:
    head = (
        *("scenario", "design", "connections", "seats", "holds/s", "bookings/s", "echo/s"),
        *("of the echo", "p50 ms", "p99 ms", "sold", "refused", "errors", "breaches"),
    )
    rows = [
        (
            *(each.scenario, each.design, f"{each.connections:,}", f"{each.seats:,}"),
            *(
                f"{each.durable_holds_per_s:,.0f}",
                f"{each.hold_book_pairs_per_s:,.0f}",
                f"{each.echo_per_s:,.0f}",
            ),
            f"{max(each.ratio_to_echo, each.pairs_ratio_to_echo):.3f}",
            *(f"{each.latency_ms.p50:.2f}", f"{each.latency_ms.p99:.2f}"),
            *(f"{each.sold:,}", f"{each.refused:,}", f"{each.errors:,}", f"{each.breaches:,}"),
        )
        for each in results
    ]
    return page.card("All scenarios", "Each on a fresh server, its books audited.", page.table(head, rows, 2))


def _fairness(results: Sequence[SuiteResult]) -> str:
    head = (
        "scenario",
        "design",
        "Jain",
        "least share",
        "starved",
        "order",
        "earlier wins",
        "longest wait ms",
    )
    rows = [
        (
            *(each.scenario, each.design, f"{fair.jain:.3f}", f"{fair.least_share:.2f}", f"{fair.starved}"),
            *(f"{fair.order:.3f}", f"{fair.earlier_wins:.2f}", f"{fair.longest_wait_ms:,.1f}"),
        )
        for each in results
        if (fair := each.fairness) is not None
    ]
    explanation = "Whether all connections got the same, in the order in which they asked."
    return page.card("Fairness", explanation, page.table(head, rows, 2)) if rows else ""


def _costs(results: Sequence[SuiteResult]) -> str:
    rows = [
        (each.scenario, each.design, name.replace("_", " "), f"{value:,.2f}")
        for each in results
        for name, value in each.figures.items()
    ]
    return page.card(
        "Figures of single scenarios", "", page.table(("scenario", "design", "figure", "value"), rows, 3)
    )

"""Reports of a sale and of a benchmark: one HTML file each, made to be looked at and sent on."""

from __future__ import annotations

from typing import Final

import msgspec

from bench import charts, page
from bench.crowd import CrowdResult
from bench.flash_sale import FlashSaleResult
from bench.house_chart import house_chart
from bench.machine import Machine, commit, this_machine
from engine.plan import Plan
from engine.refusals import Code

_PHRASES: Final = {code.value: code.phrase for code in Code}


class AuditFigures(msgspec.Struct, frozen=True):
    """What an audit of the books found."""

    streams: int
    records: int
    sold: int
    held: int
    breaches: tuple[str, ...] = ()


def phrase_of(code: str) -> str:
    """A refusal in words; an unknown code stays what it is."""
    return _PHRASES.get(code, code.replace("_", " "))


def sale_report(result: CrowdResult, plan: Plan, title: str, audit: AuditFigures | None = None) -> str:
    """The report of a crowd's sale as HTML."""
    seconds = result.timeline
    parts = [
        books_verdict(result, audit),
        page.figures(_sale_figures(result)),
        page.card(
            "Seats sold over time",
            "The line is what was sold so far; the bars are what was sold in each second.",
            page.image(charts.sold_chart([each.sold for each in seconds], result.capacity), "Seats sold"),
        ),
        page.card(
            "The house",
            "Every dot is a seat; its colour tells when it was sold. Grey seats were not.",
            page.image(house_chart(plan, result.sold_at_s, result.seconds), "The house by time of sale"),
        ),
        page.side_by_side(*_latencies(result)),
        _refusals(result),
    ]
    lead = f"{result.buyers:,} buyers, {result.capacity:,} places, {result.seconds:.1f} seconds."
    return page.page(title, lead, parts, foot(this_machine(), commit()))


def books_verdict(result: CrowdResult, audit: AuditFigures | None) -> str:
    """Whether the books are right, by the audit and by what buyers were told."""
    told = len(result.breaches)
    if audit is None:
        words = "No buyer was told anything that cannot be true." if not told else f"{told} contradictions."
        return page.verdict(words, good=not told)
    breaches = told + len(audit.breaches)
    if breaches:
        return page.verdict(f"The books are wrong: {breaches} breaches.", good=False)
    return page.verdict(
        f"The books are right: {audit.records:,} records replayed, {audit.sold:,} places sold, none twice.",
        good=True,
    )


def _sale_figures(result: CrowdResult) -> list[tuple[str, str]]:
    sold_out = "not sold out" if result.sold_out_s is None else f"{result.sold_out_s:.1f} s"
    return [
        (f"{result.sold:,}", f"of {result.capacity:,} places sold"),
        (sold_out, "until the last place was sold"),
        (f"{result.orders:,}", "orders"),
        (f"{result.holds_per_s:,.0f}", "holds a second"),
        (f"{result.latency_ms.p50:.1f} ms", "until half of the holds were answered"),
        (f"{result.latency_ms.p99:.1f} ms", "until all but one in a hundred were"),
        (f"{sum(result.refused.values()):,}", "refusals"),
        (f"{result.reconnects:,}", "lost connections, resumed"),
    ]


def _latencies(result: CrowdResult) -> tuple[str, str]:
    seconds, overall = result.timeline, result.latency_ms
    by_second = charts.latency_chart([each.p50_ms for each in seconds], [each.p99_ms for each in seconds])
    together = charts.histogram_chart(result.latency_histogram_ms, overall.p50, overall.p99)
    return (
        page.card(
            "How long a hold took, second by second",
            "Half of the holds are below the blue line, all but one in a hundred below the red one.",
            page.image(by_second, "Latency over time"),
        ),
        page.card(
            "How long a hold took, all together",
            "From the buyer's request to the reply, with every retry of the client.",
            page.image(together, "Latency histogram"),
        ),
    )


def _refusals(result: CrowdResult) -> str:
    explanation = "A refusal is an answer: somebody was faster, or nothing was left that fits."
    if not result.refused and not result.errors:
        return page.card("Refusals", "Nobody was refused.", "")
    rows = [(phrase_of(code), code, f"{count:,}") for code, count in result.refused.items()]
    rows += [(f"Error: {phrase_of(code)}", code, f"{count:,}") for code, count in result.errors.items()]
    content = page.table(("What the buyer was told", "code", "times"), rows, numbers_from=2)
    if result.refused:
        content = page.image(charts.bars_chart(result.refused, charts.GOLD), "Refusals by code") + content
    return page.card("Refusals and why", explanation, content)


def bench_report(result: FlashSaleResult) -> str:
    """The report of a flash-sale benchmark as HTML."""
    parts = [
        _bench_verdict(result),
        page.figures(_bench_figures(result)),
        *_rates(result),
        *_processor(result),
        page.card("Rounds", "Every measured round, in order.", _rounds(result)),
    ]
    lead = f"{result.connections} websocket connections, {result.seats:,} seats in one section."
    return page.page("Flash sale", lead, parts, foot(result.machine, result.commit))


def _bench_verdict(result: FlashSaleResult) -> str:
    if result.breaches or result.errors:
        return page.verdict(f"{result.breaches} breaches, {result.errors} errors.", good=False)
    return page.verdict(f"No breach and no error; the audit replayed {result.records:,} records.", good=True)


def _bench_figures(result: FlashSaleResult) -> list[tuple[str, str]]:
    return [
        (f"{result.durable_holds_per_s:,.0f}", "durable holds a second"),
        (f"{result.hold_book_pairs_per_s:,.0f}", "hold and book pairs a second"),
        (f"{result.ratio_to_echo:.2f}", "of the bare echo, holds"),
        (f"{result.pairs_ratio_to_echo:.2f}", "of the bare echo, pairs"),
        (f"{result.latency_ms.p50:.1f} ms", "p50 of a hold, 64 buyers"),
        (f"{result.latency_ms.p99:.1f} ms", "p99 of a hold, 64 buyers"),
    ]


def _rates(result: FlashSaleResult) -> tuple[str, str]:
    """What was done in a second, and how that compares with the echo."""
    rates = {
        "bare echo": result.echo_per_s,
        "echo by our shorter way": result.direct_echo_per_s,
        "durable holds": result.durable_holds_per_s,
        "hold and book pairs": result.hold_book_pairs_per_s,
        "one hot seat, answers": result.hot_seat_per_s,
    }
    ratios = {
        "durable holds": result.ratio_to_echo,
        "hold and book pairs": result.pairs_ratio_to_echo,
        "bare echo": 1.0,
    }
    return (
        page.card(
            "A second of work",
            f"Medians of the rounds, {result.connections} connections, one hot section.",
            page.image(charts.bars_chart(rates, charts.CALM), "Rates"),
        ),
        page.card(
            "Beside the bare echo",
            "The echo of the plain stack on the same server and machine in the same run is 1.",
            page.image(charts.bars_chart(ratios, charts.ACCENT), "Ratios"),
        ),
    )


def _processor(result: FlashSaleResult) -> tuple[str, str]:
    """Where the processor's time goes, by part."""
    return (
        page.card(
            "Where a hold's time goes",
            "Microseconds of CPU for each hold, by part.",
            page.image(charts.bars_chart(result.cpu_us_per_hold, charts.SOFT, " µs"), "CPU by part"),
        ),
        page.card(
            "Where a pair's time goes",
            "The same for a hold and the checkout that follows it.",
            page.image(charts.bars_chart(result.cpu_us_per_pair, charts.SOFT, " µs"), "CPU by part, pairs"),
        ),
    )


def _rounds(result: FlashSaleResult) -> str:
    head = ("scenario", "connections", "replies a second", "p50 ms", "p99 ms", "generator µs a reply")
    rows = [
        (
            each.scenario,
            f"{each.connections}",
            f"{each.replies_per_s:,.0f}",
            f"{each.latency_ms.p50:.2f}",
            f"{each.latency_ms.p99:.2f}",
            f"{each.cpu_us_per_reply:.1f}",
        )
        for each in result.rounds
    ]
    return page.table(head, rows)


def foot(machine: Machine, revision: str | None) -> str:
    """On what it was measured, in a sentence."""
    known = f", commit {revision}" if revision else ""
    return (
        f"Measured on {machine.processor}, {machine.cores} cores, {machine.memory_gib} GiB, "
        f"{machine.system}, Python {machine.python}{known}."
    )

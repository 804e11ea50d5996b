"""What a run came to, for a terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.crowd import CrowdProgress, CrowdResult
from bench.flash_sale import FlashSaleResult
from bench.report import AuditFigures, phrase_of


def progress_line(progress: CrowdProgress) -> str:
    """The sale in one line."""
    share = progress.sold / progress.capacity if progress.capacity else 0.0
    return (
        f"{progress.sold:,} of {progress.capacity:,} sold ({share:.0%}) · {progress.holds:,} holds · "
        f"{progress.refused:,} refused · {progress.present:,} buyers here, {progress.gone:,} gone"
    )


def sale_summary(
    result: CrowdResult,
    audit: AuditFigures | None = None,
    selling_after_s: float | None = None,
    apart: tuple[str, ...] = (),
) -> RenderableType:
    """The sale as a person wants to know it, refusals with their reasons below.

    `selling_after_s` is how long it took from the command to the first hold; `apart` is in what the board
    and the analytics said otherwise than the books.
    """
    table = _table("The sale")
    if selling_after_s is not None:
        table.add_row("from the command to the first hold", f"{selling_after_s:.1f} s")
    table.add_row("buyers", f"{result.buyers:,}")
    table.add_row("places sold", f"{result.sold:,} of {result.capacity:,}")
    table.add_row(
        "time to sell out", "not sold out" if result.sold_out_s is None else f"{result.sold_out_s:.1f} s"
    )
    table.add_row("orders", f"{result.orders:,}")
    table.add_row("holds a second", f"{result.holds_per_s:,.0f}")
    table.add_row("a hold took", f"p50 {result.latency_ms.p50:.1f} ms, p99 {result.latency_ms.p99:.1f} ms")
    table.add_row("lost connections, resumed", f"{result.reconnects:,}")
    table.add_row("contradictions seen by buyers", _judged(len(result.breaches)))
    if audit is not None:
        table.add_row("records replayed by the audit", f"{audit.records:,}")
        table.add_row("sold by the journal", f"{audit.sold:,}")
        table.add_row("board and analytics beside it", "\n".join(apart) or "the same")
        table.add_row("breaches found by the audit", _judged(len(audit.breaches)))
    return Group(table, *_refusals(result))


def _refusals(result: CrowdResult) -> list[RenderableType]:
    found: list[RenderableType] = []
    if result.refused:
        refusals = _table("Refused, and why")
        for code, count in result.refused.items():
            refusals.add_row(phrase_of(code), f"{count:,}")
        found.append(refusals)
    if result.errors:
        errors = _table("Errors")
        for code, count in result.errors.items():
            errors.add_row(phrase_of(code), f"{count:,}")
        found.append(errors)
    return found


def bench_summary(result: FlashSaleResult) -> RenderableType:
    """The figures of a benchmark."""
    table = _table("Flash sale" if result.in_earnest is None else "Flash sale in earnest")
    if (around := result.in_earnest) is not None:
        table.add_row("accounts that bought", f"{around.accounts:,}")
        table.add_row("rates counted by", "Redis" if around.redis else "each gateway for itself")
        table.add_row("scrapes, batches of spans", f"{around.scrapes:,}, {around.span_batches:,}")
    table.add_row("bare echo a second", f"{result.echo_per_s:,.0f}")
    table.add_row("bare echo by our shorter way", f"{result.direct_echo_per_s:,.0f}")
    table.add_row("durable holds a second", f"{result.durable_holds_per_s:,.0f}")
    table.add_row("  of the echo", f"{result.ratio_to_echo:.3f}")
    table.add_row("hold and book pairs a second", f"{result.hold_book_pairs_per_s:,.0f}")
    table.add_row("  of the echo", f"{result.pairs_ratio_to_echo:.3f}")
    table.add_row(
        "a hold took, 64 buyers", f"p50 {result.latency_ms.p50:.2f} ms, p99 {result.latency_ms.p99:.2f} ms"
    )
    table.add_row(
        f"a hold took, {result.connections} buyers",
        f"p50 {result.busy_latency_ms.p50:.2f} ms, p99 {result.busy_latency_ms.p99:.2f} ms",
    )
    for part, microseconds in result.cpu_us_per_hold.items():
        pair_us = result.cpu_us_per_pair.get(part, 0.0)
        table.add_row(f"CPU a hold, and a pair, {part}", f"{microseconds:.1f} µs, {pair_us:.1f} µs")
    table.add_row("errors", _judged(result.errors))
    table.add_row("breaches", _judged(result.breaches))
    return table


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, min_width=56)
    table.add_column(style="dim")
    table.add_column(justify="right")
    return table


def _judged(count: int) -> Text:
    return Text("none", style="green") if count == 0 else Text(f"{count:,}", style="bold red")

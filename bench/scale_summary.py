"""What a scale run came to, for a terminal."""

from __future__ import annotations

from typing import Final

from rich.console import RenderableType
from rich.table import Table

from bench.scale import ScaleResult

_WATCHED: Final = {
    "event": "every section seat by seat",
    "section": "one section seat by seat",
    "counts": "the counts of all sections",
}


def scale_summary(result: ScaleResult) -> RenderableType:
    """Start, memory, viewers and news, a line each."""
    title = f"{result.sections} sections, {result.seats:,} seats, {result.connections:,} viewers"
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, min_width=56)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("cold start until ready", f"{result.cold_start_s:.1f} s")
    table.add_row("  until a hold in every section", f"{result.all_sections_s:.1f} s")
    table.add_row("memory of the ready server", f"{result.memory_total_mib:,.0f} MiB")
    for part, size in sorted(result.memory_mib.items(), key=lambda each: -each[1]):
        table.add_row(f"  {part}", f"{size:,.0f} MiB")
    table.add_row("each viewer watches", _WATCHED[result.viewers.watch])
    table.add_row("a viewer costs at the gateway", f"{result.kb_per_viewer:.1f} kB")
    table.add_row("durable holds a second meanwhile", f"{result.durable_holds_per_s:,.0f}")
    table.add_row("  a hold took", f"p50 {result.latency_ms.p50:.1f} ms, p99 {result.latency_ms.p99:.1f} ms")
    reach = result.reach_ms
    table.add_row("from a hold to its last viewer", f"p50 {reach.p50:.0f} ms, longest {reach.max:.0f} ms")
    table.add_row("frames a viewer gets a second", f"{result.viewers.frames_per_viewer_s:.1f}")
    table.add_row("errors", f"{result.errors:,}")
    table.add_row("breaches", f"{result.breaches:,}")
    return table

"""The crowd's part of `holdfast demo`: a sale with progress on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bench.crowd import CrowdProgress, CrowdResult, run_crowd
from bench.habits import CrowdOptions
from bench.summary import progress_line
from client import Layout, Recorder
from engine.plan import Plan
from engine.terms import Limits, Terms

DEMO_TERMS: Final = Terms(limits=Limits(hold_ttl_ms=6_000))
"""Holds of six seconds, so that what a buyer abandons is on sale again while the crowd is still there."""


def layout_of(plan: Plan) -> Layout:
    """The house as clients know it."""
    return Layout.of_plan(msgspec.json.encode(plan))


async def run_demo(
    url: str,
    event: str,
    plan: Plan,
    tokens: Sequence[str],
    console: Console,
    options: CrowdOptions | None = None,
    recorder: Recorder | None = None,
) -> CrowdResult:
    """Let one buyer for each token shop at the event, with a progress bar on `console`."""
    capacity = plan.seat_count + plan.ga_capacity
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as bar:
        task = bar.add_task("the doors open", total=capacity)

        def show(progress: CrowdProgress) -> None:
            bar.update(task, completed=progress.sold, description=progress_line(progress))

        return await run_crowd(url, event, tokens, layout_of(plan), options, show, recorder)

"""`holdfast bench` for the suite: every scenario by its name, the designs of today, or all of it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

import msgspec
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.flash_sale import SCENARIO
from bench.suite.report import write_report
from bench.suite.results import SuiteResult
from bench.suite.run import ALL, DESIGNS_SCENARIO, SCENARIOS, run_suite
from bench.suite.stage import SuiteOptions, Wiring
from bench.suite.summary import suite_summary
from engine.event_terms import complete_terms
from engine.plan import Plan
from engine.terms import Terms
from gateway.access.auth import issue_token
from holdfast.bench_command import UnknownScenario
from holdfast.database import open_database
from holdfast.output import console, write_json
from holdfast.ports_free import free_port
from holdfast.settings import Settings
from persistence.postgres.catalogue import PostgresCatalogue

TOKEN_TTL_S: Final = 86_400
NAMES: Final = (ALL, DESIGNS_SCENARIO, *SCENARIOS)
QUICK_CONNECTIONS: Final = 16
QUICK_SECONDS: Final = 0.6


class Request(msgspec.Struct, frozen=True):
    """What the command line asks for; what is None has a default, another one when `quick`."""

    scenario: str
    connections: int | None = None
    seconds: float | None = None
    repeat: int = 1
    quick: bool = False


def bench_suite(request: Request, report: Path | None, json: str | None) -> None:
    """Run, tell, write. Raises `typer.Exit` on a breach or an error, and what `run_suite_bench` raises."""
    results = run_suite_bench(request)
    console.print(suite_summary(results))
    if report is not None:
        for path in write_report(results, report):
            console.print(f"report: {path}")
    write_json(json, results)
    if not results or any(each.breaches or each.errors for each in results):
        raise typer.Exit(1)


def run_suite_bench(request: Request) -> list[SuiteResult]:
    """One result for each scenario and design. Raises `UnknownScenario` and `bench.ServerFailed`."""
    if request.scenario not in NAMES:
        known = ", ".join((SCENARIO, "scale", *NAMES))
        raise UnknownScenario(f"there is no scenario {request.scenario!r}; there are {known}")
    quick = request.quick
    port = free_port()
    options = SuiteOptions(
        connections=request.connections or (QUICK_CONNECTIONS if quick else 200),
        seconds=request.seconds or (QUICK_SECONDS if quick else 4.0),
        repeat=request.repeat,
        quick=quick,
        port=port,
        redis_port=free_port(after=port),
    )
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting a server")

        def told(what: str) -> None:
            if "skipped" in what:
                console.print(what, highlight=False)
            progress.update(task, description=what)

        return run_suite(request.scenario, options, WIRING, told)


def _sign(secret: str, subject: str) -> str:
    return issue_token(secret, subject, "buyer", TOKEN_TTL_S)


def _open_events(data_dir: Path, plan: Plan, terms: Terms, count: int) -> list[str]:
    return asyncio.run(_open(data_dir, plan, terms, count))


async def _open(data_dir: Path, plan: Plan, terms: Terms, count: int) -> list[str]:
    """Events on sale from their first record on."""
    opened = []
    settings = Settings(data_dir=data_dir, database_url=None)
    async with open_database(settings) as database:
        catalogue = PostgresCatalogue(database.dsn, settings.actors())
        try:
            now_ms = time.time_ns() // 1_000_000
            stored = await catalogue.save_plan(plan, now_ms)
            on_sale = msgspec.structs.replace(complete_terms(plan, terms), sale="open")
            for number in range(count):
                event = await catalogue.create_event(f"Benchmark {number}", stored.id, on_sale, now_ms)
                await catalogue.set_event_status(event.id, "open", now_ms)
                opened.append(event.id)
        finally:
            await catalogue.close()
    return opened


WIRING: Final = Wiring(_sign, _open_events)
"""How the suite signs tokens and puts events on sale."""

"""`holdfast demo`: an on-sale with a crowd on embedded parts, then the audit of its books."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

import msgspec
import psutil

from bench.crowd import CrowdResult
from bench.demo import DEMO_TERMS, run_demo
from bench.habits import CrowdOptions
from bench.report import AuditFigures, sale_report
from bench.server_process import ServerProcess
from bench.summary import sale_summary
from client import Recording
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.plans.fixtures import arena
from engine.terms import Limits, Terms
from gateway.access.auth import issue_token
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.demo_board import Told, differences, told_at_last
from holdfast.output import console
from holdfast.ports_free import free_port
from holdfast.settings import Settings
from holdfast.spectators import somebody_looks, told_to_end
from holdfast.verify import Verdict
from holdfast.verify_command import audit

EVENT_NAME: Final = "Opening night"
TOKEN_TTL_S: Final = 3_600
WATCHED_TERMS: Final = Terms(limits=Limits(hold_ttl_ms=120_000))
"""Time enough for a person to pay."""


class DemoResult(msgspec.Struct, frozen=True):
    """What a demo ends with; `clean` says that neither the books nor the buyers found a breach.

    `apart` is in what board and analytics differed from the books, which is no clean end either.
    `selling_after_s` counts from the start of this process to the first hold, if there was one.
    """

    clean: bool
    crowd: CrowdResult
    audit: Verdict
    report: str
    selling_after_s: float | None
    apart: tuple[str, ...] = ()


class _Sold(msgspec.Struct, frozen=True):
    """What the crowd saw, how old this process was when the doors opened, and what is told at the end."""

    crowd: CrowdResult
    doors_s: float
    told: Told


async def run_demo_command(buyers: int, seed: int, report: Path, hold_open: bool = False) -> DemoResult:
    """Sell out an arena to `buyers` people in a data directory of its own, which goes afterwards.

    With `hold_open` the crowd waits until somebody looks at the page, who may buy among it, and
    the house stays open after it until it is told to end.
    """
    folder = Path(tempfile.mkdtemp(prefix="holdfast-demo-"))
    try:
        return await _run(Settings(data_dir=folder / "data"), buyers, seed, report, hold_open)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _run(settings: Settings, buyers: int, seed: int, report: Path, hold_open: bool) -> DemoResult:
    plan = arena()
    console.print(
        f"[bold]{EVENT_NAME}[/bold]: {plan.seat_count:,} seats and {plan.ga_capacity:,} places on the floor "
        f"in {len(plan.sections)} sections, {buyers:,} people at the door"
    )
    # The database is kept open over the sale, so that the audit finds it when the server has gone.
    async with open_database(settings) as database:
        event = await _put_on_sale(settings, plan, WATCHED_TERMS if hold_open else DEMO_TERMS)
        history = settings.data_dir / "history.jsonl"
        with Recording(history) as recording:
            sale = await _sell(settings, event, plan, _Crowd(buyers, seed, hold_open), recording)
        verdict = await audit(database.dsn, [history])
    crowd, figures, apart = sale.crowd, _figures(verdict), differences(sale.told, verdict)
    selling_after_s = None if crowd.first_hold_s is None else round(sale.doors_s + crowd.first_hold_s, 1)
    console.print(sale_summary(crowd, figures, selling_after_s, apart))
    await asyncio.to_thread(_write_report, report, crowd, plan, figures)
    console.print(f"report: {report}")
    # Whoever bought among the crowd is not of it.
    sold = crowd.sold <= verdict.sold if hold_open else crowd.sold == verdict.sold
    clean = verdict.clean and not crowd.breaches and sold and not apart
    return DemoResult(clean, crowd, verdict, str(report), selling_after_s, apart)


async def _put_on_sale(settings: Settings, plan: Plan, terms: Terms) -> str:
    stored = await store_plan(settings, canonical_json(plan), "holdfast", None)
    written = msgspec.json.encode(terms)
    return (await store_event(settings, stored.plan, EVENT_NAME, written, opened=True)).id


class _Crowd(msgspec.Struct, frozen=True):
    """How many come, with which habits, and whether they wait until somebody looks."""

    buyers: int
    seed: int
    hold_open: bool


async def _sell(settings: Settings, event: str, plan: Plan, who: _Crowd, recording: Recording) -> _Sold:
    with console.status("starting the server"):
        server = ServerProcess(settings.data_dir, free_port())
        await asyncio.to_thread(server.__enter__)
    try:
        console.print(f"watch it, and buy: {server.url}/e/{event}", soft_wrap=True)
        console.print(f"run it: {board_address(server, event)}", soft_wrap=True)
        if who.hold_open:
            console.print("the crowd comes as soon as somebody looks at that page")
            await somebody_looks(server.url)
        tokens = [issue_token(server.secret, f"buyer-{n}", "buyer", TOKEN_TTL_S) for n in range(who.buyers)]
        doors_s = time.time() - psutil.Process().create_time()
        options = CrowdOptions(seed=who.seed)
        crowd = await run_demo(server.url, event, plan, tokens, console, options, recording)
        if who.hold_open:
            console.print("the house stays open; Ctrl-C closes it and audits the books")
            await told_to_end()
        with console.status("the last holds run out"):
            told = await told_at_last(server.url, event, _way_in(server))
        return _Sold(crowd, doors_s, told)
    finally:
        await asyncio.to_thread(server.stop)


def board_address(server: ServerProcess, event: str) -> str:
    """The organiser's board with a way in: what stands after `#` stays in the browser that is given it."""
    return f"{server.url}/board/{event}#token={_way_in(server)}"


def _way_in(server: ServerProcess) -> str:
    return issue_token(server.secret, "demo", "organiser", TOKEN_TTL_S)


def _figures(verdict: Verdict) -> AuditFigures:
    return AuditFigures(
        streams=verdict.streams,
        records=verdict.records,
        sold=verdict.sold,
        held=verdict.held,
        breaches=tuple(finding.breach for finding in verdict.breaches),
    )


def _write_report(path: Path, crowd: CrowdResult, plan: Plan, figures: AuditFigures) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sale_report(crowd, plan, EVENT_NAME, figures), "utf-8")

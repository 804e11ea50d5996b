"""`holdfast demo --full`: from the queue to the tickets, each promise checked and told in a table."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx
import msgspec
import psutil
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench.queued_sale import QueuedSale, play
from bench.server_process import ServerProcess
from engine.catalogue import QUEUE as QUEUE_STREAM
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.queue.events import MembersAdmitted, decode_room_record
from engine.terms import Fee, Limits, Terms
from gateway.access.auth import issue_token
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.demo import board_address
from holdfast.demo_board import Told, told_at_last
from holdfast.demo_checks import Check, Evidence, judge
from holdfast.demo_house import house_for
from holdfast.offered import read_offers
from holdfast.output import console
from holdfast.ports_free import free_port
from holdfast.settings import Settings
from holdfast.verify import Verdict
from holdfast.verify_command import audit
from holdfast.verify_draw import PAGE_RECORDS
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore

EVENT_NAME: Final = "The great race"
RATE_PER_MINUTE: Final = 3_000
TOKEN_TTL_S: Final = 7_200
ENDING_MAX_S: Final = 30.0
PAGE_MAX_S: Final = 30.0
LOOK_EVERY_S: Final = 0.1
TERMS: Final = Terms(
    limits=Limits(hold_ttl_ms=60_000, pay_ttl_ms=20_000, offer_ttl_ms=10_000),
    fees=(Fee("Service", amount=150, share=250), Fee("Handling", amount=200, per="order")),
)
QUEUE: Final = {"mode": "random", "rate_per_minute": RATE_PER_MINUTE, "draw_ms": 2_000, "grace_ms": 600_000}


Pages = tuple[tuple[str, int], ...]
"""Addresses, each with the status that it was answered with."""


class FullDemoResult(msgspec.Struct, frozen=True):
    """What the demo came to; `clean` says that every check holds."""

    clean: bool
    checks: tuple[Check, ...]
    people: int
    seconds: float
    outcomes: dict[str, int]
    failures: tuple[str, ...]
    audit: Verdict


async def run_full_demo(people: int, seed: int) -> FullDemoResult:
    """Play it in a data directory of its own, which goes afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-demo-"))
    try:
        settings = Settings(data_dir=folder / "data")
        plan = house_for(people)
        console.print(
            f"[bold]{EVENT_NAME}[/bold]: {plan.seat_count:,} seats in {len(plan.sections)} sections, "
            f"{people:,} people, {RATE_PER_MINUTE:,} are let in a minute"
        )
        async with open_database(settings) as database:
            sale, pages, at_last = await _sell(settings, plan, people, seed)
            verdict = await audit(database.dsn)
            let_in = await _let_in(database.dsn)
            offers = await read_offers(database.dsn, TERMS.fees)
        left = await _left_behind(str(folder))
        said = people, plan.seat_count, RATE_PER_MINUTE, TERMS
        checks = tuple(judge(Evidence(*said, sale, verdict, let_in, offers, pages, at_last, tuple(left))))
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    console.print(_table(checks, sale))
    return FullDemoResult(
        all(check.holds for check in checks),
        checks,
        people,
        sale.seconds,
        dict(sorted(sale.diary.outcomes.items())),
        tuple(sale.diary.failures[:20]),
        verdict,
    )


async def _sell(settings: Settings, plan: Plan, people: int, seed: int) -> tuple[QueuedSale, Pages, Told]:
    """The sale, how the printed pages were answered, and what the house is told at the end."""
    stored = await store_plan(settings, canonical_json(plan), "holdfast", None)
    terms, queue = msgspec.json.encode(TERMS), msgspec.json.encode(QUEUE)
    event = await store_event(settings, stored.plan, EVENT_NAME, terms, opened=True, queue_json=queue)
    with console.status("starting the server"):
        # People come by the thousand from one address here, which a server would not let them do.
        wide = {"HOLDFAST_RATE_ADDRESS": "100000/s burst 100000"}
        server = ServerProcess(settings.data_dir, free_port(), wide)
        await asyncio.to_thread(server.__enter__)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    try:
        names = [f"person-{number}" for number in range(people)]
        tokens = [(name, issue_token(server.secret, name, "buyer", TOKEN_TTL_S)) for name in names]
        boss = issue_token(server.secret, "boss", "organiser", TOKEN_TTL_S)
        with Progress(*columns, console=console, transient=True, refresh_per_second=4) as bar:
            task = bar.add_task("the doors open", total=people)

            def show(phase: str, done: int, total: int) -> None:
                bar.update(task, description=phase, completed=done, total=total)

            pages = f"{server.url}/e/{event.id}", board_address(server, event.id)
            for words, address in zip(("watch it", "run it"), pages, strict=True):
                console.print(f"{words}: {address}", soft_wrap=True)
            seen = await _visited(pages)
            sale = await play(server.url, event.id, boss, tokens, seed, show)
            return sale, seen, await told_at_last(server.url, event.id, boss)
    finally:
        await asyncio.to_thread(server.stop)


async def _visited(addresses: tuple[str, ...]) -> Pages:
    """How each page is answered to somebody who follows its address, as printed."""
    async with httpx.AsyncClient(trust_env=False, timeout=PAGE_MAX_S) as http:
        replies = [await http.get(address, headers={"Accept": "text/html"}) for address in addresses]
    return tuple((str(reply.url), reply.status_code) for reply in replies)


async def _let_in(dsn: str) -> tuple[tuple[int, int], ...]:
    """When the room let in how many, by its journal."""
    catalogue, store = PostgresCatalogue(dsn), PostgresSectionStore(dsn)
    found: list[tuple[int, int]] = []
    try:
        (queue,) = [ref.stream for ref in await catalogue.streams() if ref.section == QUEUE_STREAM]
        after = 0
        while page := await store.read(queue, after, PAGE_RECORDS):
            after = page[-1].seq
            records = [decode_room_record(stored.data) for stored in page]
            found += [
                (record.at_ms, len(record.event.numbers))
                for record in records
                if isinstance(record.event, MembersAdmitted)
            ]
    finally:
        await store.close()
        await catalogue.close()
    return tuple(found)


async def _left_behind(folder: str) -> list[str]:
    """Processes that were given this folder and do not end: one that was told to needs a moment for it."""
    left: list[str] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(ENDING_MAX_S):
            while left := await asyncio.to_thread(_given, folder):  # noqa: ASYNC110  # no child of ours tells of its end
                await asyncio.sleep(LOOK_EVERY_S)
    return left


def _given(folder: str) -> list[str]:
    """Living processes that were given this folder, by environment or by command line."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:
            continue
        if any(folder in word for word in words):
            found.append(process.name())
    return found


def _table(checks: tuple[Check, ...], sale: QueuedSale) -> Table:
    table = Table("promise", "measured", "", title=f"From the queue to the door, in {sale.seconds:.0f} s")
    for check in checks:
        table.add_row(
            check.promise, check.measured, "[green]holds[/green]" if check.holds else "[red]broken[/red]"
        )
    table.add_section()
    for outcome, count in sorted(sale.diary.outcomes.items()):
        table.add_row(outcome, f"{count:,}", "")
    table.add_row("people who were told that all is sold", f"{sale.diary.sold_out:,}", "")
    return table

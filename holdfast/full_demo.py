"""`holdfast demo --full`: from the queue to the tickets, each promise checked and told in a table."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec
import psutil
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench.list_waiter import Returned
from bench.queued_sale import QueuedSale, play
from bench.server_process import ServerProcess
from engine.catalogue import QUEUE as QUEUE_STREAM
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.queue.events import MembersAdmitted, decode_room_record
from engine.terms import Fee, Limits, Terms
from engine.views import money
from gateway.auth import issue_token
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.demo import board_address
from holdfast.demo_house import house_for
from holdfast.offered import Offers, read_offers
from holdfast.output import console
from holdfast.ports_free import free_port
from holdfast.settings import Settings
from holdfast.verify import Verdict
from holdfast.verify_command import audit
from holdfast.verify_draw import PAGE_RECORDS, PublishedDraw, judge_draw
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.store import PostgresSectionStore

EVENT_NAME: Final = "The great race"
RATE_PER_MINUTE: Final = 3_000
RATE_WITHIN: Final = 0.05
TOKEN_TTL_S: Final = 7_200
ENDING_MAX_S: Final = 30.0
LOOK_EVERY_S: Final = 0.1
TERMS: Final = Terms(
    limits=Limits(hold_ttl_ms=60_000, pay_ttl_ms=20_000, offer_ttl_ms=10_000),
    fees=(Fee("Service", amount=150, share=250), Fee("Handling", amount=200, per="order")),
)
QUEUE: Final = {"mode": "random", "rate_per_minute": RATE_PER_MINUTE, "draw_ms": 2_000, "grace_ms": 600_000}


class Check(msgspec.Struct, frozen=True):
    """One promise: what was measured, and whether it holds."""

    promise: str
    measured: str
    holds: bool


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
            sale = await _sell(settings, plan, people, seed)
            verdict = await audit(database.dsn)
            let_in = await _let_in(database.dsn)
            offers = await read_offers(database.dsn, TERMS.fees)
        left = await _left_behind(str(folder))
        checks = (
            *_checks(sale, verdict, plan, let_in),
            _waitlist_check(sale.returned, offers),
            _offers_check(sale.returned, offers),
            _nobody_left(left),
        )
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


async def _sell(settings: Settings, plan: Plan, people: int, seed: int) -> QueuedSale:
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

            console.print(f"watch it: {server.url}/e/{event.id}", soft_wrap=True)
            console.print(f"run it: {board_address(server, event.id)}", soft_wrap=True)
            return await play(server.url, event.id, boss, tokens, seed, show)
    finally:
        await asyncio.to_thread(server.stop)


async def _let_in(dsn: str) -> list[tuple[int, int]]:
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
    return found


def _checks(sale: QueuedSale, verdict: Verdict, plan: Plan, let_in: list[tuple[int, int]]) -> Iterator[Check]:
    diary = sale.diary
    joined = len(diary.tickets)
    yield Check("everybody joined before the opening", f"{joined:,}", joined == diary.joined > 0)
    yield _draw_check(sale)
    yield _rate_check(sale, let_in)
    excused, grew = _grown(sale)
    told = f"{diary.updates:,} updates, {len(diary.positions_grew)} positions and {grew} waits grew"
    if excused:
        told += f" ({excused} while sections were slow)"
    yield Check("positions and waits only improve", told, not diary.positions_grew and not grew)
    sold = sum(places for _, places, _ in diary.orders.values())
    yield Check(
        "the house sells out",
        f"{verdict.sold:,} of {plan.seat_count:,} seats, {verdict.held} held; {diary.given_back} came back "
        f"and were sold again",
        verdict.sold == plan.seat_count and not verdict.held,
    )
    yield Check("the buyers have what the journals sold", f"{sold:,}", sold == verdict.sold)
    yield Check(
        "a ticket for each seat, proven by its signature",
        f"{sale.tickets:,} issued, {sale.forged} not proven",
        sale.tickets == sold and not sale.forged,
    )
    yield _money_check(verdict, sum((paid for _, _, paid in diary.orders.values()), Decimal(0)))
    yield Check("the books are clean", f"{len(verdict.breaches)} breaches", verdict.clean)
    yield Check("nobody met an error", f"{len(diary.failures)}", not diary.failures)


def _draw_check(sale: QueuedSale) -> Check:
    draw = msgspec.convert(sale.draw, PublishedDraw)
    judged = judge_draw(draw)
    mine = {ticket for ticket, _ in draw.tickets} == set(sale.diary.tickets)
    bound = draw.seed_hash == sale.seed_hash
    words = f"{judged.positions:,} positions made again, seed hash {sale.seed_hash[:16]}… told before"
    return Check("the draw is what was published", words, bound and mine and not judged.breaches)


def _rate_check(sale: QueuedSale, let_in: list[tuple[int, int]]) -> Check:
    """As long as there are seats for all who are let in: then the stock decides, and not the rate."""
    until_ms = sale.watch.few_left_ms or float("inf")
    steps = [(at_ms, count) for at_ms, count in let_in if at_ms <= until_ms]
    if len(steps) < 2:
        return Check("admission follows the set rate", "hardly anybody was let in", False)
    people = sum(count for _, count in steps[1:])
    per_minute = people / (steps[-1][0] - steps[0][0]) * 60_000
    off = per_minute / RATE_PER_MINUTE - 1
    words = f"{per_minute:,.0f} a minute over {people:,} people, {off:+.1%} of {RATE_PER_MINUTE:,}"
    return Check("admission follows the set rate within 5 %", words, abs(off) <= RATE_WITHIN)


def _grown(sale: QueuedSale) -> tuple[int, int]:
    """Waits that grew while sections were slow, which is told as a slower pace, and all others."""
    slowed = sale.watch.slowed_s
    near_s = 2.0
    excused = sum(any(abs(at_s - slow_s) < near_s for slow_s in slowed) for at_s in sale.diary.waits_grew)
    return excused, len(sale.diary.waits_grew) - excused


def _money_check(verdict: Verdict, told: Decimal) -> Check:
    if not verdict.takings:
        return Check("the money is right to the cent", "no payment", False)
    (takings,) = verdict.takings
    kept = Decimal(takings.captured) - Decimal(takings.refunded)
    worth = Decimal(takings.booked) - Decimal(takings.partly)
    words = (
        f"{takings.payments:,} payments: {takings.captured} taken less {takings.refunded} given back "
        f"is {kept} {takings.currency}, tickets worth {worth}, buyers were told {told}"
    )
    return Check("money kept is what valid tickets are worth, to the cent", words, kept == worth == told)


def _waitlist_check(returned: Returned, offers: Offers) -> Check:
    words = (
        f"{returned.places} seats of {returned.orders} orders to {len(returned.paid)} of {returned.waited} "
        f"who waited; {len(offers.made)} offers, {returned.declined} declined, {returned.lapsed} lapsed, "
        f"{len(returned.shown_free)} seats shown free"
    )
    filled = 0 < returned.places == returned.sold and not returned.shown_free
    return Check("the waitlist fills what is returned", words, filled)


def _offers_check(returned: Returned, offers: Offers) -> Check:
    """What buyers were told by hold, and what the journals have, are the same to the cent."""
    made, booked = [
        {hold: Decimal(money(amount, TERMS.currency).amount) for hold, amount in amounts.items()}
        for amounts in (offers.made, offers.booked)
    ]
    told = returned.offers.items() <= made.items()
    words = (
        f"{sum(booked.values())} {TERMS.currency} for what was offered, {len(offers.wrong)} at another price"
    )
    return Check(
        "offers cost what they said, to the cent",
        words,
        told and booked == returned.paid and not offers.wrong,
    )


def _nobody_left(left: list[str]) -> Check:
    return Check("no process is left", ", ".join(left) or "none", not left)


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

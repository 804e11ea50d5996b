"""`holdfast bench discovery`: how long it takes to find events among a hundred thousand in real cities.

Measured is what a gateway waits for: one search of `PostgresDiscovery`, one after the other,
each around another place where people live; first alone, then beside buyers of a server that sells
from the same database.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from rich.table import Table

from bench.figures import percentile
from bench.house import hot_house, open_terms
from bench.load_process import run_load_process
from bench.loadgen import LoadSpec
from bench.machine import Machine, this_machine
from bench.server_process import ServerProcess
from bench.towns import Towns
from engine.listings import Availability, EventQuery, Near, Sort
from engine.places import Place
from engine.plans.canonical import canonical_json
from gateway.auth import issue_token
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.ports_free import free_port
from holdfast.seed_command import fill
from holdfast.settings import Settings
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.scratch import scratch_database

EVENTS, QUICK_EVENTS = 100_000, 2_000
EVENTS_A_VENUE: Final = 10
SEARCHES, QUICK_SEARCHES = 1_000, 50
PAGE: Final = 20
RADIUS_M: Final = 30_000.0
DAY_MS: Final = 86_400_000
P99_MAX_MS: Final = 10.0
BUYERS: Final = 8
SEATS: Final = 100_000
"""More than are sold meanwhile."""
WARM_S: Final = 0.0
SALE_MIN_S: Final = 5.0
TOKEN_TTL_S: Final = 3_600


class Found(msgspec.Struct, frozen=True):
    """How long one kind of search took, and how many events it found in the mean."""

    search: str
    p50_ms: float
    p99_ms: float
    found: float


class Sale(msgspec.Struct, frozen=True):
    """What was sold meanwhile: `buyers` hold and pay as fast as they are answered."""

    buyers: int
    pairs_per_s: float
    errors: dict[str, int]


class DiscoveryResult(msgspec.Struct, frozen=True):
    """What was measured, and on what; `positions` is `postgis` or `cube`."""

    events: int
    venues: int
    searches: int
    positions: str
    results: tuple[Found, ...]
    during_a_sale: tuple[Found, ...]
    sale: Sale
    machine: Machine


KINDS: Final[dict[str, tuple[Sort, Callable[[Place, int], EventQuery]]]] = {
    "nearest 20": ("distance", lambda place, _now: EventQuery(near=Near(place))),
    "within 30 km, nearest first": ("distance", lambda place, _now: EventQuery(near=Near(place, RADIUS_M))),
    "within 30 km, by date": (
        "date",
        lambda place, now_ms: EventQuery(near=Near(place, RADIUS_M), from_ms=now_ms),
    ),
    "two together under 80 within 30 km this week": (
        "distance",
        lambda place, now_ms: EventQuery(
            near=Near(place, RADIUS_M),
            from_ms=now_ms,
            to_ms=now_ms + 7 * DAY_MS,
            available=Availability(2, 80.0, together=True),
        ),
    ),
}


async def run_discovery_bench(settings: Settings, *, quick: bool) -> DiscoveryResult:
    """Fill a database of its own (on the server that is set, else an embedded one) and search in it."""
    events, searches = (QUICK_EVENTS, QUICK_SEARCHES) if quick else (EVENTS, SEARCHES)
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-", ignore_cleanup_errors=True) as directory:
        if settings.database_url is not None:
            async with scratch_database(settings.database_url) as dsn:
                own = settings.model_copy(update={"database_url": dsn})
                return await _measured(own, events, searches)
        own = settings.model_copy(update={"data_dir": Path(directory) / "data"})
        return await _measured(own, events, searches)


async def _measured(settings: Settings, events: int, searches: int) -> DiscoveryResult:
    towns = Towns(1)
    venues = events // EVENTS_A_VENUE
    async with open_database(settings) as database:
        catalogue = PostgresCatalogue(database.dsn)
        try:
            await fill(catalogue, towns, venues, events)
            await catalogue.discovery.settle()
            positions = await catalogue.discovery.positions()
            alone = await _all_kinds(catalogue, towns, searches)
            beside, sale = await _during_a_sale(settings, catalogue, towns, searches)
        finally:
            await catalogue.close()
    return DiscoveryResult(events, venues, searches, positions, alone, beside, sale, this_machine())


async def _all_kinds(catalogue: PostgresCatalogue, towns: Towns, searches: int) -> tuple[Found, ...]:
    return tuple([await _search(catalogue, towns, kind, searches) for kind in KINDS])


async def _during_a_sale(
    settings: Settings, catalogue: PostgresCatalogue, towns: Towns, searches: int
) -> tuple[tuple[Found, ...], Sale]:
    """The same while a server sells from this database. Raises `bench.ServerFailed`."""
    plan = await store_plan(settings, canonical_json(hot_house(SEATS)), "holdfast", None)
    event = await store_event(settings, plan.plan, "Sale", msgspec.json.encode(open_terms()), opened=True)
    environment = {} if settings.database_url is None else {"HOLDFAST_DATABASE_URL": settings.database_url}
    server = ServerProcess(settings.data_dir, free_port(), environment)
    await asyncio.to_thread(server.__enter__)
    try:
        selling = asyncio.create_task(asyncio.to_thread(run_load_process, _load(server, event.id, searches)))
        beside = await _all_kinds(catalogue, towns, searches)
        sold = await selling
    finally:
        await asyncio.to_thread(server.stop)
    return beside, Sale(BUYERS, sold.pairs_per_s, sold.errors)


def _load(server: ServerProcess, event: str, searches: int) -> LoadSpec:
    """Buyers for as long as the searches take at their goal."""
    tokens = [issue_token(server.secret, f"buyer-{each}", "buyer", TOKEN_TTL_S) for each in range(BUYERS)]
    seconds = max(len(KINDS) * searches * P99_MAX_MS / 1000, SALE_MIN_S)
    return LoadSpec(server.url, "pairs", BUYERS, seconds, WARM_S, event, SEATS, tuple(tokens), "search")


async def _search(catalogue: PostgresCatalogue, towns: Towns, kind: str, searches: int) -> Found:
    sort, query_around = KINDS[kind]
    now_ms = time.time_ns() // 1_000_000
    took_ms: list[float] = []
    found = 0
    for _ in range(searches):
        query = query_around(towns.place(), now_ms)
        began_s = time.perf_counter()
        page = await catalogue.discovery.search(query, sort, PAGE)
        took_ms.append((time.perf_counter() - began_s) * 1000)
        found += len(page.found)
    took_ms.sort()
    p50_ms, p99_ms = (round(percentile(took_ms, share), 2) for share in (0.5, 0.99))
    return Found(kind, p50_ms, p99_ms, round(found / searches, 1))


def told(result: DiscoveryResult) -> Table:
    """The result for a person."""
    sale = result.sale
    title = f"{result.events:,} events in {result.venues:,} venues, {result.positions}"
    beside = f"beside {sale.buyers} buyers, {sale.pairs_per_s} sold a second"
    table = Table("search", "p50 ms", "p99 ms", "found", f"{beside}: p50 ms", "p99 ms", title=title)
    for each, busy in zip(result.results, result.during_a_sale, strict=True):
        row = (each.p50_ms, each.p99_ms, each.found, busy.p50_ms, busy.p99_ms)
        table.add_row(each.search, *map(str, row))
    return table

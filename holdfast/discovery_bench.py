"""`holdfast bench discovery`: how long it takes to find events among a hundred thousand in real cities.

Measured is what a gateway waits for: one search of its catalogue after the other, each around another
place where people live; first alone, then beside a server that sells from the same database, at a set
pace and as fast as it can. What somebody waits for who asks that server over REST is told beside it.
"""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Final, Literal

import msgspec
from rich.table import Table

from bench.machine import Machine, commit, this_machine
from bench.towns import Towns
from holdfast.database import open_database
from holdfast.discovery_sale import Sale, stage
from holdfast.discovery_searches import KINDS, Found, by_catalogue, by_rest
from holdfast.seed_command import fill
from holdfast.settings import Settings
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.scratch import scratch_database

EVENTS, QUICK_EVENTS = 100_000, 2_000
EVENTS_A_VENUE: Final = 10
SEARCHES, QUICK_SEARCHES = 1_000, 50
P99_MAX_MS: Final = 10.0
RUSHED_SHARE: Final = 4
"""Beside the sale without a pace, which is no goal, one search in four is enough."""
SALE_MIN_S: Final = 5.0
NOBODY: Final = "nobody"
Way = Literal["catalogue", "rest"]


class Measured(msgspec.Struct, frozen=True):
    """All kinds of searches, asked by one way beside one sale, or beside none."""

    way: Way
    found: tuple[Found, ...]
    sale: Sale | None = None

    @property
    def promised(self) -> bool:
        """Whether it is what the goal is about: the catalogue, alone and beside a sale at a set pace."""
        return self.way == "catalogue" and (self.sale is None or self.sale.paced)

    @property
    def met(self) -> bool:
        """Whether every p99 is within the goal."""
        return all(each.p99_ms <= P99_MAX_MS for each in self.found)


class DiscoveryResult(msgspec.Struct, frozen=True):
    """What was measured, and on what; `positions` is `postgis` or `cube`."""

    events: int
    venues: int
    searches: int
    positions: str
    measured: tuple[Measured, ...]
    machine: Machine
    commit: str | None

    @property
    def met(self) -> bool:
        """Whether all that is promised was within its goal, and nobody who bought met an error."""
        promised = all(each.met for each in self.measured if each.promised)
        return promised and not any(each.sale.errors for each in self.measured if each.sale is not None)


async def run_discovery_bench(settings: Settings, *, quick: bool) -> DiscoveryResult:
    """Fill a database of its own (on the server that is set, else an embedded one) and search in it."""
    events, searches = (QUICK_EVENTS, QUICK_SEARCHES) if quick else (EVENTS, SEARCHES)
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-", ignore_cleanup_errors=True) as directory:
        own = settings.model_copy(update={"data_dir": Path(directory) / "data"})
        if settings.database_url is None:
            return await _filled(own, events, searches)
        async with scratch_database(settings.database_url) as dsn:
            return await _filled(own.model_copy(update={"database_url": dsn}), events, searches)


async def _filled(settings: Settings, events: int, searches: int) -> DiscoveryResult:
    towns = Towns(1)
    venues = events // EVENTS_A_VENUE
    async with open_database(settings) as database:
        catalogue = PostgresCatalogue(database.dsn)
        try:
            await fill(catalogue, towns, venues, events)
            await catalogue.discovery.settle()
            positions = await catalogue.discovery.positions()
            measured = await _measured(settings, catalogue, towns, searches)
        finally:
            await catalogue.close()
    return DiscoveryResult(events, venues, searches, positions, measured, this_machine(), commit())


async def _measured(
    settings: Settings, catalogue: PostgresCatalogue, towns: Towns, searches: int
) -> tuple[Measured, ...]:
    """Raises `bench.ServerFailed`."""
    gc.collect()
    gc.freeze()  # the world's cities lie in our memory and in no gateway's
    alone = Measured("catalogue", await by_catalogue(catalogue, towns, searches))
    with stage(settings) as sales:
        async with sales.paced() as paced:
            asked = await by_catalogue(catalogue, towns, searches)
            over_rest = await by_rest(sales.url, towns, searches)
        few = max(1, searches // RUSHED_SHARE)
        async with sales.unbridled(_long_enough_s(few)) as unbridled:
            rushed = await by_catalogue(catalogue, towns, few)
    return (
        alone,
        Measured("catalogue", asked, paced.result),
        Measured("rest", over_rest, paced.result),
        Measured("catalogue", rushed, unbridled.result),
    )


def _long_enough_s(searches: int) -> float:
    """For the searches at three times their goal."""
    return max(len(KINDS) * searches * P99_MAX_MS * 3 / 1000, SALE_MIN_S)


def told(result: DiscoveryResult) -> Table:
    """The result for a person."""
    title = f"{result.events:,} events in {result.venues:,} venues, {result.positions}; goal of p99: "
    table = Table(
        "beside", "asked", "search", "p50 ms", "p99 ms", "found", title=f"{title}{P99_MAX_MS:.0f} ms"
    )
    for each in result.measured:
        beside = NOBODY if each.sale is None else f"{each.sale.told} ({each.sale.sold_per_s:,.0f} came)"
        for found in each.found:
            table.add_row(
                beside, each.way, found.search, *map(str, (found.p50_ms, found.p99_ms, found.found))
            )
    return table

"""`holdfast seed`: made-up venues and events in real cities, to look around in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, TypeVar

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench.towns import Draft, Towns, town_plan
from engine.catalogue import DEFAULT_ORGANISER, Billing
from engine.listings import Venue
from engine.terms import Terms
from holdfast.database import open_database
from holdfast.output import console
from holdfast.settings import Settings
from persistence.drafts import new_id
from persistence.postgres.catalogue import PostgresCatalogue

BATCH: Final = 500
T = TypeVar("T")


class Seeded(msgspec.Struct, frozen=True):
    """What was made, and how long it took."""

    venues: int
    events: int
    seconds: float


async def seed_database(settings: Settings, venues: int, events: int, seed: int) -> Seeded:
    """Make so many venues, and so many events on sale in them, with a bar that tells how far it is."""
    began_s = time.perf_counter()
    async with open_database(settings) as database:
        catalogue = PostgresCatalogue(database.dsn)
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        try:
            with Progress(*columns, console=console) as progress:
                await fill(catalogue, Towns(seed), venues, events, _steps(progress))
            await catalogue.discovery.settle()
        finally:
            await catalogue.close()
    return Seeded(venues, events, round(time.perf_counter() - began_s, 1))


async def fill(
    catalogue: PostgresCatalogue,
    towns: Towns,
    venues: int,
    events: int,
    step: Callable[[str, int, int], None] = lambda _what, _of, _done: None,
) -> None:
    """Venues and events into a catalogue; `step` hears what is made, of how many, and how many came."""
    at_ms = time.time_ns() // 1_000_000
    houses: list[Venue] = []
    for batch in _batches(towns.venues(_ids("ven", at_ms), venues, at_ms, DEFAULT_ORGANISER)):
        await catalogue.discovery.add_venues(batch)
        houses += batch
        step("venues", venues, len(batch))
    plan = await catalogue.save_plan(town_plan(), at_ms)
    for drafts in _batches(towns.drafts(houses, events, at_ms) if houses else iter(())):
        await catalogue.create_open_events(plan.id, [_told(draft) for draft in drafts], at_ms)
        step("events", events, len(drafts))


def _told(draft: Draft) -> tuple[str, Terms, Billing]:
    return draft.name, draft.terms, draft.billing


def _ids(prefix: str, at_ms: int) -> Iterator[str]:
    while True:
        yield new_id(prefix, at_ms)


def _batches(source: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(source, BATCH)):
        yield batch


def _steps(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, TaskID] = {}

    def step(what: str, of: int, done: int) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what, total=of)
        progress.advance(tasks[what], done)

    return step

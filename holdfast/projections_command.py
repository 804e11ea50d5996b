"""`holdfast projections`: counts all sales from the first record on, with a bar for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from holdfast.database import open_database
from holdfast.output import console
from holdfast.settings import Settings
from persistence.postgres.projections import PostgresProjections
from persistence.postgres.rebuilding import PostgresRebuild, Rebuilt
from persistence.postgres.store import PostgresSectionStore
from workers.limits import ProjectorLimits
from workers.projections.projector import Counter, Tables

LIMITS: Final = ProjectorLimits()
CATCHING_UP_MAX: Final = 3
"""How often what was written meanwhile is counted, in both sets, so that they can be compared."""
Told = Callable[[int], None]


async def count_anew(settings: Settings, *, swap: bool) -> Rebuilt:
    """Count the database that the settings name, and say what came out."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with open_database(settings) as database:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("counting the journal", total=None)

            def told(total: int | None, done: int) -> None:
                progress.update(task, total=total, advance=done)

            rebuilt = await rebuild(database.dsn, told, swap=swap)
    _tell(rebuilt, swap=swap)
    return rebuilt


async def rebuild(dsn: str, on_progress: Callable[[int | None, int], None], *, swap: bool) -> Rebuilt:
    """Count everything from nothing beside what there is; then use it (`swap`) or compare and drop it.

    `on_progress` gets how many records there are to count, once that is known, and how many more were.
    Raises `StorageError`.
    """
    store, kept, anew = PostgresSectionStore(dsn), PostgresProjections(dsn), PostgresRebuild(dsn)
    try:
        await anew.begin()
        total = await anew.tables.lag()
        on_progress(total, 0)
        fresh, first = Counter(store, anew.tables, LIMITS), Counter(store, kept, LIMITS)
        await _count(fresh, anew.tables, total, lambda done: on_progress(total, done))
        for _ in range(CATCHING_UP_MAX):
            await _count(first, kept, await kept.lag(), _silent)
            await _count(fresh, anew.tables, await anew.tables.lag(), _silent)
            if not await kept.lag():
                break
        return await anew.finish(swap=swap)
    finally:
        await anew.close()
        await kept.close()
        await store.close()


async def _count(counter: Counter, tables: Tables, records: int, told: Told) -> None:
    """Count so many records, or all that there are: what is written meanwhile has no end."""
    while records > 0:
        waiting = await tables.behind(LIMITS.streams_per_round)
        counted = await counter.count_all(waiting)
        if not counted:
            return
        records -= counted
        told(counted)


def _silent(_done: int) -> None:
    """What is counted after the bar was full."""


def _tell(rebuilt: Rebuilt, *, swap: bool) -> None:
    console.print(
        f"counted {rebuilt.records:,} records of {rebuilt.streams} streams: "
        f"{rebuilt.sold:,} sold, {rebuilt.held:,} held, {rebuilt.orders:,} orders"
    )
    if rebuilt.differences is None:
        console.print("not compared: the sale goes on")
    elif rebuilt.differences:
        console.print(f"[red]{rebuilt.differences:,} rows were otherwise[/red]")
    else:
        console.print("[green]the same[/green] as what was counted record by record")
    if swap:
        console.print("this is told from now on")

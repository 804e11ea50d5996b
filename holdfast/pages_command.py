"""`holdfast bench pages`: the event's page of 80,000 and of 200,000 seats, before a server of its own."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
from rich.table import Table

from bench.pages import LARGER, Figure, in_a_browser, sizes
from bench.server_process import ServerProcess
from bench.wide_house import higher
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.plans.fixtures import stadium
from engine.terms import Terms
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.output import console
from holdfast.ports_free import free_port
from holdfast.settings import Settings

RINGS: Final = 3
"""How many rings of 40,000 seats more the larger house has."""
OUTWARDS: Final = 5_000.0


class PagesResult(msgspec.Struct, frozen=True):
    """All figures, in the order in which they were measured."""

    figures: tuple[Figure, ...]

    @property
    def met(self) -> bool:
        """Whether every figure is within its bar."""
        return all(figure.met for figure in self.figures)


def run_pages_bench() -> PagesResult:
    """Put the houses on sale, serve them, and look at them. Raises `bench.pages.NoBrowser`."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-pages-"))
    try:
        settings = Settings(data_dir=folder / "data")
        event, larger = asyncio.run(_put_on_sale(settings))
        with ServerProcess(settings.data_dir, free_port()) as server:
            in_browser = in_a_browser(server.url, event), in_a_browser(server.url, larger, [LARGER])
            return PagesResult((*sizes(server.url, event), *chain(*in_browser)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _put_on_sale(settings: Settings) -> tuple[str, str]:
    small = stadium()
    async with open_database(settings):
        return await _sold(settings, small), await _sold(settings, higher(small, RINGS, OUTWARDS))


async def _sold(settings: Settings, plan: Plan) -> str:
    stored = await store_plan(settings, canonical_json(plan), "holdfast", None)
    return (await store_event(settings, stored.plan, "Final", msgspec.json.encode(Terms()), opened=True)).id


def told(result: PagesResult) -> Table:
    """The figures as a table, each with its bar and whether it is met."""
    table = Table("what", "figure", "bar", "")
    for figure in result.figures:
        sign = "at least" if figure.least else "at most"
        bar = "" if figure.bar is None else f"{sign} {figure.bar:g}"
        verdict = "" if figure.bar is None else "met" if figure.met else "[bold red]missed[/bold red]"
        table.add_row(figure.what, f"{figure.value:g} {figure.unit}", bar, verdict)
    return table


def print_pages_bench(result: PagesResult) -> None:
    """Print them."""
    console.print(told(result))

"""`holdfast bench pages` and its parts: what the pages were built to, measured before a server of its own."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from rich.table import Table

from bench.pages.beaten import Rival, beaten
from bench.pages.beside import beside
from bench.pages.board import board
from bench.pages.browser import LARGER, SCREENS, WIDE, Screen, chromium
from bench.pages.crowd import SEATS_AT_ONCE, changing
from bench.pages.figure import Figure
from bench.pages.healing import Others, healed
from bench.pages.herd import HerdSpec
from bench.pages.installing import cold, copy_of_tree, warm, without_registry
from bench.pages.loading import first_visit, loaded
from bench.pages.moving import moved
from bench.pages.news import Taking, reached
from bench.pages.seats import at_the_top, crowd_of, labels_of
from bench.pages.sizes import sizes
from bench.pages.viewers import ViewersSpec
from bench.server_process import ServerProcess
from bench.wide_house import higher
from engine.plan import Plan
from engine.plans.canonical import canonical_json
from engine.plans.fixtures import stadium, theatre
from engine.terms import Limits, Terms
from gateway.access.auth import Role, issue_token
from holdfast.bench_command import UnknownScenario
from holdfast.catalogue_commands import store_event, store_plan
from holdfast.database import open_database
from holdfast.output import console
from holdfast.ports_free import free_port
from holdfast.settings import Settings

RINGS: Final = 3
"""How many rings of 40,000 seats more the larger house has."""
OUTWARDS: Final = 5_000.0
TOKEN_TTL_S: Final = 3_600
UNBOUNDED: Final = Limits(
    seats_per_hold=SEATS_AT_ONCE, seats_per_buyer=10_000_000, holds_per_buyer=10_000_000
)
"""A few buyers change seats for thousands."""
VIEWERS: Final = 1_000
HERD: Final = 32
HERD_PAIRS_PER_S: Final = 2.0
"""So a section of 800 seats lasts for as long as a buyer needs to lose thirty of them."""
BOARD_S: Final = 600.0
CHANGES_MIN: Final = 4_500
"""Seats that have to change in a second for a window to have been measured among them; 5,000 are aimed at."""
BOARD_CHANGES_MIN: Final = 5_000


class Stage(msgspec.Struct, frozen=True):
    """A server with a house on sale. `sign` makes tokens of somebody with a role."""

    server: ServerProcess
    plan: Plan
    event: str

    @property
    def address(self) -> str:
        """Where the event's page is."""
        return f"{self.server.url}/e/{self.event}?lang=en"

    def sign(self, who: str, role: Role = "buyer") -> str:
        """A token for somebody."""
        return issue_token(self.server.secret, who, role, TOKEN_TTL_S)


class PagesResult(msgspec.Struct, frozen=True):
    """All figures, in the order in which they were measured."""

    figures: tuple[Figure, ...]

    @property
    def met(self) -> bool:
        """Whether every figure is within its bar."""
        return all(figure.met for figure in self.figures)


@contextmanager
def on_stage(plan: Plan, tree: Path | None = None) -> Iterator[Stage]:
    """A house on sale before a server that has just begun, of another tree than this where one is named."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-pages-"))
    try:
        settings = Settings(data_dir=folder / "data")
        event = asyncio.run(_put_on_sale(settings, plan))
        environment = {} if tree is None else {"PYTHONPATH": str(tree)}
        with ServerProcess(settings.data_dir, free_port(), environment) as server:
            yield Stage(server, plan, event)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _put_on_sale(settings: Settings, plan: Plan) -> str:
    async with open_database(settings):
        stored = await store_plan(settings, canonical_json(plan), "holdfast", None)
        terms = msgspec.json.encode(Terms(limits=UNBOUNDED, orphan_rule="off"))
        return (await store_event(settings, stored.plan, "Final", terms, opened=True)).id


def run_pages_bench(part: str = "pages", seconds: float | None = None) -> PagesResult:
    """One part of the measurement; `seconds` is how long the board is left open.

    Raises `UnknownScenario`, `bench.pages.browser.NoBrowser` and `bench.ServerFailed`.
    """
    measure = PARTS.get(part)
    if measure is None:
        raise UnknownScenario(f"there is no scenario {part!r}; there are {', '.join(PARTS)}")
    return PagesResult(tuple(measure(seconds or BOARD_S)))


def _pages(_seconds: float) -> list[Figure]:
    """Weigh, load and move an event's page, of both houses."""
    with on_stage(stadium()) as stage:
        figures = sizes(stage.server.url, stage.event) + _looked_at(stage, SCREENS)
    with on_stage(higher(stadium(), RINGS, OUTWARDS)) as stage:
        return figures + _looked_at(stage, [LARGER])


def _news(_seconds: float) -> list[Figure]:
    """Seats are taken in a section that a thousand others look at."""
    with on_stage(stadium()) as stage, chromium() as browser:
        section = at_the_top(stage.plan)[0]
        taking = Taking(stage.server.url, stage.sign("taker"), stage.event, labels_of(section))
        viewers = ViewersSpec(stage.server.url, stage.event, section.name, VIEWERS)
        with beside("bench.pages.viewers", viewers):
            return reached(browser, stage.address, section.name, taking)


def _beaten(_seconds: float) -> list[Figure]:
    """Seats are lost to a herd in the section that it is after."""
    with on_stage(stadium()) as stage, chromium() as browser:
        section = at_the_top(stage.plan)[0].name
        tokens = tuple(stage.sign(f"herd-{number}") for number in range(HERD))
        rival = Rival(stage.server.url, stage.sign("rival"), stage.event, section)
        herd = HerdSpec(stage.server.url, stage.event, section, tokens, HERD_PAIRS_PER_S)
        with beside("bench.pages.herd", herd):
            return beaten(browser, stage.address, section, rival)


def _healing(_seconds: float) -> list[Figure]:
    """The connection of a page breaks, loses and doubles while others take seats and give them back."""
    with on_stage(theatre()) as stage, chromium() as browser:
        others = Others(stage.server.url, stage.sign("others"), stage.event, stage.plan)
        return healed(browser, stage.address, others)


def _board(seconds: float) -> list[Figure]:
    """The board is left open while seats change, and compared with the journals at the end."""
    with on_stage(stadium()) as stage:
        way_in = f"{stage.server.url}/board/{stage.event}?lang=en#token={stage.sign('olga', 'organiser')}"
        with board(way_in) as watch:
            with changing(crowd_of(stage.plan, stage.server.url, stage.event, stage.sign)) as crowd:
                figures = watch.watched(seconds)
            last = watch.last(time.time() * 1_000)
        verdict = stage.server.command("verify", accept=lambda status: status in (0, 1))
    apart = sum(abs(last[name] - verdict[name]) for name in last) + len(verdict["breaches"])
    changes = round(crowd.result.changes_per_s)
    return [
        *figures,
        Figure("board: seats apart from the journals at the end", apart, f"of {last['held']:,} held", 0),
        Figure("seat changes meanwhile", changes, "a second", BOARD_CHANGES_MIN, least=True),
    ]


def _install(_seconds: float) -> list[Figure]:
    """Build the pages of a copy of the tree, look at the first one, and install without npm's registry."""
    with copy_of_tree() as copy:
        figures = cold(copy) + warm(copy)
        with on_stage(theatre(), copy) as stage, chromium() as browser:
            figures += [each for each in loaded(browser, stage.address, WIDE) if "paint" in each.what]
    return figures + without_registry()


def _looked_at(stage: Stage, screens: Iterable[Screen]) -> list[Figure]:
    screens = tuple(screens)
    with chromium() as browser:
        figures = first_visit(browser, stage.address, screens[0])
        for screen in screens:
            figures += loaded(browser, stage.address, screen)
        with changing(crowd_of(stage.plan, stage.server.url, stage.event, stage.sign)) as crowd:
            for screen in screens:
                figures += moved(browser, stage.address, screen)
    changes = round(crowd.result.changes_per_s)
    return [*figures, Figure("seat changes meanwhile", changes, "a second", CHANGES_MIN, least=True)]


PARTS: Final[dict[str, Callable[[float], list[Figure]]]] = {
    "pages": _pages,
    "pages-news": _news,
    "pages-beaten": _beaten,
    "pages-healing": _healing,
    "pages-board": _board,
    "pages-install": _install,
}
"""What is measured by which name."""


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

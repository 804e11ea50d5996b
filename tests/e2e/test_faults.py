"""Parts of the server are killed, stopped and cut off in mid-sale: what was acknowledged is there, once.

A shorter form of `make torture`: the same crowd, the same checks, fewer rounds. Nobody helps:
the server brings back by itself whatever is lost.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path

import pytest

from bench.server_process import ServerProcess
from engine.plan import Plan
from engine.plans.fixtures import theatre
from engine.transitions import Phase
from scripts.torture import clock
from scripts.torture.faults import Fault
from scripts.torture.scene import Scene
from scripts.torture.stages import on_small_disk, with_links
from scripts.torture.trial import Trial, open_sale
from tests.databases import temporary_directory
from tests.e2e.world import World, random_port

PLAN: Plan = theatre()
pytestmark = pytest.mark.timeout(2_000)  # the trial's own limits come first: they say what was awaited


@pytest.fixture(scope="module")
def doomed() -> Iterator[World]:
    """A server of its own, whose parts may be killed."""
    with temporary_directory() as directory, ServerProcess(directory / "data", random_port()) as running:
        yield World(running)


@pytest.fixture(scope="module")
def trial(doomed: World) -> Trial:
    """A sale on it, and buyers who remember what they were told over all that happens."""
    return Trial(Scene(doomed.server, doomed.server.url), open_sale(doomed.server, PLAN), PLAN)


@pytest.mark.parametrize(
    ("fault", "rounds"),
    [
        (Fault.ACTOR, 2),
        (Fault.ACTOR_PAUSE, 1),
        (Fault.GATEWAY, 1),
        (Fault.GATEWAY_PAUSE, 1),
        (Fault.DATABASE, 1),
        (Fault.BACKEND, 1),
        (Fault.HANG, 1),
        (Fault.RAYLET, 1),
    ],
)
def test_what_was_acknowledged_survives(trial: Trial, fault: Fault, rounds: int) -> None:
    """No hold or booking is lost or given twice, repeats get the first outcome, and the sale goes on."""
    clock.run(_withstands(trial, *[fault] * rounds))


def test_the_audit_finds_the_books_in_order(doomed: World, trial: Trial) -> None:
    """After all faults, `holdfast verify` replays every journal without a breach."""
    assert trial.promises.checked > 0
    verdict = doomed.server.command("verify")
    assert ([], len(PLAN.sections)) == (verdict["breaches"], verdict["streams"])
    assert len(trial.promises.taken) == verdict["sold"] + verdict["held"]


async def test_the_figures_are_those_of_the_books(doomed: World, trial: Trial) -> None:
    """After all faults, what the organiser is told is what the journals say, to the seat and to the cent."""
    async with doomed.rest("boss", "organiser") as rest:
        stats = (await rest.get(f"/events/{trial.event}/stats")).raise_for_status().json()
    verdict = doomed.server.command("verify")
    assert (verdict["held"], verdict["sold"]) == (stats["held"], stats["sold"])
    orders = [
        order.amount
        for books in (await doomed.books(trial.event)).values()
        for order in books.state.orders.values()
        if order.phase is Phase.BOOKED
    ]
    revenue = int(Decimal(stats["revenue"]["amount"]).scaleb(2))
    assert (len(orders), sum(orders)) == (stats["orders"], revenue)


def test_what_was_acknowledged_survives_bad_links() -> None:
    """Links to the database and to the buyers that are cut, silent or slow, and a lost reply to a commit."""
    faults = (Fault.LINK_CUT, Fault.LINK_SILENT, Fault.REPLY_LOST, Fault.CLIENTS_CUT, Fault.CLIENTS_SLOW)
    clock.run(_survives(with_links, *faults))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_what_was_acknowledged_survives_a_full_disk() -> None:
    """The database's disk is full: nothing is acknowledged until there is room, and nothing is lost."""
    clock.run(_survives(on_small_disk, Fault.DISK_FULL))


async def _survives(opened: Callable[[Path], AbstractAsyncContextManager[Scene]], *faults: Fault) -> None:
    with temporary_directory() as directory:
        async with opened(directory) as scene:
            event = await asyncio.to_thread(open_sale, scene.server, PLAN)
            await _withstands(Trial(scene, event, PLAN), *faults)


async def _withstands(trial: Trial, *faults: Fault) -> None:
    """On the clock of a torture, which stops when the tests themselves stand still."""
    for fault in faults:
        result = await trial.round(fault)
        assert () == result.breaches
    await trial.audit()
    assert [] == trial.promises.breaches

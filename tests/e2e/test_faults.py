"""Parts of the server are killed in mid-sale: whatever was acknowledged is there afterwards, once.

A shorter form of `make torture`: the same crowd, the same checks, fewer rounds.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.server_process import ServerProcess
from engine.plan import Plan
from engine.plans.fixtures import theatre
from scripts.torture.faults import Fault
from scripts.torture.trial import Trial, open_sale
from tests.databases import temporary_directory
from tests.e2e.world import World, random_port

PLAN: Plan = theatre()


@pytest.fixture(scope="module")
def doomed() -> Iterator[World]:
    """A server of its own, whose parts may be killed."""
    with temporary_directory() as directory, ServerProcess(directory / "data", random_port()) as running:
        yield World(running)


@pytest.fixture(scope="module")
def trial(doomed: World) -> Trial:
    """A sale on it, and buyers who remember what they were told over all that happens."""
    return Trial(doomed.server, open_sale(doomed.server, PLAN), PLAN)


@pytest.mark.parametrize(
    ("fault", "rounds"), [(Fault.ACTOR, 3), (Fault.GATEWAY, 2), (Fault.DATABASE, 2), (Fault.HANG, 1)]
)
async def test_what_was_acknowledged_survives(trial: Trial, fault: Fault, rounds: int) -> None:
    """No hold or booking is lost or given twice, repeats get the first outcome, and the sale goes on.

    Nobody helps: the server brings the part back by itself.
    """
    for _ in range(rounds):
        result = await trial.round(fault)
        assert () == result.breaches
    await trial.audit()
    assert [] == trial.promises.breaches


def test_the_audit_finds_the_books_in_order(doomed: World, trial: Trial) -> None:
    """After all faults, `holdfast verify` replays every journal without a breach."""
    assert trial.promises.checked > 0
    verdict = doomed.server.command("verify")
    assert ([], len(PLAN.sections)) == (verdict["breaches"], verdict["streams"])
    assert len(trial.promises.taken) == verdict["sold"] + verdict["held"]

"""Hundreds of short sales under faults, on two processes."""

from __future__ import annotations

import pytest

from proof.simulation.campaign import ENOUGH_SEEDS, Report, run
from proof.simulation.scenario import Scenario

SHORT_COMMANDS = 250
pytestmark = pytest.mark.timeout(900)  # half a minute on two idle cores, all of it in the fixture


@pytest.fixture(scope="module")
def report() -> Report:
    """One run for both claims."""
    scenarios = [Scenario(seed, commands=SHORT_COMMANDS) for seed in range(1, ENOUGH_SEEDS + 1)]
    return run(scenarios, 2, lambda _result: None)


def test_nothing_ever_happens_that_must_not(report: Report) -> None:
    """No sale is oversold, loses what it acknowledged, or tells two people different things."""
    assert () == report.failures
    assert ENOUGH_SEEDS == report.seeds


def test_every_fault_and_every_rare_event_really_happens(report: Report) -> None:
    """What never happened was not shown to be survived."""
    assert () == report.never

"""Runs of many seeds: what they find, how they tell it, and how a failure becomes smaller."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from engine.commands import Request
from holdfast.cli import app
from proof.simulation.campaign import Report, run
from proof.simulation.runner import Result, simulate
from proof.simulation.scenario import Scenario
from proof.simulation.shrink import shrink

pytestmark = pytest.mark.timeout(600)
FAILING = Scenario(2, commands=400)


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections that let anybody act on anybody's holds."""

    def anybody(_request: Request) -> bool:
        return True

    monkeypatch.setattr("engine.guards.is_staff", anybody)


@pytest.mark.usefixtures("careless")
def test_a_defect_is_found_and_made_smaller() -> None:
    """What is left fails still, with fewer commands, and is played again by the command it gives."""
    tried: list[Result] = []
    smallest, result = shrink(FAILING, lambda _scenario, each: tried.append(each))
    assert result.violations
    assert result.commands < FAILING.commands // 2
    assert result == simulate(smallest)
    assert len(tried) > 1


def test_a_sale_that_does_not_fail_is_not_made_smaller() -> None:
    """Whoever asks for that has mistaken the seed."""
    with pytest.raises(ValueError, match="does not fail"):
        shrink(Scenario(1, commands=30), lambda _scenario, _result: None)


@pytest.mark.usefixtures("careless")
def test_the_command_line_fails_and_says_how_to_play_it_again(tmp_path: Path) -> None:
    """Exit status 1, the seed, and a command that any shell reads."""
    told = tmp_path / "report.json"
    line = ["simulate", "--seeds", "1", "--start", "2", "--commands", "400", "--json", str(told)]
    done = CliRunner().invoke(app, line)
    assert 1 == done.exit_code
    report = msgspec.json.decode(told.read_bytes(), type=Report)
    assert ["holdfast simulate --seeds 1 --start 2 --commands 400"] == [
        each.replay for each in report.failures
    ]


def test_the_command_line_succeeds_when_nothing_is_wrong(tmp_path: Path) -> None:
    """And counts what it did."""
    told = tmp_path / "report.json"
    line = ["simulate", "--seeds", "2", "--commands", "40", "--buyers", "3", "--json", str(told)]
    done = CliRunner().invoke(app, line)
    assert 0 == done.exit_code
    report = msgspec.json.decode(told.read_bytes(), type=Report)
    assert (2, 0, ()) == (report.seeds, report.violations, report.failures)


def test_a_command_line_plays_exactly_its_scenario() -> None:
    """Each choice is an option of its own."""
    scenario = Scenario(7, commands=80, buyers=4, without=("actor killed", "gateway's clock jumps"))
    words = shlex.split(scenario.command_line())
    assert ["actor killed", "gateway's clock jumps"] == [
        words[index + 1] for index, word in enumerate(words) if word == "--without"
    ]
    assert re.search(r"--start 7 --commands 80 --buyers 4", scenario.command_line())


def test_jobs_change_nothing_but_the_time() -> None:
    """Every seed comes to the same on one process and on two, in order."""
    scenarios = [Scenario(seed, commands=40) for seed in range(1, 7)]
    alone: list[Result] = []
    together: list[Result] = []
    run(scenarios, 1, alone.append)
    run(scenarios, 2, together.append)
    assert alone == together

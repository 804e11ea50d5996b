"""A seed is a sale: nothing else decides what happens in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from proof.simulation.parts import promised
from proof.simulation.runner import simulate
from proof.simulation.scenario import Scenario

ROOT = Path(__file__).parents[2]
PLAY = """
import sys
from proof.simulation.runner import simulate
from proof.simulation.scenario import Scenario
print(simulate(Scenario(int(sys.argv[1]), commands=200)).digest)
"""


def digest_elsewhere(seed: int, hash_seed: str) -> str:
    """The digest that another process finds, in which strings have other hashes."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PLAY, str(seed)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("seed", [3, 8])
def test_the_same_seed_is_the_same_sale_in_every_process(seed: int) -> None:
    """Every byte that was stored or sent is the same, whatever hashes and addresses are."""
    expected = simulate(Scenario(seed, commands=200)).digest
    assert [expected, expected] == [digest_elsewhere(seed, "1"), digest_elsewhere(seed, "2")]


def test_what_was_played_before_changes_nothing() -> None:
    """A seed that fails in a long run fails alone too."""
    first = simulate(Scenario(5, commands=150))
    simulate(Scenario(6, commands=150))
    assert first == simulate(Scenario(5, commands=150))


def test_another_seed_is_another_sale() -> None:
    """Digests tell sales apart."""
    assert simulate(Scenario(11, commands=50)).digest != simulate(Scenario(12, commands=50)).digest


def test_without_faults_there_are_none() -> None:
    """Every fault can be switched off by its name."""
    faults, _ = promised()
    calm = simulate(Scenario(4, commands=150, without=faults))
    assert {} == calm.faults
    assert () == calm.violations

"""Relay and consumers under a broker that loses connections, repeats and delays, and storage that fails."""

from __future__ import annotations

from collections import Counter

from proof.simulation.bus import Bus
from proof.simulation.bus_runner import simulate_bus
from proof.simulation.scenario import Scenario

SEEDS = 60
COMMANDS = 300


def test_every_piece_of_news_takes_effect_once_and_in_order() -> None:
    """Whatever is killed, frozen, lost or repeated meanwhile; and all of that did happen."""
    seen: Counter[str] = Counter()
    for seed in range(SEEDS):
        result = simulate_bus(Scenario(seed, COMMANDS))
        assert () == result.violations, f"seed {seed}"
        seen.update(result.seen)
    assert set(Bus.sometimes) <= set(seen)


def test_the_same_seed_is_the_same_day() -> None:
    """Down to the number of turns."""
    first, second = (simulate_bus(Scenario(7, COMMANDS)) for _ in range(2))
    assert first == second

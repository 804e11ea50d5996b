"""Plays one seed of the bus, from the first record to the audit."""

from __future__ import annotations

from collections.abc import Callable

from proof.simulation.bus import Bus
from proof.simulation.runner import Result, simulate
from proof.simulation.scenario import Scenario
from proof.simulation.storage import Storage
from proof.simulation.world import World


def simulate_bus(scenario: Scenario) -> Result:
    """Play a scenario. Whatever goes wrong in it is a violation of the result, never an exception."""
    return simulate(scenario, build)


def build(world: World) -> Callable[[], bool]:
    """Fill a world; what this gives says whether all is sold."""
    storage = Storage(world)
    bus = Bus(world, storage)
    world.parts = [storage, bus]
    return lambda: bus.sold

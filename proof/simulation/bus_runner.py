"""Plays one seed of the bus, from the first record to the audit."""

from __future__ import annotations

import warnings

from proof.simulation.bus import Bus
from proof.simulation.director import Director
from proof.simulation.failures import heard_failures
from proof.simulation.loop import Stuck
from proof.simulation.part import Unsettled
from proof.simulation.runner import Result, result_of
from proof.simulation.scenario import Scenario
from proof.simulation.storage import Storage
from proof.simulation.world import World


def simulate_bus(scenario: Scenario) -> Result:
    """Play a scenario. Whatever goes wrong in it is a violation of the result."""
    world = World(scenario)
    try:
        with heard_failures(world.ledger):
            _play(world)
        return result_of(world)
    finally:
        with warnings.catch_warnings():
            # Coroutines that never had their first turn: their process died before.
            warnings.simplefilter("ignore", RuntimeWarning)
            world.loop.end()
            world.parts.clear()


def _play(world: World) -> None:
    ledger = world.ledger
    try:
        world.loop.run_until_complete(_sale(world))
        for part in world.parts:
            for what in part.audit():
                ledger.violation(what)
    except (Stuck, Unsettled) as error:
        ledger.violation(f"it does not come to an end: {error}")
    except Exception as error:  # noqa: BLE001 - a system that breaks its own world is as wrong as one that loses
        ledger.violation(f"it broke down: {error!r}")


async def _sale(world: World) -> None:
    storage = Storage(world)
    bus = Bus(world, storage)
    world.parts = [storage, bus]
    for part in world.parts:
        await part.start()
    director = Director(world)
    director.rehearse()
    await director.direct(lambda: bus.sold or world.loop.time() > world.storm_s)
    world.healed = True
    for part in world.parts:
        part.heal()
    for part in reversed(world.parts):
        await part.settle()

"""Plays one seed from the first visitor to the audit."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import msgspec

from proof.simulation.director import Director
from proof.simulation.failures import heard_failures
from proof.simulation.loop import Stuck
from proof.simulation.part import Unsettled
from proof.simulation.parts import build as build_sale
from proof.simulation.scenario import Scenario
from proof.simulation.world import World

WORLDS_UNCOLLECTED_MAX = 4
"""Worlds are full of cycles, and to look for them costs as much as a twentieth of a sale."""
_played = count(1)
Build = Callable[[World], Callable[[], bool]]
"""Fills a world with its parts, and gives what tells that nobody is left who wants anything of it."""


class Result(msgspec.Struct, frozen=True):
    """What one sale came to. The same scenario gives the same result, digest included."""

    seed: int
    commands: int
    turns: int
    seconds: float
    faults: dict[str, int]
    seen: dict[str, int]
    violations: tuple[str, ...]
    digest: str


def simulate(scenario: Scenario, build: Build = build_sale) -> Result:
    """Play a scenario. Whatever goes wrong in it is a violation of the result, never an exception."""
    collecting = gc.isenabled()
    gc.disable()
    world = World(scenario)
    try:
        with heard_failures(world.ledger):
            _play(world, build)
        return _result_of(world)
    finally:
        # Whoever has a collector running would meet what is left in the middle of something else.
        _dispose(world, collect=collecting or next(_played) % WORLDS_UNCOLLECTED_MAX == 0)
        if collecting:
            gc.enable()


def _play(world: World, build: Build) -> None:
    ledger = world.ledger
    try:
        world.loop.run_until_complete(_sale(world, build))
        for part in world.parts:
            for what in part.audit():
                ledger.violation(what)
    except (Stuck, Unsettled) as error:
        ledger.violation(f"it does not come to an end: {error}")
    except Exception as error:  # noqa: BLE001 - a system that breaks its own world is as wrong as one that oversells
        ledger.violation(f"it broke down: {error!r}")


async def _sale(world: World, build: Build) -> None:
    over = build(world)
    for part in world.parts:
        await part.start()
    director = Director(world)
    director.rehearse()
    await director.direct(lambda: over() or world.loop.time() > world.storm_s)
    world.healed = True
    for part in world.parts:
        part.heal()
    for part in reversed(world.parts):
        await part.settle()


def _result_of(world: World) -> Result:
    """What a world that was played came to."""
    ledger = world.ledger
    return Result(
        seed=world.scenario.seed,
        commands=ledger.commands,
        turns=world.loop.turns,
        seconds=round(world.loop.time(), 6),
        faults=dict(ledger.faults),
        seen=dict(ledger.seen),
        violations=tuple(ledger.violations),
        digest=ledger.digest,
    )


def _close_coroutines(world: World) -> None:
    """End what never came to its end, one after the other.

    The collector would do so in any order, in the midst of freeing what they wait for, which the
    interpreter does not always survive.
    """
    for task in asyncio.all_tasks(world.loop):
        coroutine = task.get_coro()
        # What they do at their end means nothing any more, and nor does it if they refuse to end.
        with suppress(BaseException):
            coroutine.close()


def _dispose(world: World, *, collect: bool) -> None:
    """Free what the world left, after nothing of it can do anything any more."""
    with warnings.catch_warnings():
        # Coroutines that never had their first turn: their process died before.
        warnings.simplefilter("ignore", RuntimeWarning)
        world.loop.end()
        _close_coroutines(world)
        world.parts.clear()
        if collect:
            gc.collect()

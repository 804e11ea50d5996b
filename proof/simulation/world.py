"""One simulated world: its loop, its chance, its ledger and its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context

from proof.simulation.ledger import Chance, Ledger
from proof.simulation.loop import VirtualLoop
from proof.simulation.part import Part
from proof.simulation.processes import Process
from proof.simulation.scenario import Scenario

TURNS_MIN = 100_000
TURNS_PER_COMMAND_MAX = 500
"""About thirty are usual."""


class World:
    """What all parts share. Parts find each other through the arguments of their constructors."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.loop = VirtualLoop()
        self.loop.turns_max = TURNS_MIN + TURNS_PER_COMMAND_MAX * scenario.commands
        self.ledger = Ledger()
        self.parts: list[Part] = []
        self.healed = False
        self.storm_s = 600.0
        self.context = Context()
        """Of no process: for what happens between them, on the wire and in the server."""

    def chance(self, name: str) -> Chance:
        """The seeded randomness of one part."""
        return Chance(self.scenario.seed, name)

    def process(self, name: str, on_death: Callable[[Process], None]) -> Process:
        """A new process."""
        return Process(name, self.loop, self.loop.resume, on_death)

    def later(self, delay_s: float, function: Callable[..., object], *args: object) -> None:
        """Have something happen outside all processes."""
        self.loop.call_later(delay_s, function, *args, context=self.context)

    def enabled(self, fault: str) -> bool:
        """Whether a fault may happen in this scenario, now."""
        return not self.healed and fault not in self.scenario.without


async def until(condition: Callable[[], bool], every_s: float, tries_max: int) -> bool:
    """Look again and again whether a condition holds; False if it never does."""
    for _ in range(tries_max):
        if condition():
            return True
        await asyncio.sleep(every_s)
    return condition()

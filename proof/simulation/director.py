"""The director: strikes with the parts' faults at times that the seed gives, until the crowd has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from proof.simulation.part import Strike
from proof.simulation.world import World

MEAN_S = 0.8
"""Between two strikes of a world with a bad day."""


class Director:
    """Draws which faults a day has, how often they strike, and strikes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance("director")
        # Some days are quiet, and of each kind of fault some days have none: so that what
        # one fault would hide behind another is seen too.
        self._pace_s = MEAN_S * self._chance.choice((0.5, 1.0, 1.0, 2.0, 6.0))
        self._strikes: list[tuple[str, Strike]] = []

    def rehearse(self) -> None:
        """Draw the faults of the day."""
        for part in self._world.parts:
            for name, strike in part.faults().items():
                # Drawn for every fault, so that leaving one out changes as little as possible.
                if self._chance.happens(0.6):
                    self._strikes.append((name, strike))

    async def direct(self, over: Callable[[], bool]) -> None:
        """Strike until it is over."""
        while not over():
            await asyncio.sleep(self._chance.pause(self._pace_s))
            if self._strikes and not over():
                name, strike = self._chance.choice(self._strikes)
                if self._world.enabled(name):
                    self._world.ledger.fault(name)
                    self._world.ledger.trace(b"!", name.encode())
                    strike()

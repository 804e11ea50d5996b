"""The organiser's people: they block, price and pause while the sale runs."""

from __future__ import annotations

import asyncio
from typing import Final

from engine.commands import (
    AnyCommand,
    BlockSeats,
    Request,
    SetChannel,
    SetForSale,
    SetPrice,
    SetSale,
    UnblockSeats,
)
from engine.waitlist.commands import MoveEntry
from proof.simulation.gateways import Gateways
from proof.simulation.house import House
from proof.simulation.world import World

THINK_S: Final = 0.6
PAUSE_S: Final = 0.4
DEADLINE_MS: Final = 4_000
LATELY: Final = 12
"""Of so many who joined last some may still wait."""


class Staff:
    """Gives commands through a gateway, as REST does: without keys, and without asking again."""

    def __init__(self, world: World, gateways: Gateways, house: House) -> None:
        self._world = world
        self._gateways = gateways
        self._house = house
        self._chance = world.chance("staff")
        self._blocked: list[tuple[int, str]] = []
        self._register = min(house.streams.values())

    async def live(self, commands: int) -> None:
        """Give commands until so many were given in all, then leave everything open."""
        while self._world.ledger.commands < commands:
            await asyncio.sleep(self._chance.pause(THINK_S))
            await self._act()
        for stream in self._house.streams.values():
            self._give(stream, SetSale("open"))

    async def _act(self) -> None:
        chance = self._chance
        layout = chance.choice(self._house.sections)
        stream = self._house.streams[layout.name]
        labels = layout.labels
        if chance.happens(0.1):
            self._reorder()
        draw = chance.random()
        if draw < 0.06:
            self._give(stream, SetSale("paused"))
            await asyncio.sleep(chance.pause(PAUSE_S))
            self._give(stream, SetSale("open"))
        elif draw < 0.3 and labels:
            label = chance.choice(labels)
            self._blocked.append((stream, label))
            self._give(stream, BlockSeats((label,)))
        elif draw < 0.6 and self._blocked:
            stream, label = self._blocked.pop(chance.between(0, len(self._blocked) - 1))
            self._give(stream, UnblockSeats((label,)))
        elif draw < 0.75 and labels:
            channel = chance.choice((None, None, "partner"))
            self._give(stream, SetChannel((chance.choice(labels),), channel))
        elif draw < 0.9 and labels:
            self._give(stream, SetForSale((chance.choice(labels),), chance.happens(0.7)))
        else:
            self._give(stream, SetPrice("gold", "standard", chance.between(1_000, 9_000)))

    def _reorder(self) -> None:
        """Put somebody who joined lately before somebody else, or behind all."""
        entries = self._house.entries[-LATELY:]
        if len(entries) > 1:
            one, other = self._chance.sample(entries, 2)
            before = other if self._chance.happens(0.7) else None
            self._give(self._register, MoveEntry(one, before, "a promise of the house"))

    def _give(self, stream: int, command: AnyCommand) -> None:
        """Have some gateway send it; if that gateway dies nobody hears of it again."""
        if self._gateways.living:
            gateway = self._chance.choice(self._gateways.living)
            self._world.ledger.commands += 1
            request = Request("usr_staff", command, role="staff")
            gateway.process.spawn(gateway.sections.ask(stream, request, DEADLINE_MS))

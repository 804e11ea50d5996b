"""What becomes of orders whose payment takes time: second steps, and refunds by the house."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

from engine.journal import StorageError
from gateway.access.auth import Principal
from proof.simulation.gateways import Gateways
from proof.simulation.house import House
from proof.simulation.treasury import bank_in
from proof.simulation.world import World
from protocol.payments import RefundBody

THINK_S: Final = 0.7
DEADLINE_MS: Final = 4_000
BOSS: Final = Principal("usr_staff", "organiser", (), float("inf"), standing="staff")


class Cashier:
    """Takes the steps of forgetful buyers, and gives money back; without asking again."""

    def __init__(self, world: World, gateways: Gateways, house: House) -> None:
        self._world = world
        self._gateways = gateways
        self._house = house
        self._chance = world.chance("cashier")
        self._refunds = 0

    async def live(self, commands: int) -> None:
        """Act until the crowd has given so many commands."""
        while self._world.ledger.commands < commands:
            await asyncio.sleep(self._chance.pause(THINK_S))
            if self._gateways.living:
                self._act()

    def _act(self) -> None:
        counter = self._chance.choice(self._gateways.living)
        if self._house.steps and self._chance.happens(0.6):
            secret = self._house.steps.pop(0)
            bank = bank_in(counter.counter.banks)
            counter.process.spawn(_careless(bank.approve(secret, self._chance.happens(0.8))))
            self._world.ledger.sometimes("a second step was taken")
        elif self._house.paid:
            order, seats = self._chance.choice(self._house.paid)
            self._refunds += 1
            body = self._asked(seats)
            key = f"refund-{self._refunds}"
            refunding = counter.counter.refund(order, body, BOSS, key, DEADLINE_MS)
            counter.process.spawn(_careless(refunding))

    def _asked(self, seats: tuple[str, ...]) -> RefundBody:
        draw = self._chance.random()
        if draw < 0.4:
            return RefundBody(amount=self._chance.choice(("1.00", "7.35", "60.00")))
        if draw < 0.8 and seats:
            return RefundBody(seats=(self._chance.choice(seats),))
        return RefundBody()


async def _careless(asked: Coroutine[Any, Any, object]) -> None:
    """Nobody asks again where the database could not be reached."""
    with suppress(StorageError):
        await asked

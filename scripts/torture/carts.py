"""Buyers who want a seat of each of two sections together, while those who decide about them are struck."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from random import Random
from typing import Final

import httpx
import msgspec

from client import HoldfastClient, HoldfastError
from client.errors import Refused
from engine.plan import Category, Plan, Row, Seat, Section
from scripts.torture.buyer import FITTING_REFUSALS
from scripts.torture.company import AGAIN_S, PATIENCE_S, calling, entered
from scripts.torture.promises import Promises
from scripts.torture.scene import Scene

SHOPPERS: Final = 4
SEATS: Final = 8
"""In each section: few, so that shoppers cross."""
KEPT_MAX: Final = 1
"""Carts that one of them keeps; the oldest is given back for another one."""
RELEASED: Final = 0.6
LAST: Final = (f"L-1-{SEATS}", f"R-1-{SEATS}")
"""The pair that shoppers leave alone, so that there is one to be had after a blow."""


class Cart(msgspec.Struct, frozen=True):
    """A hold of both sections that was acknowledged."""

    hold: str
    seats: frozenset[str]


class Carts:
    """A few shoppers at an event of two sections; `carts` counts what was acknowledged.

    They do not pay: letters and webhooks of a torture are those of the payers beside them.
    """

    def __init__(self, scene: Scene, event: str, promises: Promises, seed: int = 1) -> None:
        self.carts = 0
        self.refused = 0
        self._scene: Final = scene
        self._event: Final = event
        self._promises: Final = promises
        self._random: Final = Random(f"carts/{seed}")
        self._kept: Final[list[deque[Cart]]] = [deque() for _ in range(SHOPPERS)]

    async def go(self, stopping: asyncio.Event) -> None:
        """Take and give back until told to stop."""
        async with asyncio.TaskGroup() as group:
            for number in range(SHOPPERS):
                group.create_task(self._shop(number, stopping))

    async def _shop(self, number: int, stopping: asyncio.Event) -> None:
        try:
            async with entered(self._scene, _name(number)) as client:
                while not stopping.is_set():
                    await self._visit(number, client)
        except HoldfastError as error:
            self._promises.late(f"{_name(number)} was left with {error!r}")

    async def _visit(self, number: int, client: HoldfastClient) -> None:
        cart = await self._take(number, client, self._pair())
        if cart is None:
            return
        if self._random.random() < RELEASED:
            await client.release(cart.hold)
            return
        kept = self._kept[number]
        kept.append(cart)
        if len(kept) > KEPT_MAX:
            await client.release(kept.popleft().hold)

    def _pair(self) -> tuple[str, str]:
        """A seat of each section, in either order."""
        pair = [f"{wing}-1-{self._random.randint(1, SEATS - 1)}" for wing in "LR"]
        self._random.shuffle(pair)
        return pair[0], pair[1]

    async def _take(self, number: int, client: HoldfastClient, pair: tuple[str, str]) -> Cart | None:
        """Ask twice under one key: the outcome is one, and it is both seats or none."""
        key = client.fresh_key()
        first, again = [await self._asked(client, pair, key) for _ in range(2)]
        self._promises.expect(first, again, f"{_name(number)} repeated {key}")
        if first is None:
            self.refused += 1
            return None
        self.carts += 1
        self._whole(number, frozenset(pair), first.seats, first.hold)
        return first

    async def _asked(self, client: HoldfastClient, pair: tuple[str, str], key: str) -> Cart | None:
        try:
            reply = await client.hold_create(self._event, pair, key=key)
        except Refused as refusal:
            if refusal.code not in FITTING_REFUSALS:
                raise
            return None
        return Cart(reply.hold, frozenset(item.seat for item in reply.items))

    def _whole(self, number: int, wanted: frozenset[str], told: frozenset[str] | set[str], of: str) -> None:
        self._promises.expect(wanted, frozenset(told), f"{_name(number)}'s seats of {of}")

    async def goes_on(self) -> None:
        """A seat of each section is held together, and given back."""
        async with entered(self._scene, "newcomer-with-a-cart") as client:
            hold = await client.hold_create(self._event, LAST)
            self._whole(0, frozenset(LAST), {item.seat for item in hold.items}, hold.hold)
            await client.release(hold.hold)

    async def check(self) -> None:
        """Every cart is there as a whole, and no section keeps a seat for one that is over."""
        for number, kept in enumerate(self._kept):
            async with calling(self._scene, _name(number)) as rest:
                for cart in kept:
                    told = (await rest.get(f"/holds/{cart.hold}")).json()
                    seats = {item["seat"] for item in told.get("items", ())}
                    self._whole(number, cart.seats, seats, cart.hold)
        await self._at_rest()

    async def _at_rest(self) -> None:
        """What is lent in vain goes back by itself; it may take a moment."""
        wanted = {wing: sum(map(len, self._kept)) for wing in "LR"}
        taken: dict[str, int] = {}
        try:
            async with asyncio.timeout(PATIENCE_S), calling(self._scene, "onlooker") as rest:
                while True:
                    taken = await self._taken(rest)
                    if taken == wanted:
                        break
                    await asyncio.sleep(4 * AGAIN_S)
        except TimeoutError:
            self._promises.expect(wanted, taken, "seats that carts have in each section")

    async def _taken(self, rest: httpx.AsyncClient) -> dict[str, int]:
        told = (await rest.get(f"/events/{self._event}/seats")).json()
        return {name: each["held"] + each["sold"] for name, each in told.get("sections", {}).items()}

    async def audit(self, dsn: str) -> None:
        """What was lent is held against the holds by `holdfast verify`."""

    def told(self) -> Sequence[str]:
        """How many there were."""
        return (f"{self.carts:,} holds over two sections, {self.refused:,} refused whole",)


def two_wings() -> Plan:
    """A house of two sections with a row of seats each."""
    row = Row("1", tuple(Seat(str(seat), float(seat), 1.0, "std") for seat in range(1, SEATS + 1)))
    wings = (Section("L", (row,)), Section("R", (row,)))
    return Plan("Two wings", (Category("std", "Standard", price="50.00"),), wings)


def _name(number: int) -> str:
    return f"carts-{number}"

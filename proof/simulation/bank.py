"""The bank of a simulated world: the sandbox, out of reach at times, and with a bad postman."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Generic

import msgspec

from engine.due_rows import DueRows, Row
from engine.payments.events import PaymentEvent
from engine.payments.payment import Payment
from gateway.paying.ports import BankAway
from gateway.paying.sandbox_bank import SandboxBank, Secret
from gateway.paying.sandbox_intents import SandboxIntent
from persistence.memory.due_rows import MemoryDueRows
from proof.simulation.ledger import Chance
from proof.simulation.wire import Connection, Server
from proof.simulation.world import World

HOP_S: Final = 0.005
SLOW_S: Final = 3.0
KEY: Final = b"the postman knows it"


class BankWeather(msgspec.Struct):
    """How likely it is now that one call to the bank, or one webhook, meets each of these."""

    away: float = 0.0
    reply_lost: float = 0.0
    slow: float = 0.0
    news_lost: float = 0.0
    news_repeated: float = 0.0
    news_mixed_up: float = 0.0


class PostOffice:
    """What lies between gateways and the bank, both ways."""

    def __init__(self, world: World, chance: Chance) -> None:
        self.weather = BankWeather()
        self._world = world
        self._chance = chance
        self._kept: tuple[str, ...] = ()

    async def way_there(self) -> None:
        """Reach the bank. Raises `BankAway`."""
        chance, weather = self._chance, self.weather
        await asyncio.sleep(HOP_S * chance.random())
        if chance.happens(weather.slow):
            self._world.ledger.fault("bank slow")
            await asyncio.sleep(chance.pause(SLOW_S))
        if chance.happens(weather.away):
            self._world.ledger.fault("bank away")
            raise BankAway("no answer")

    def way_back(self) -> None:
        """Hear what it said. Raises `BankAway`: what was asked is done."""
        if self._chance.happens(self.weather.reply_lost):
            self._world.ledger.fault("bank's reply lost")
            raise BankAway("the connection ended")

    def delivered(self, told: tuple[str, ...]) -> tuple[str, ...]:
        """A webhook as it arrives: not at all, twice, or another one in its place and it later."""
        chance, weather, fault = self._chance, self.weather, self._world.ledger.fault
        if chance.happens(weather.news_lost):
            fault("webhook lost")
            return ()
        if chance.happens(weather.news_repeated):
            fault("webhook repeated")
            return told * 2
        if chance.happens(weather.news_mixed_up):
            fault("webhook out of order")
            told, self._kept = self._kept, told
        return told


class SimulatedDueRows(Generic[Row]):
    """`engine.due_rows.DueRows` over one connection of a gateway's; replies to writes may be lost."""

    def __init__(self, server: Server, stored: MemoryDueRows[Row]) -> None:
        self._server = server
        self._stored = stored
        self._connection = Connection(server)

    async def _reach(self) -> None:
        if self._connection.lost:
            self._connection = Connection(self._server)
        await self._connection.run(lambda: None)

    async def begin(self, row: Row) -> Row:
        """Keep a new row."""
        await self._reach()
        kept = await self._stored.begin(row)
        await self._reach()
        return kept

    async def get(self, row_id: str) -> Row | None:
        """The row by its id."""
        await self._reach()
        return await self._stored.get(row_id)

    async def find(self, alias: str) -> Row | None:
        """The row by its second name."""
        await self._reach()
        return await self._stored.find(alias)

    async def advance(self, row: Row) -> bool:
        """Put a row in the place of the version before it."""
        await self._reach()
        done = await self._stored.advance(row)
        await self._reach()
        return done

    async def claim(self, now_ms: int, until_ms: int, rows_max: int) -> list[Row]:
        """Rows that are due."""
        await self._reach()
        claimed = await self._stored.claim(now_ms, until_ms, rows_max)
        await self._reach()
        return claimed

    async def page(self, after: str, rows_max: int) -> list[Row]:
        """Rows in the order of their ids."""
        await self._reach()
        return await self._stored.page(after, rows_max)

    async def among(self, ids: list[str]) -> list[Row]:
        """Those of these rows that there are."""
        await self._reach()
        return await self._stored.among(ids)


class SimulatedBank(SandboxBank):
    """The sandbox as one gateway reaches it, through the weather of its world."""

    def __init__(
        self, post: PostOffice, intents: DueRows[SandboxIntent], now_ms: Callable[[], int], secret: Secret
    ) -> None:
        super().__init__(intents, KEY, now_ms, secret)
        self._post = post

    async def open(self, payment: Payment) -> PaymentEvent:
        """Make the payment known."""
        await self._post.way_there()
        said = await super().open(payment)
        self._post.way_back()
        return said

    async def confirm(self, payment: Payment) -> PaymentEvent:
        """Take the money."""
        await self._post.way_there()
        said = await super().confirm(payment)
        self._post.way_back()
        return said

    async def look(self, payment: Payment) -> PaymentEvent:
        """How it stands."""
        await self._post.way_there()
        said = await super().look(payment)
        self._post.way_back()
        return said

    async def void(self, payment: Payment) -> PaymentEvent:
        """Never take the money."""
        await self._post.way_there()
        said = await super().void(payment)
        self._post.way_back()
        return said

    async def refund(self, payment: Payment, number: int) -> None:
        """Give back."""
        await self._post.way_there()
        await super().refund(payment, number)
        self._post.way_back()

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[str, ...] | None:
        """What a webhook is about, if it arrives."""
        told = super().news(headers, body)
        return None if told is None else self._post.delivered(told)

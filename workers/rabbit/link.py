"""One connection to the broker with one channel, rebuilt from nothing whenever it is lost.

The client library can restore connections by itself, but a publish on a lost one waits for
ever, and not every consumer comes back. So nothing is restored here: what was lost is
dropped whole, and everything is declared anew on the next connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import Final

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractQueue
from aiormq.exceptions import AMQPError
from yarl import URL

from workers.errors import BrokerAway
from workers.limits import BrokerLimits
from workers.ports import Consumer
from workers.rabbit.topology import EXCHANGE, declare_all

LOST: Final = (AMQPError, OSError, TimeoutError, RuntimeError, asyncio.InvalidStateError)
"""What the client library raises of a connection that is not there, or not any more."""
CLOSE_S: Final = 2.0


class Link:
    """Everything that a relay or a consumer has at the broker. Nothing in it outlives the connection."""

    def __init__(self, url: str, consumers: Sequence[Consumer], limits: BrokerLimits) -> None:
        """`consumers` are those whose queues are declared."""
        self._url = str(URL(url).update_query(heartbeat=limits.heartbeat_s))
        self._consumers = tuple(consumers)
        self._limits = limits
        self._connection: AbstractConnection | None = None
        # Held here because the library keeps no more than weak references to what it made.
        self.channel: AbstractChannel | None = None
        self.exchange: AbstractExchange | None = None
        self.queues: dict[str, AbstractQueue] = {}

    @property
    def alive(self) -> bool:
        """Whether there is a connection, as far as this side knows."""
        connection, channel = self._connection, self.channel
        if connection is None or channel is None:
            return False
        return not connection.is_closed and not channel.is_closed

    async def open(self) -> AbstractChannel:
        """The channel, with everything declared. Raises `BrokerAway`."""
        if self.channel is not None and self.alive:
            return self.channel
        await self.drop()
        try:
            async with asyncio.timeout(self._limits.connect_s):
                return await self._connect()
        except LOST as error:
            await self.drop()
            raise BrokerAway(f"the broker cannot be reached: {type(error).__name__}: {error}") from error
        except asyncio.CancelledError:
            await self.drop()
            raise

    async def open_exchange(self) -> AbstractExchange:
        """The exchange that news go to. Raises `BrokerAway`."""
        channel = await self.open()
        if self.exchange is None:
            self.exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        return self.exchange

    async def _connect(self) -> AbstractChannel:
        self._connection = await aio_pika.connect(self._url, timeout=self._limits.connect_s)
        self.channel = await self._connection.channel(publisher_confirms=True, on_return_raises=True)
        await self.channel.set_qos(prefetch_count=self._limits.prefetch)
        self.queues = await declare_all(self.channel, self._consumers, self._limits)
        return self.channel

    async def drop(self) -> None:
        """Forget the connection, and close it if that can be done quickly."""
        connection, self._connection = self._connection, None
        self.channel, self.exchange, self.queues = None, None, {}
        if connection is not None:
            with contextlib.suppress(*LOST):
                async with asyncio.timeout(CLOSE_S):
                    await connection.close()


async def confirmed(publishing: Iterable[object], within_s: float) -> None:
    """Wait until the broker has confirmed all that is being published. Raises `BrokerAway`."""
    tasks = [asyncio.ensure_future(each) for each in publishing]  # type: ignore[call-overload]  # awaitables
    try:
        async with asyncio.timeout(within_s):
            done = await asyncio.gather(*tasks, return_exceptions=True)
    except TimeoutError as error:
        raise BrokerAway("the broker did not confirm in time") from error
    failure = next((each for each in done if isinstance(each, BaseException)), None)
    if failure is not None:
        # A connection that ends cancels what waits on it: that is a loss too, and no wish of ours.
        raise BrokerAway(f"the broker did not confirm: {type(failure).__name__}: {failure}") from failure

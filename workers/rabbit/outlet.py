"""The relay's way to the broker: persistent messages, confirmed in batches, none that no queue takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import aio_pika
from aio_pika import DeliveryMode
from aio_pika.abc import AbstractExchange

from workers.limits import BrokerLimits
from workers.message import MEDIA_TYPE, Message
from workers.ports import Consumer
from workers.rabbit.link import Link, confirmed

APP_ID: Final = "holdfast"


class BrokerOutlet:
    """Sends to `holdfast.events`; every publish is mandatory, so a queue that is missing is noticed."""

    def __init__(self, url: str, consumers: Sequence[Consumer], limits: BrokerLimits) -> None:
        """`consumers` are all that there are: their queues must be there before the first message."""
        self._link = Link(url, consumers, limits)
        self._limits = limits
        self._failed = False

    @property
    def connected(self) -> bool:
        """Whether there is a connection; before the first message there is none yet."""
        return self._link.alive or not self._failed

    async def look(self) -> None:
        """There is nothing to learn."""

    def wants(self, kind: str) -> bool:
        """Everything: who listens at the broker is not known here."""
        return bool(kind)

    async def send(self, messages: Sequence[Message]) -> None:
        """Return once the broker has all of these on disk. Raises `BrokerAway`."""
        self._failed = True
        exchange = await self._link.open_exchange()
        try:
            # Written in this order, because each takes its turn at the channel's lock.
            await confirmed((_publish(exchange, each) for each in messages), self._limits.confirm_s)
        except BaseException:
            await self._link.drop()
            raise
        self._failed = False

    async def close(self) -> None:
        """Close the connection."""
        await self._link.drop()


async def _publish(exchange: AbstractExchange, message: Message) -> None:
    await exchange.publish(
        aio_pika.Message(
            message.body,
            content_type=MEDIA_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message.id,
            timestamp=message.at_ms // 1000,
            type=message.kind,
            app_id=APP_ID,
            headers={"x-event": message.event, "x-at-ms": message.at_ms},
        ),
        routing_key=message.topic,
        mandatory=True,
    )

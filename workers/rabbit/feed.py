"""Feeds one consumer from its queue, for as long as it is told to, whatever becomes of the connection.

A message is acknowledged once it took effect, once it waits in the retry queue, or once it
lies with the dead. While storage is away nothing is acknowledged and nothing is overtaken.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Sequence
from typing import Final, TypeVar

import aio_pika
import msgspec
import structlog
from aio_pika import DeliveryMode
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from engine.journal import StorageUnavailable
from workers.errors import BrokerAway
from workers.feeding import REASON_CHARS_MAX, ConsumerFigures
from workers.limits import BrokerLimits, ConsumerLimits
from workers.message import CloudEvent, Message, parse_message_id
from workers.ports import Consumer
from workers.rabbit.link import LOST, Link, confirmed
from workers.rabbit.topology import dead_queue_name, queue_name, retry_queue_name
from workers.supervision import Backoff

log = structlog.get_logger()
T = TypeVar("T")
TRIES: Final = "x-holdfast-tries"
REASON: Final = "x-holdfast-reason"
Delivery = AbstractIncomingMessage
Inbox = asyncio.Queue[Delivery]


class BrokerFeed:
    """One consumer at the broker."""

    def __init__(self, url: str, consumer: Consumer, limits: ConsumerLimits, broker: BrokerLimits) -> None:
        self.figures = ConsumerFigures(consumer.name)
        self.connected = False
        self.consumer = consumer
        self._limits = limits
        self._broker = broker
        self._link = Link(url, [consumer], broker)

    async def run(self) -> None:
        """Feed until cancelled."""
        backoff = Backoff(self._limits.retry_first_s, self._limits.retry_max_s)
        try:
            while True:
                try:
                    await self._session(backoff)
                except BrokerAway as error:
                    pause_s = backoff.next_s()
                    reason = str(error)
                    log.warning("consumer_waits", consumer=self.consumer.name, reason=reason, seconds=pause_s)
                    await asyncio.sleep(pause_s)
        finally:
            self.connected = False
            await self._link.drop()

    async def _session(self, backoff: Backoff) -> None:
        """Feed over one connection until that is lost, which is told as `BrokerAway`."""
        channel = await self._link.open()
        queue = self._link.queues[self.consumer.name]
        arrived: Inbox = asyncio.Queue()
        try:
            await self._reached(queue.consume(arrived.put, timeout=self._broker.connect_s))
            self.connected = True
            backoff.reset()
            while True:
                await self._feed(channel, await self._next(arrived, queue))
        finally:
            self.connected = False
            # Whatever is not acknowledged comes again, in the order that it had.
            await self._link.drop()

    async def _next(self, arrived: Inbox, queue: AbstractQueue) -> list[Delivery]:
        """What has come, at least one. Raises `BrokerAway` when nothing can come any more."""
        while arrived.empty():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._broker.watch_s):
                    return _drained(await arrived.get(), arrived, self._limits.batch)
            await self._check(queue)
        return _drained(arrived.get_nowait(), arrived, self._limits.batch)

    async def _check(self, queue: AbstractQueue) -> None:
        """A silent queue may be one that we are not fed from any more."""
        if not self._link.alive:
            raise BrokerAway("the connection was lost")
        channel = self._link.channel
        if channel is not None:
            declared = await self._reached(
                channel.declare_queue(queue_name(self.consumer.name), passive=True)
            )
            if not declared.declaration_result.consumer_count:
                raise BrokerAway(f"{queue.name} feeds nobody any more")

    async def _feed(self, channel: AbstractChannel, deliveries: list[Delivery]) -> None:
        read = [(delivery, _message(delivery)) for delivery in deliveries]
        good = [(delivery, message) for delivery, message in read if message is not None]
        if len(good) == len(read) and await self._taken([message for _, message in good]):
            self.figures.took(len(good))
            await self._reached(deliveries[-1].ack(multiple=True))
            return
        for delivery, message in read:
            await self._feed_one(channel, delivery, message)

    async def _feed_one(self, channel: AbstractChannel, delivery: Delivery, message: Message | None) -> None:
        reason = "not a message of ours"
        if message is not None:
            try:
                await self._take([message])
            except BrokerAway:
                raise
            except Exception as error:
                log.exception("consumer_failed", consumer=self.consumer.name, messages=1)
                reason = f"{type(error).__name__}: {error}"[:REASON_CHARS_MAX]
            else:
                self.figures.took(1)
                await self._reached(delivery.ack())
                return
        self.figures.failed()
        await self._later_or_never(channel, delivery, reason, hopeless=message is None)

    async def _taken(self, messages: Sequence[Message]) -> bool:
        try:
            await self._take(messages)
        except BrokerAway:
            raise
        except Exception:
            log.exception("consumer_failed", consumer=self.consumer.name, messages=len(messages))
            return False
        return True

    async def _take(self, messages: Sequence[Message]) -> None:
        """Have the consumer act on these, waiting for storage as long as it is away."""
        backoff = Backoff(self._limits.retry_first_s, self._limits.retry_max_s)
        taken = not messages
        while not taken:
            try:
                await self.consumer.take(messages)
                taken = True
            except StorageUnavailable as error:
                if not self._link.alive:
                    raise BrokerAway("the connection was lost while storage was away") from error
                log.warning("consumer_waits", consumer=self.consumer.name, reason=str(error))
                await asyncio.sleep(backoff.next_s())

    async def _later_or_never(
        self, channel: AbstractChannel, delivery: Delivery, reason: str, *, hopeless: bool
    ) -> None:
        """Put a message that failed where it waits for its next try, or with the dead."""
        tries = _tries(delivery) + 1
        dead = hopeless or tries >= self._limits.tries_max
        name = self.consumer.name
        copy = aio_pika.Message(
            delivery.body,
            content_type=delivery.content_type,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=delivery.message_id,
            type=delivery.type,
            headers={**delivery.headers, TRIES: tries, REASON: reason},
        )
        target = dead_queue_name(name) if dead else retry_queue_name(name)
        publishing = channel.default_exchange.publish(copy, routing_key=target, mandatory=True)
        await confirmed([publishing], self._broker.confirm_s)
        if dead:
            self.figures.buried()
            log.error("message_put_aside", consumer=name, message=str(delivery.message_id), reason=reason)
        await self._reached(delivery.ack())

    async def _reached(self, asked: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._broker.confirm_s):
                return await asked
        except LOST as error:
            raise BrokerAway(f"the connection was lost: {type(error).__name__}: {error}") from error


def _drained(first: Delivery, arrived: Inbox, most: int) -> list[Delivery]:
    found = [first]
    while len(found) < most and not arrived.empty():
        found.append(arrived.get_nowait())
    return found


def _message(delivery: Delivery) -> Message | None:
    """The message that a delivery carries, or None for what no relay of ours sent."""
    try:
        body = _events.decode(delivery.body)
        stream, seq, part = parse_message_id(body.id)
        at_ms = int(str(delivery.headers.get("x-at-ms", 0)))
    except (msgspec.DecodeError, ValueError):
        return None
    event = str(body.data.get("event", ""))
    return Message(stream, seq, body.type, event, at_ms, delivery.body, part, body.subject)


def _tries(delivery: Delivery) -> int:
    tries = delivery.headers.get(TRIES, 0)
    return tries if isinstance(tries, int) else 0


_events: Final = msgspec.json.Decoder(CloudEvent)

"""What is declared at the broker, by whoever comes first: the same from relay and consumers.

All queues are quorum queues. Each consumer has one of its own, a second one in which what
failed waits for its next try, and a third for what keeps failing. One worker of a consumer
is fed at a time, so that two of them keep the order; the next one takes over when it goes.
A queue that is full refuses: the news wait in the journal then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

from workers.limits import BrokerLimits
from workers.ports import Consumer

EXCHANGE: Final = "holdfast.events"
DEAD_EXCHANGE: Final = "holdfast.dead"
DELIVERIES_MAX: Final = 20
"""How often a message may come without an answer, as when it kills its worker, before it is dead."""


def queue_name(consumer: str) -> str:
    """The queue of a consumer."""
    return f"holdfast.{consumer}"


def retry_queue_name(consumer: str) -> str:
    """Where what failed waits."""
    return f"holdfast.{consumer}.retry"


def dead_queue_name(consumer: str) -> str:
    """Where what keeps failing stays until a person looks at it."""
    return f"holdfast.{consumer}.dead"


async def declare_exchange(channel: AbstractChannel) -> AbstractExchange:
    """The exchange that all news go to."""
    return await channel.declare_exchange(EXCHANGE, ExchangeType.TOPIC, durable=True)


async def declare_all(
    channel: AbstractChannel, consumers: Iterable[Consumer], limits: BrokerLimits
) -> dict[str, AbstractQueue]:
    """Everything that these consumers need; their queues by name of consumer."""
    exchange = await declare_exchange(channel)
    dead = await channel.declare_exchange(DEAD_EXCHANGE, ExchangeType.DIRECT, durable=True)
    queues = {}
    for consumer in consumers:
        name = consumer.name
        grave = await channel.declare_queue(dead_queue_name(name), durable=True, arguments=_quorum(limits))
        await grave.bind(dead, routing_key=dead_queue_name(name))
        await channel.declare_queue(retry_queue_name(name), durable=True, arguments=_retry(name, limits))
        queue = await channel.declare_queue(queue_name(name), durable=True, arguments=_main(name, limits))
        for topic in consumer.topics:
            await queue.bind(exchange, routing_key=topic)
        queues[name] = queue
    return queues


def _quorum(limits: BrokerLimits) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-max-length": limits.queue_messages_max,
        "x-overflow": "reject-publish",
    }


def _main(name: str, limits: BrokerLimits) -> dict[str, Any]:
    return {
        **_quorum(limits),
        "x-single-active-consumer": True,
        "x-delivery-limit": DELIVERIES_MAX,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": dead_queue_name(name),
        "x-dead-letter-strategy": "at-least-once",
    }


def _retry(name: str, limits: BrokerLimits) -> dict[str, Any]:
    return {
        **_quorum(limits),
        "x-message-ttl": limits.retry_delay_ms,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue_name(name),
        "x-dead-letter-strategy": "at-least-once",
    }

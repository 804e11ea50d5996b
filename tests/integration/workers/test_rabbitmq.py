"""Relay and consumers at a real broker. Queues have names of each test's own, so they may share one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import aio_pika
import pytest

from scripts.services.rabbitmq import RabbitNode
from scripts.torture.waits import within
from tests.integration.workers.listeners import Listener, message
from workers.errors import BrokerAway
from workers.limits import BrokerLimits, ConsumerLimits
from workers.rabbit.feed import BrokerFeed
from workers.rabbit.outlet import BrokerOutlet
from workers.rabbit.topology import dead_queue_name, queue_name, retry_queue_name

BACK_MAX_S = 90.0
CONSUMER = ConsumerLimits(tries_max=3, retry_first_s=0.05, retry_max_s=0.2)
BROKER = BrokerLimits(retry_delay_ms=50, watch_s=0.5, connect_s=5, confirm_s=5)


@asynccontextmanager
async def bus(url: str, *listeners: Listener) -> AsyncIterator[BrokerOutlet]:
    """An outlet whose queues are there, and are gone afterwards."""
    outlet = BrokerOutlet(url, listeners, BROKER)
    try:
        yield outlet
    finally:
        await outlet.close()
        connection = await aio_pika.connect(url)
        async with connection:
            channel = await connection.channel()
            for name in [listener.name for listener in listeners]:
                for queue in (queue_name(name), retry_queue_name(name), dead_queue_name(name)):
                    await channel.queue_delete(queue)


@asynccontextmanager
async def fed(url: str, listener: Listener) -> AsyncIterator[BrokerFeed]:
    """A listener at its queue."""
    feed = BrokerFeed(url, listener, CONSUMER, BROKER)
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def dead_letters(
    url: str, listener: Listener, count: int
) -> list[aio_pika.abc.AbstractIncomingMessage]:
    """Wait for so many dead letters."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue(dead_queue_name(listener.name))
        found = []
        async with queue.iterator() as letters:
            async for letter in letters:
                await letter.ack()
                found.append(letter)
                if len(found) == count:
                    break
        return found


async def test_what_is_sent_comes_in_order_to_each_who_wants_it(amqp_url: str) -> None:
    """Every consumer has a queue of its own, whether it is there already or not, and hears its topics."""
    everything, orders = Listener(), Listener("order.#")
    async with bus(amqp_url, everything, orders) as outlet:
        sent = [message(seq, kind="order.confirmed" if seq % 2 else "seats.held") for seq in range(1, 301)]
        await outlet.send(sent[:100])
        async with fed(amqp_url, everything), fed(amqp_url, orders):
            await outlet.send(sent[100:])
            assert sent == await everything.took(300)
            assert [each for each in sent if each.kind == "order.confirmed"] == await orders.took(150)


async def test_what_took_effect_does_not_come_again(amqp_url: str) -> None:
    """Neither to whoever took it, nor to the next one, who remembers nothing; and nothing of it is dead."""
    listener = Listener()
    async with bus(amqp_url, listener) as outlet:
        await outlet.send([message(seq) for seq in (1, 2, 3)])
        async with fed(amqp_url, listener):
            await listener.took(3)
            # Whoever takes a later batch has acknowledged the one before.
            await outlet.send([message(4)])
            assert ["7-1", "7-2", "7-3", "7-4"] == [each.id for each in await listener.took(4)]
        successor = Listener(name=listener.name)
        async with fed(amqp_url, successor) as feed:
            await outlet.send([message(5)])
            while "7-5" not in successor.came:
                await successor.took(len(successor.effects) + 1)
            assert 0 == feed.figures.dead
        assert ["7-1", "7-2", "7-3", "7-4"] == listener.came
        assert {*successor.came} <= {"7-4", "7-5"}


async def test_a_consumer_that_fails_tries_again_later_and_then_puts_aside(amqp_url: str) -> None:
    """The others are not held up by one message, which lies with the dead after its last try."""
    listener = Listener()
    listener.poison = {"7-2"}
    async with bus(amqp_url, listener) as outlet:
        await outlet.send([message(seq) for seq in (1, 2, 3)])
        async with fed(amqp_url, listener) as feed:
            assert ["7-1", "7-3"] == [each.id for each in await listener.took(2)]
            [letter] = await dead_letters(amqp_url, listener, 1)
            assert "7-2" == letter.message_id
            assert "ValueError: cannot act on this" == letter.headers["x-holdfast-reason"]
            assert (3, 1) == (letter.headers["x-holdfast-tries"], feed.figures.dead)


async def test_what_is_no_message_of_ours_is_put_aside(amqp_url: str) -> None:
    """Anybody who may write to the exchange cannot stop a consumer."""
    listener = Listener()
    async with bus(amqp_url, listener) as outlet:
        await outlet.send([message(1)])
        connection = await aio_pika.connect(amqp_url)
        async with connection, fed(amqp_url, listener):
            channel = await connection.channel()
            await channel.default_exchange.publish(aio_pika.Message(b"{}"), queue_name(listener.name))
            await outlet.send([message(2)])
            assert 2 == len(await listener.took(2))
            assert b"{}" == (await dead_letters(amqp_url, listener, 1))[0].body


async def test_storage_that_is_away_is_waited_for_without_overtaking(amqp_url: str) -> None:
    """Nothing is put aside and the order stays."""
    listener = Listener()
    listener.away = 3
    async with bus(amqp_url, listener) as outlet:
        await outlet.send([message(seq) for seq in range(1, 6)])
        async with fed(amqp_url, listener) as feed:
            assert [1, 2, 3, 4, 5] == [each.seq for each in await listener.took(5)]
            assert (0, 0) == (feed.figures.failures, feed.figures.dead)


async def test_a_consumer_killed_after_its_effect_does_not_repeat_it(amqp_url: str) -> None:
    """Between effect and acknowledgement it dies; the message comes again and finds itself taken in."""
    listener = Listener()
    listener.hang_once = True
    async with bus(amqp_url, listener) as outlet:
        await outlet.send([message(1)])
        async with fed(amqp_url, listener):
            await listener.hanging.wait()
        async with fed(amqp_url, listener):
            await outlet.send([message(2)])
            assert ["7-1", "7-2"] == [each.id for each in await listener.took(2)]
        assert 2 <= listener.came.count("7-1")


async def test_a_queue_that_vanished_is_declared_anew_and_nothing_is_lost(amqp_url: str) -> None:
    """A message that no queue takes is no confirmed one, and both ends come back."""
    listener = Listener()
    async with bus(amqp_url, listener) as outlet, fed(amqp_url, listener):
        await outlet.send([message(1)])
        await listener.took(1)
        connection = await aio_pika.connect(amqp_url)
        async with connection:
            await (await connection.channel()).queue_delete(queue_name(listener.name))
        await sent_in_the_end(outlet, 2)
        assert ["7-1", "7-2"] == [each.id for each in await listener.took(2)]


async def sent_in_the_end(outlet: BrokerOutlet, *numbers: int) -> int:
    """Send until the broker has it, as the relay does; how often it took."""
    async with within(BACK_MAX_S, "the broker to come back"):
        for attempt in count(1):
            try:
                await outlet.send([message(seq) for seq in numbers])
            except BrokerAway:
                await asyncio.sleep(0.05)
            else:
                return attempt
    raise AssertionError("unreachable")


async def test_a_broker_that_is_killed_loses_nothing(node: RabbitNode) -> None:
    """What was confirmed before is there afterwards, what was not is sent again, each takes effect once."""
    listener = Listener()
    async with bus(node.url, listener) as outlet:
        await outlet.send([message(1)])
        # RabbitMQ 3.10 forgets a quorum queue's vote if it is killed in the second that made the queue.
        await asyncio.to_thread(node.stop)
        await asyncio.to_thread(node.start)
        await sent_in_the_end(outlet, *range(2, 51))
        async with fed(node.url, listener):
            await listener.took(1)
            await asyncio.to_thread(node.kill)
            with pytest.raises(BrokerAway):
                await outlet.send([message(51)])
            await asyncio.to_thread(node.start)
            await sent_in_the_end(outlet, 51, 52)
            taken = await listener.took(52)
        assert list(range(1, 53)) == [each.seq for each in taken]

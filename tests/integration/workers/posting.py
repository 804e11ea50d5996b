"""A house whose news go to a receiver by webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from engine.webhooks import Delivery, Endpoint, Replay, Secret
from gateway.rest.webhooks import new_secret
from persistence.memory.due_rows import MemoryDueRows
from persistence.memory.inbox import MemoryInbox
from persistence.memory.webhooks import MemoryWebhooks
from scripts.services.hooks import Receiver
from tests.integration.workers.houses import House
from tests.integration.workers.listeners import message
from workers.errands import Errands
from workers.message import Message
from workers.webhooks.consumer import WebhookConsumer
from workers.webhooks.courier import Courier, webhook_client
from workers.webhooks.guard import Guard
from workers.webhooks.replaying import Replayer

SECRET = new_secret()


class Post:
    """Everything between news and a receiver, on memory and a clock that stands still until it is turned."""

    def __init__(self, house: House, receiver: Receiver) -> None:
        self.house = house
        self.receiver = receiver
        self.now_ms = int(datetime.now(UTC).timestamp()) * 1000
        self.deliveries: MemoryDueRows[Delivery] = MemoryDueRows(house.database)
        self.replays: MemoryDueRows[Replay] = MemoryDueRows(house.database)
        self.endpoints = MemoryWebhooks(house.database, house.catalogue, self.deliveries)
        self.inbox = MemoryInbox(house.database)
        self.consumer = WebhookConsumer(self.endpoints, self.inbox, lambda: self.now_ms)
        self.client = webhook_client()
        self.courier = self.with_guard(Guard(private=True))
        replayer = Replayer(self.endpoints, self.deliveries, house.store, lambda: self.now_ms)
        self.replaying = Errands("replay", self.replays, replayer.run, lambda: self.now_ms)

    def with_guard(self, guard: Guard) -> Courier:
        return Courier(self.endpoints, guard, self.client, lambda: self.now_ms, lambda: 0.0)

    async def asked_for(
        self, *kinds: str, owner: str | None = None, url: str | None = None, name: str = "whk_1"
    ) -> Endpoint:
        info = await self.house.catalogue.event(self.house.event)
        assert info is not None
        endpoint = Endpoint(
            name, owner or info.organiser, url or self.receiver.url, kinds, (Secret(SECRET),), self.now_ms
        )
        await self.endpoints.create(endpoint)
        return endpoint

    async def endpoint(self) -> Endpoint:
        found = await self.endpoints.get("whk_1")
        assert found is not None
        return found

    async def news(self, *messages: Message) -> list[Delivery]:
        """Have the consumer take messages, and keep what comes of it."""
        await self.consumer.take(messages)
        rows = [row for row in self.inbox.tables["deliveries"].values() if isinstance(row, Delivery)]
        return [await self.deliveries.begin(row) for row in rows]

    async def run(self) -> None:
        errands = Errands("delivery", self.deliveries, self.courier.run, lambda: self.now_ms)
        while await errands.look():
            pass

    async def only(self) -> Delivery:
        [row] = await self.deliveries.page("", 10)
        return row

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Post]:
        """The whole of it, for as long as the block lasts."""
        async with Receiver.open() as receiver:
            made = cls(await House.open(), receiver)
            yield made
            await made.client.aclose()


def about(post: Post, seq: int, kind: str = "order.confirmed") -> Message:
    """A message about the house's event."""
    return message(seq, kind=kind, event=post.house.event)

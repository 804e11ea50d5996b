"""Wiring of outgoing webhooks: who turns news into deliveries, and who makes these."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from engine.webhooks import Delivery, Replay
from holdfast.belongings import Belongings
from persistence.postgres.due_rows import PostgresDueRows
from persistence.postgres.inbox import PostgresInbox
from persistence.postgres.store import PostgresSectionStore
from persistence.postgres.webhooks import PostgresWebhooks
from telemetry.health import HEALTH
from workers.errands import Errands
from workers.webhooks.consumer import WebhookConsumer
from workers.webhooks.courier import Courier, webhook_client
from workers.webhooks.guard import Guard
from workers.webhooks.replaying import Replayer


class OutgoingWebhooks:
    """The consumer of webhooks, and the errands that come of it. `private` lets them reach this machine."""

    def __init__(self, dsn: str, inbox: PostgresInbox, now_ms: Callable[[], int], *, private: bool) -> None:
        self._belongings = Belongings()
        keep = self._belongings.keep
        endpoints = keep(PostgresWebhooks(dsn))
        deliveries = keep(PostgresDueRows(dsn, "deliveries", Delivery))
        replays = keep(PostgresDueRows(dsn, "replays", Replay))
        journal = keep(PostgresSectionStore(dsn))
        client = webhook_client()
        self._belongings.push_async_callback(client.aclose)
        courier = Courier(endpoints, Guard(private=private), client, now_ms, random.random)
        HEALTH.watch("webhooks", lambda: courier.circuits.wrong)
        replayer = Replayer(endpoints, deliveries, journal, now_ms)
        self.consumer = WebhookConsumer(endpoints, inbox, now_ms)
        self.errands: tuple[Errands[Any], ...] = (
            Errands("delivery", deliveries, courier.run, now_ms),
            Errands("replay", replays, replayer.run, now_ms),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._belongings.aclose()

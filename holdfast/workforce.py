"""Wiring of the workers: the relay, and those who act on its news, in one process or in several."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import structlog

from actors.clock import SystemClock
from engine.journal import StorageError
from holdfast.belongings import Belongings
from holdfast.notifications import Notifications
from holdfast.outgoing import OutgoingWebhooks
from holdfast.pressure import rest_under_pressure
from holdfast.settings import Settings
from holdfast.worker_figures import address_of, figures_app, serve_figures
from persistence.postgres.inbox import PostgresAuditTrail, PostgresInbox
from persistence.postgres.projections import PostgresProjections
from persistence.postgres.relay import PostgresRelay
from persistence.postgres.store import PostgresSectionStore
from telemetry.health import HEALTH
from telemetry.meters import METERS
from telemetry.telling import Teller
from workers.audit import AuditConsumer
from workers.feeding import Feeder
from workers.in_process import InProcess
from workers.limits import BrokerLimits, ConsumerLimits, ProjectorLimits, RelayLimits
from workers.message import Message
from workers.pacing import Rest, no_rest
from workers.ports import Consumer, Outlet
from workers.projections.projector import Projector
from workers.rabbit.feed import BrokerFeed
from workers.rabbit.outlet import BrokerOutlet
from workers.relay import Relay

log = structlog.get_logger()
RELAY: Final = "relay"
ANALYTICS: Final = "analytics"
PROJECTIONS: Final = "projections"
"""What projectors share a lease under."""
ALL: Final = "all"
CONSUMERS: Final = ("audit", "notifications", "webhooks")
NAMES: Final = (ALL, RELAY, ANALYTICS, *CONSUMERS)
INBOX_KEPT_MS: Final = 30 * 86_400_000
"""For how long a repeat is recognised; no queue keeps a message nearly as long."""
TIDY_EVERY_S: Final = 600.0


class DeadLetters:
    """Messages that were put aside, in the database."""

    def __init__(self, inbox: PostgresInbox) -> None:
        self._inbox = inbox

    async def bury(self, consumer: str, message: Message, reason: str, at_ms: int) -> None:
        """Keep a message."""
        await self._inbox.bury(consumer, message.position, reason, message.body, at_ms)


class Workforce:
    """One worker process with everything it uses: `name` is one of `NAMES`."""

    def __init__(self, settings: Settings, dsn: str, name: str) -> None:
        """Raises ValueError for a consumer of its own without a broker to hear from."""
        if settings.amqp_url is None and name not in (ALL, RELAY, ANALYTICS):
            raise ValueError(
                f"HOLDFAST_AMQP_URL must be set for a worker {name} of its own; "
                "without it one process relays and acts: holdfast worker all"
            )
        self._name = name
        self._amqp = None if settings.amqp_url is None else settings.amqp_url.get_secret_value()
        self._now_ms = SystemClock().now_ms
        # A worker of one task is a process of its own for the broker's sake, and need not be beside a sale.
        self._rest: Rest = rest_under_pressure if self._amqp is None or name == ALL else no_rest
        self._belongings = Belongings()
        keep = self._belongings.keep
        self._inbox = keep(PostgresInbox(dsn))
        webhooks = keep(OutgoingWebhooks(dsn, self._inbox, self._now_ms, private=settings.webhook_private))
        mail = keep(Notifications(settings, dsn, self._inbox, self._now_ms))
        self._consumers: tuple[Consumer, ...] = (
            AuditConsumer(keep(PostgresAuditTrail(dsn)), self._now_ms),
            mail.consumer,
            webhooks.consumer,
        )
        self._jobs: list[Coroutine[Any, Any, None]] = [self._tidy()]
        if name in (ALL, ANALYTICS):
            self._jobs.append(self._projector(dsn).run(self._rest))
        if (self._amqp is None and name != ANALYTICS) or name in (ALL, RELAY):
            self._jobs.append(self._relay(dsn).run(self._rest))
        if self._amqp is not None:
            self._jobs += [
                self._feed(self._amqp, each).run() for each in self._consumers if self._acts_as(each.name)
            ]
        if self._acts_as("notifications"):
            self._jobs += [errands.run(self._rest) for errands in mail.errands]
        if self._acts_as("webhooks"):
            self._jobs += [errands.run(self._rest) for errands in webhooks.errands]
        self._teller = Teller(f"worker-{name}", settings.socket_dir)
        if (address := address_of(settings)) is not None:
            token = None if settings.metrics_token is None else settings.metrics_token.get_secret_value()
            self._jobs.append(serve_figures(address, figures_app(self._teller.gather, token)))

    async def run(self) -> None:
        """Work until cancelled."""
        self._teller.start()
        try:
            async with asyncio.TaskGroup() as group:
                for job in self._jobs:
                    group.create_task(job)
        finally:
            await self._teller.stop()
            await self._belongings.aclose()

    def _acts_as(self, consumer: str) -> bool:
        """Whether this process acts on what a consumer hears; without a broker it does so on all."""
        if self._name == ANALYTICS:
            return False  # it reads the journal itself, and hears no news
        return self._amqp is None or self._name in (ALL, consumer)

    def _relay(self, dsn: str) -> Relay:
        outlet = self._outlet(self._consumers)
        relay = Relay(
            _life(),
            self._belongings.keep(PostgresSectionStore(dsn)),
            self._belongings.keep(PostgresRelay(dsn)),
            outlet,
            RelayLimits(),
            time.monotonic,
        )
        self._belongings.push_async_callback(relay.leave)
        figures = relay.figures
        METERS.counted("holdfast_relay_records_total", "Journal records relayed.", lambda: figures.records)
        METERS.counted("holdfast_relay_messages_total", "Messages sent.", lambda: figures.messages)
        METERS.counted("holdfast_relay_failures_total", "Rounds that failed.", lambda: figures.failures)
        METERS.gauge(
            "holdfast_relay_leading", "1 while this relay has the lease.", lambda: float(figures.leading)
        )
        return relay

    def _projector(self, dsn: str) -> Projector:
        projector = Projector(
            _life(),
            self._belongings.keep(PostgresSectionStore(dsn)),
            self._belongings.keep(PostgresProjections(dsn)),
            self._belongings.keep(PostgresRelay(dsn, PROJECTIONS)),
            ProjectorLimits(),
            time.monotonic,
        )
        self._belongings.push_async_callback(projector.leave)
        figures = projector.figures
        METERS.counted("holdfast_projector_records_total", "Records counted.", lambda: figures.records)
        METERS.counted("holdfast_projector_failures_total", "Rounds that failed.", lambda: figures.failures)
        METERS.gauge(
            "holdfast_projector_behind", "Records that are to be counted.", lambda: float(figures.behind)
        )
        return projector

    def _outlet(self, consumers: Sequence[Consumer]) -> Outlet:
        if self._amqp is not None:
            outlet = BrokerOutlet(self._amqp, consumers, BrokerLimits())
            self._belongings.keep(outlet)
            HEALTH.watch("broker", lambda: None if outlet.connected else "RabbitMQ cannot be reached")
            return outlet
        letters = DeadLetters(self._inbox)
        return InProcess([Feeder(each, letters, ConsumerLimits(), self._now_ms) for each in consumers])

    def _feed(self, url: str, consumer: Consumer) -> BrokerFeed:
        feed = BrokerFeed(url, consumer, ConsumerLimits(), BrokerLimits())
        wrong = f"{consumer.name} cannot reach RabbitMQ"
        HEALTH.watch(f"consumer-{consumer.name}", lambda: None if feed.connected else wrong)
        return feed

    async def _tidy(self) -> None:
        """Forget what was taken in long ago."""
        while True:
            try:
                while await self._inbox.forget(self._now_ms() - INBOX_KEPT_MS):
                    pass
            except StorageError as error:
                log.warning("inbox_not_tidied", reason=str(error))
            await asyncio.sleep(TIDY_EVERY_S)


def _life() -> str:
    """A name that no other life of a relay or projector has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"

"""Wiring: one place that knows the concrete parts and hands them to those who need them."""

from __future__ import annotations

import os

from fastapi import FastAPI

from actors.clock import RandomIds, SystemClock
from actors.limits import RouterLimits
from actors.placement import Budget, CataloguePlacement
from actors.ports import Clock
from actors.ray_channels import RayChannels
from actors.ray_creation import nursery_path
from actors.rooms import RoomLine
from actors.router import SectionRouter
from actors.testing_clock import TestClock, open_clock
from actors.watch import SectionChanges
from engine.gathering import Gathering
from engine.payments.payment import Payment
from engine.webhooks import Replay
from gateway.accounts.ports import AccountParts
from gateway.app import create_app, drain
from gateway.limiting.local import LocalRates
from gateway.limiting.quotas import Rates
from gateway.limiting.shared import SharedRates
from gateway.parts import Parts
from gateway.paying.ports import Bank, Paying
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_intents import SandboxIntent
from gateway.paying.sandbox_provider import SandboxProvider
from gateway.paying.signatures import news_key
from gateway.ports import Mailer
from gateway.sections.archive import Archive
from gateway.settings import GatewaySettings
from gateway.waitlist.row import WaitlistRow
from gateway.webhooks import Webhooks
from holdfast.actor_recipe import actor_recipe
from holdfast.belongings import Belongings
from holdfast.guarded import GuardedBank, GuardedMailer
from holdfast.late_letters import LateLetters
from holdfast.notifications import open_mailer
from holdfast.readiness import SaleReadiness
from holdfast.settings import Settings
from holdfast.stripe_settings import stripe_bank, stripe_page
from holdfast.tracing import open_traces
from persistence.postgres.account_store import PostgresAccounts
from persistence.postgres.analytics import PostgresAnalytics
from persistence.postgres.catalogue import PostgresCatalogue
from persistence.postgres.due_rows import PostgresDueRows
from persistence.postgres.store import PostgresSectionStore
from persistence.postgres.webhooks import PostgresWebhooks
from telemetry.health import HEALTH
from telemetry.telling import Teller
from workers.mail.letters import Letter
from workers.webhooks.guard import Guard


class Gateway:
    """One gateway process with everything it uses."""

    def __init__(self, settings: Settings, dsn: str) -> None:
        """A gateway on the database `dsn`; Ray is attached already, and a loop is running."""
        clock = open_clock(settings.test_clock_file())
        self._belongings = Belongings()
        keep = self._belongings.keep
        traces = open_traces(os.environ)
        if traces is not None:
            keep(traces)
        catalogue = keep(PostgresCatalogue(dsn, settings.actors()))
        nursery = None if settings.socket_dir is None else nursery_path(settings.socket_dir)
        self._channels = RayChannels(actor_recipe(settings, dsn), RouterLimits(), nursery)
        placement = CataloguePlacement(catalogue.event_of_stream, Budget(settings.shared_actors))
        router = SectionRouter(placement, self._channels, clock, RouterLimits())
        self._readiness = SaleReadiness(catalogue, router, self._channels.silent)
        self._readiness.watch(HEALTH)
        self._teller = Teller("gateway", settings.socket_dir)
        self._teller.gauge(
            "holdfast_requests_waiting", "Requests to leave for actors.", lambda: router.waiting
        )
        changes = SectionChanges(placement, self._channels)
        sections = router if traces is None else traces.sections(router)
        parts = Parts(
            sections=sections,
            changes=changes,
            rooms=RoomLine(sections, changes),
            catalogue=catalogue,
            readiness=self._readiness,
            providers=(SandboxProvider(),),
            paying=self._paying(settings, dsn, clock),
            gatherings=keep(PostgresDueRows(dsn, "gatherings", Gathering)),
            waitlists=keep(PostgresDueRows(dsn, "waitlists", WaitlistRow)),
            openings=catalogue.openings,
            clock=clock,
            test_clock=clock if isinstance(clock, TestClock) else None,
            ids=RandomIds(),
            rates=keep(_rates(settings)),
            accounts=AccountParts(keep(PostgresAccounts(dsn)), _codes(settings)),
            figures=self._teller.gather,
            webhooks=Webhooks(
                keep(PostgresWebhooks(dsn)),
                keep(PostgresDueRows(dsn, "replays", Replay)),
                Guard(private=settings.webhook_private).objection,
            ),
            archive=Archive(keep(PostgresSectionStore(dsn))),
            analytics=keep(PostgresAnalytics(dsn)),
            tracing=traces,
        )
        self.app: FastAPI = create_app(parts, _gateway_settings(settings))

    def _paying(self, settings: Settings, dsn: str, clock: Clock) -> Paying:
        keep = self._belongings.keep
        intents = keep(PostgresDueRows(dsn, "sandbox_intents", SandboxIntent))
        sandbox = SandboxBank(intents, news_key(settings.secret()), clock.now_ms)
        stripe = stripe_bank(settings)
        banks: tuple[Bank, ...] = (sandbox,)
        if stripe is not None:
            guarded = GuardedBank(keep(stripe))
            HEALTH.watch(f"bank-{guarded.name}", lambda: guarded.circuits.wrong)
            banks += (guarded,)
        payments = keep(PostgresDueRows(dsn, "payments", Payment))
        letters = keep(PostgresDueRows(dsn, "letters", Letter))
        return Paying(payments, banks, LateLetters(letters, SystemClock().now_ms))

    def start(self) -> None:
        """Begin to watch the actors and to wake the sections on sale."""
        self._channels.start()
        self._readiness.start()
        self._teller.start()

    async def drain(self) -> None:
        """Let the clients go. Who goes judges no actor: one restarted now would answer too late."""
        await self._channels.stop()
        await drain(self.app)

    async def close(self) -> None:
        """Let go of everything; the actors stay."""
        await self._teller.stop()
        await self._readiness.stop()
        await self._channels.stop()
        await self._belongings.aclose()


def _codes(settings: Settings) -> Mailer:
    """Who takes the mails that carry codes: a server behind a circuit breaker, or files."""
    if settings.smtp_url is None:
        return open_mailer(settings)
    guarded = GuardedMailer(open_mailer(settings))
    HEALTH.watch("codes", lambda: guarded.circuits.wrong)
    return guarded


def _rates(settings: Settings) -> Rates:
    """Where it is counted how often callers ask: in Redis, or here."""
    local = LocalRates(1 / settings.gateways)
    if settings.redis_url is None:
        return local
    shared = SharedRates(settings.redis_url, local)
    HEALTH.watch("redis", lambda: shared.wrong)
    return shared


def _gateway_settings(settings: Settings) -> GatewaySettings:
    return GatewaySettings(
        secret=settings.secret(),
        ticket_keys=settings.ticket_seeds(),
        token_keys=settings.token_seeds(),
        origins=tuple(settings.origins),
        quotas=settings.quotas(),
        metrics_token=None if settings.metrics_token is None else settings.metrics_token.get_secret_value(),
        echo=settings.echo,
        stripe=stripe_page(settings),
    )

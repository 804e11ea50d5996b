"""The sandbox as a bank: remembers what it was asked, moves no money, and misbehaves on request.

What it does follows from the name of the method, after `pinned-`. Its books are rows like a
payment's own, so it survives whatever befalls the gateways.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from engine.due_rows import DueRows
from engine.payments.events import (
    ActionNeeded,
    Declined,
    Opened,
    PaymentEvent,
    Taken,
    Unvoidable,
    Voided,
    Working,
)
from engine.payments.payment import Payment
from gateway.paying.ports import BankAway
from gateway.paying.sandbox_intents import SandboxIntent, Standing
from gateway.paying.sandbox_provider import DECLINES, PINNED
from gateway.paying.signatures import intents_told

SECOND_STEP: Final = "second-step"
SLOW: Final = "slow-card"
LATE: Final = "late-card"
SILENT: Final = "silent-card"
SLOW_MS: Final = 2_000
"""How long the money of `SLOW` is on its way, and that of `LATE` after it was to be stopped."""
OVERTAKEN_MAX: Final = 32
"""How often a change is tried again because somebody else was faster."""
APPROVE: Final = "approve"
"""The buyer's second step, at `APPROVE_URL`."""
APPROVE_URL: Final = "/v1/payments/sandbox/approve"


Secret = Callable[[], str]
"""Makes what only a buyer is to know."""


def fresh_secret() -> str:
    """A secret that nobody can guess."""
    return secrets.token_urlsafe(24)


class SandboxBank:
    """Implements `gateway.paying.ports.Bank`; `news_key` signs its webhooks, `secret` is for second steps."""

    name = "sandbox"

    def __init__(
        self,
        intents: DueRows[SandboxIntent],
        news_key: bytes,
        now_ms: Callable[[], int],
        secret: Secret = fresh_secret,
    ) -> None:
        self.intents = intents
        self.news_key = news_key
        self._now_ms = now_ms
        self._secret = secret

    async def open(self, payment: Payment) -> PaymentEvent:
        """Begin its books for an order; again, it is the same."""
        method = payment.method.removeprefix(PINNED)
        fresh = SandboxIntent(
            f"sandbox-{payment.id}", payment.id, method, payment.amount, payment.currency, self._secret()
        )
        kept = await self.intents.begin(fresh)
        return Opened(kept.id, kept.secret)

    async def confirm(self, payment: Payment) -> PaymentEvent:
        """Decide as the method says."""
        intent = await self._known(payment)
        if intent.method == SILENT:
            raise BankAway("the sandbox was asked not to answer")
        if intent.standing == "new":
            intent = await self._change(intent, self._decided)
        return self._said(intent)

    async def look(self, payment: Payment) -> PaymentEvent:
        """How it stands now."""
        return self._said(await self.settled(await self._known(payment)))

    async def void(self, payment: Payment) -> PaymentEvent:
        """Stop it, unless the money is there or cannot be stopped."""
        intent = await self.settled(await self._known(payment))
        if intent.standing not in ("taken", "voided"):
            intent = await self._change(intent, self._voided)
        said = self._said(intent)
        return Unvoidable() if isinstance(said, Working) else said

    async def refund(self, payment: Payment, number: int) -> None:
        """Give back, once a number."""
        amount = payment.refunds[number].amount

        def refunded(intent: SandboxIntent) -> SandboxIntent:
            return replace(intent, refunds={**intent.refunds, number: amount})

        intent = await self._known(payment)
        if number not in intent.refunds:
            await self._change(intent, refunded)

    async def approve(self, secret: str, approved: bool) -> SandboxIntent | None:
        """The buyer's second step; None where there is nothing to approve."""
        intent = await self.intents.find(secret)
        if intent is None or intent.standing != "action":
            return intent
        standing: Standing = "taken" if approved else "declined"
        now_ms = self._now_ms()

        def stepped(intent: SandboxIntent) -> SandboxIntent:
            if intent.standing != "action":
                return intent
            return replace(intent, standing=standing, due_ms=now_ms)

        return await self._change(intent, stepped)

    async def settled(self, intent: SandboxIntent) -> SandboxIntent:
        """The intent with the money that arrived meanwhile."""

        def arrived(intent: SandboxIntent) -> SandboxIntent:
            there = intent.settles_ms is not None and self._now_ms() >= intent.settles_ms
            return replace(intent, standing="taken") if there and intent.standing == "working" else intent

        return await self._change(intent, arrived)

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[str, ...] | None:
        """The intent that a webhook is about, if we signed it."""
        return intents_told(self.news_key, headers, body, self._now_ms())

    def _decided(self, intent: SandboxIntent) -> SandboxIntent:
        if intent.standing != "new":
            return intent
        if intent.method in DECLINES:
            return replace(intent, standing="declined")
        if intent.method == SECOND_STEP:
            return replace(intent, standing="action")
        if intent.method == LATE:
            return replace(intent, standing="working")
        if intent.method == SLOW:
            settles_ms = self._now_ms() + SLOW_MS
            return replace(intent, standing="working", settles_ms=settles_ms, due_ms=settles_ms)
        return replace(intent, standing="taken")

    def _voided(self, intent: SandboxIntent) -> SandboxIntent:
        if intent.standing in ("taken", "voided"):
            return intent
        if intent.standing == "working":
            settles_ms = intent.settles_ms or self._now_ms() + SLOW_MS
            return replace(intent, settles_ms=settles_ms, due_ms=settles_ms)
        return replace(intent, standing="voided")

    def _said(self, intent: SandboxIntent) -> PaymentEvent:
        match intent.standing:
            case "action":
                return ActionNeeded(APPROVE, APPROVE_URL)
            case "taken":
                return Taken()
            case "declined":
                code = intent.method if intent.method in DECLINES else "declined-card"
                return Declined(code.replace("-", "_"), DECLINES[code])
            case "voided":
                return Voided()
            case "new" | "working":
                return Working()

    async def _known(self, payment: Payment) -> SandboxIntent:
        intent = await self.intents.get(payment.intent)
        if intent is None:
            raise BankAway("the sandbox has lost its books")
        return intent

    async def _change(
        self, intent: SandboxIntent, change: Callable[[SandboxIntent], SandboxIntent]
    ) -> SandboxIntent:
        for _ in range(OVERTAKEN_MAX):
            changed = change(intent)
            if changed is intent:
                return intent
            after = replace(changed, version=intent.version + 1)
            if await self.intents.advance(after):
                return after
            intent = await self.intents.get(intent.id) or intent
        raise BankAway("the sandbox's books change too often")

"""Sends the sandbox's webhooks: late, twice, and the newest first, as banks do on a bad day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.payments.step import STEP_MS
from gateway.paying.sandbox_bank import SandboxBank
from gateway.paying.sandbox_intents import SandboxIntent
from gateway.paying.signatures import SandboxNews, signed
from gateway.paying.webhooks import Webhooks

SENT_MAX: Final = 16
"""Payments whose news are sent at a stretch."""


class SandboxPost:
    """Every gateway sends what is due; what a crash left is sent again, as webhooks may be."""

    def __init__(self, bank: SandboxBank, webhooks: Webhooks, now_ms: Callable[[], int]) -> None:
        self._bank = bank
        self._webhooks = webhooks
        self._now_ms = now_ms

    async def look(self) -> None:
        """Send some of what is due. Raises `engine.journal.StorageUnavailable`."""
        now_ms = self._now_ms()
        for claimed in await self._bank.intents.claim(now_ms, now_ms + STEP_MS, SENT_MAX):
            intent = await self._bank.settled(claimed)
            for news in _news(intent):
                body = msgspec.json.encode(news)
                headers = signed(self._bank.news_key, body, self._now_ms())
                await self._webhooks.receive(self._bank.name, headers, body)
            # Where this is not kept, because something else changed it, it is sent once more.
            await self._bank.intents.advance(replace(intent, due_ms=None, version=intent.version + 1))


def _news(intent: SandboxIntent) -> tuple[SandboxNews, ...]:
    newest = SandboxNews(f"{intent.id}-2", f"payment.{intent.standing}", intent.id)
    older = SandboxNews(f"{intent.id}-1", "payment.working", intent.id)
    return newest, newest, older

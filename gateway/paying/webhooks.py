"""Signed news of banks. They only say which payment to look at: how it stands is asked of the bank itself.

So it does not matter how late they come, how often, and in which order.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.paying.saga import Saga


class Webhooks:
    """Receives what banks tell; may raise `engine.journal.StorageUnavailable`, and is then told again."""

    def __init__(self, saga: Saga) -> None:
        self._saga = saga

    async def receive(self, provider: str, headers: Mapping[str, str], body: bytes) -> bool | None:
        """True when it was taken in, False for a wrong signature, None where there is no such bank."""
        bank = self._saga.banks.get(provider)
        if bank is None:
            return None
        intents = bank.news(headers, body)
        if intents is None:
            return False
        for intent in intents:
            payment = await self._saga.ledger.find(f"{provider}:{intent}")
            if payment is not None:
                await self._saga.hear(payment)
        return True

"""Tells buyers by mail that what they paid too late goes back."""

from __future__ import annotations

from collections.abc import Callable

from engine.due_rows import DueRows
from engine.payments.payment import Payment
from workers.mail.letters import Letter, returned


class LateLetters:
    """Keeps a letter for each; sending it is the postman's errand, as with all of them."""

    def __init__(self, letters: DueRows[Letter], now_ms: Callable[[], int]) -> None:
        self._letters = letters
        self._now_ms = now_ms

    async def goes_back(self, payment: Payment) -> None:
        """Have the buyer written to, once. May raise `engine.journal.StorageUnavailable`."""
        await self._letters.begin(returned(payment.id, self._now_ms()))

"""What is asked outside while somebody waits, behind circuit breakers: banks, and the mail server of codes.

One that keeps failing is left alone for a while. Whoever asks meanwhile hears at once that it is
away, and need not wait for a time-out to hear the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

from engine.payments.events import PaymentEvent
from engine.payments.payment import Payment
from gateway.paying.ports import Bank, BankAway
from gateway.ports import Mailer
from workers.circuits import CircuitOpen, Circuits

BANK: Final = "bank"
CODES: Final = "codes"
BANK_REST_S: Final = 5.0
"""A buyer waits for it, and what is due is asked for again by itself."""
T = TypeVar("T")


class GuardedBank:
    """Implements `gateway.paying.ports.Bank` before another one; what it says is that one's."""

    def __init__(self, bank: Bank, rest_s: float = BANK_REST_S) -> None:
        """`circuits` tells whether it is left alone."""
        self.name = bank.name
        self.circuits: Final = Circuits(BANK, rest_s)
        self._bank: Final = bank

    async def open(self, payment: Payment) -> PaymentEvent:
        """Make the payment known."""
        return await self._asked(lambda: self._bank.open(payment))

    async def confirm(self, payment: Payment) -> PaymentEvent:
        """Take the money."""
        return await self._asked(lambda: self._bank.confirm(payment))

    async def look(self, payment: Payment) -> PaymentEvent:
        """How it stands."""
        return await self._asked(lambda: self._bank.look(payment))

    async def void(self, payment: Payment) -> PaymentEvent:
        """Never take the money."""
        return await self._asked(lambda: self._bank.void(payment))

    async def refund(self, payment: Payment, number: int) -> None:
        """Give back a refund."""
        await self._asked(lambda: self._bank.refund(payment, number))

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[str, ...] | None:
        """The intents that a webhook is about; nobody outside is asked for that."""
        return self._bank.news(headers, body)

    async def _asked(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            async with self.circuits.around(self.name):
                return await work()
        except CircuitOpen as error:
            raise BankAway(str(error)) from error


class GuardedMailer:
    """Implements `gateway.ports.Mailer` before another one."""

    def __init__(self, mailer: Mailer) -> None:
        """`circuits` tells whether it is left alone."""
        self.circuits: Final = Circuits(CODES)
        self._mailer: Final = mailer

    async def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Take a mail. Raises `OSError` when it cannot be taken now, `ValueError` when it never can."""
        try:
            async with self.circuits.around(CODES):
                refusal = await self._sent(to, subject, text, html)
        except CircuitOpen as error:
            raise ConnectionError(str(error)) from error
        if refusal is not None:
            raise refusal

    async def _sent(self, to: str, subject: str, text: str, html: str | None) -> ValueError | None:
        """Send a mail; why it was refused for good, which says nothing against the server."""
        try:
            await self._mailer.send(to, subject, text, html)
        except ValueError as refusal:
            return refusal
        return None

"""What payments that take time need from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from engine.due_rows import DueRows
from engine.payments.events import PaymentEvent
from engine.payments.payment import Payment


class BankAway(Exception):
    """A bank cannot be reached, or says that it cannot answer for now."""


class Bank(Protocol):
    """Who moves money. Everything can be asked again and is done once. May raise `BankAway`.

    `Payment.id` tells what is one payment; its `intent` is the bank's name for it.
    """

    name: str

    async def open(self, payment: Payment) -> PaymentEvent:
        """Make the payment known: `Opened`, or `Declined`. No money moves."""

    async def confirm(self, payment: Payment) -> PaymentEvent:
        """Take the money: `Taken`, `Working`, `ActionNeeded` or `Declined`."""

    async def look(self, payment: Payment) -> PaymentEvent:
        """How it stands, in the same words and `Voided`."""

    async def void(self, payment: Payment) -> PaymentEvent:
        """Never take the money: `Voided`, `Unvoidable`, or `Taken` where that is too late."""

    async def refund(self, payment: Payment, number: int) -> None:
        """Give back refund `number`; on return it is done."""

    def news(self, headers: Mapping[str, str], body: bytes) -> tuple[str, ...] | None:
        """The intents that a webhook is about; None where it is not signed by the bank."""


class LateMoney(Protocol):
    """Who tells buyers that what they paid too late goes back. May raise `engine.journal.StorageError`."""

    async def goes_back(self, payment: Payment) -> None:
        """Tell the buyer; asked again nobody is told twice."""


class Paying(msgspec.Struct, frozen=True):
    """Where payments are kept, the banks, and who tells of late money, if anybody does."""

    ledger: DueRows[Payment]
    banks: tuple[Bank, ...]
    late: LateMoney | None = None

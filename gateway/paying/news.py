"""Tells buyers how their orders move on, whoever moved them.

What moves an order may happen in another gateway than the one its buyer is connected to, so
each gateway asks now and then after the orders that it told its own sessions of. A courtesy,
like notices of holds: beyond its bound, and once a buyer is gone, an order is not followed.
"""

from __future__ import annotations

from typing import Final

from engine.due_rows import DueRows
from engine.payments.payment import Payment
from engine.payments.step import Action, next_action
from gateway.notices import HoldNotices
from gateway.paying.views import order_updated
from protocol.replies import Push

FOLLOWED_MAX: Final = 4_096
"""Orders that one gateway follows."""


class OrderNews:
    """The orders whose buyers are to be told, with what they were told last."""

    def __init__(self, ledger: DueRows[Payment], notices: HoldNotices) -> None:
        self._ledger = ledger
        self._notices = notices
        self._followed: dict[str, Payment] = {}

    def follow(self, payment: Payment) -> None:
        """The buyer knows this much; tell what comes after it."""
        if next_action(payment) is Action.REST:
            self._followed.pop(payment.id, None)
        elif payment.id in self._followed or len(self._followed) < FOLLOWED_MAX:
            self._followed[payment.id] = payment

    async def look(self) -> None:
        """Tell what is new. Raises `engine.journal.StorageUnavailable`."""
        if self._followed:
            for payment in await self._ledger.among(list(self._followed)):
                self._tell(payment)

    def _tell(self, payment: Payment) -> None:
        known = self._followed.get(payment.id)
        if known is None or known.version >= payment.version:
            return
        self.follow(payment)
        news = order_updated(payment)
        if news == order_updated(known):
            return
        if not self._notices.tell(payment.principal, Push("order.updated"), news):
            self._followed.pop(payment.id, None)

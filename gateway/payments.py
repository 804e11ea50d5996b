"""The sandbox payment provider: approves at once and moves no money."""

from __future__ import annotations

from gateway.ports import Approved, Declined
from protocol.replies import Money

DECLINED_METHOD = "declined-card"
"""The payment method that the sandbox declines, so that refusals can be tried."""


class SandboxProvider:
    """Approves everything but `DECLINED_METHOD`; the outcome follows from the order alone.

    Nothing is kept: asked again for an order it says the same again, also after a restart.
    """

    name = "sandbox"

    async def authorise(self, order: str, amount: Money, method: str) -> Approved | Declined:
        """Decide at once. `amount` is not moved anywhere."""
        if method == DECLINED_METHOD:
            return Declined(f"The card was declined for {amount.amount} {amount.currency}.")
        return Approved(f"sandbox-{order}")

    async def refund(self, order: str, reference: str) -> None:
        """Nothing was taken, so there is nothing to give back."""

"""The sandbox payment provider: decides by the name of the method and moves no money."""

from __future__ import annotations

from typing import Final

from gateway.ports import Approved, Declined
from protocol.replies import Money

DECLINED_METHOD: Final = "declined-card"
"""The payment method that the sandbox declines, so that refusals can be tried."""
PINNED: Final = "pinned-"
"""Before a method's name: go the way of real money, with the hold pinned while the provider is asked."""


class SandboxProvider:
    """Approves everything but `DECLINED_METHOD`; the outcome follows from what is asked.

    Nothing is kept: asked again it says the same again, also after a restart.
    """

    name = "sandbox"

    def at_once(self, hold: str, method: str) -> Approved | Declined | None:
        """Decide at once, unless the method asks for the longer way."""
        return None if method.startswith(PINNED) else _decision(hold, method)

    async def authorise(self, order: str, amount: Money, method: str) -> Approved | Declined:
        """Decide for a pinned hold. `amount` is not moved anywhere."""
        return _decision(order, method.removeprefix(PINNED))

    async def refund(self, order: str, reference: str) -> None:
        """Nothing was taken, so there is nothing to give back."""


def _decision(subject: str, method: str) -> Approved | Declined:
    if method == DECLINED_METHOD:
        return Declined("The card was declined.")
    return Approved(f"sandbox-{subject}")

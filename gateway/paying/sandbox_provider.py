"""The sandbox payment provider: decides by the name of the method and moves no money."""

from __future__ import annotations

from typing import Final

from gateway.ports import Approved, Declined

DECLINED_METHOD: Final = "declined-card"
"""A payment method that the sandbox declines, so that refusals can be tried."""
DECLINES: Final = {
    DECLINED_METHOD: "The card was declined.",
    "insufficient-funds": "The card has not enough money.",
    "expired-card": "The card has expired.",
}
"""Methods that are declined, and why."""
PINNED: Final = "pinned-"
"""Before a method's name: go the way of real money, with the hold pinned while the bank is asked."""


class SandboxProvider:
    """Approves everything but `DECLINES`; the outcome follows from what is asked.

    Nothing is kept: asked again it says the same again, also after a restart.
    """

    name = "sandbox"

    def at_once(self, hold: str, method: str) -> Approved | Declined | None:
        """Decide at once, unless the method asks for the longer way (`gateway.paying`)."""
        if method.startswith(PINNED):
            return None
        if method in DECLINES:
            return Declined(DECLINES[method])
        return Approved(f"sandbox-{hold}")

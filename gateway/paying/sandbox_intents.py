"""What the sandbox remembers of a payment."""

from __future__ import annotations

from typing import Literal

import msgspec

Standing = Literal["new", "working", "action", "taken", "declined", "voided"]


class SandboxIntent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One payment as the sandbox knows it; `refunds` by their number, in minor units.

    `settles_ms` is when money that takes time is there; `due_ms` when its news are to be sent.
    """

    id: str
    order: str
    method: str
    amount: int
    currency: str
    secret: str
    standing: Standing = "new"
    version: int = 0
    due_ms: int | None = None
    settles_ms: int | None = None
    refunds: dict[int, int] = {}

    @property
    def alias(self) -> str | None:
        """The secret that its buyer knows it by."""
        return self.secret

    @property
    def refunded(self) -> int:
        """What went back."""
        return sum(self.refunds.values())

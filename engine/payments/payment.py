"""A payment as it is kept: frozen, replaced when it changes."""

from __future__ import annotations

from typing import Final

import msgspec

from engine.payments.states import State

GIVE_UP_SHARE: Final = 10
"""A payment is given up when a tenth of the time to pay is left, so that it ends before its order does."""
GIVE_UP_BEFORE_MAX_MS: Final = 20_000
REFUNDS_MAX: Final = 32
"""Refunds of one order."""


class PaidItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A seat, or `qty` places of an area, that the money is for; `price` in minor units, for one.

    `stream` is that of the section that has it, which is named too; 0: the section of the order.
    """

    seat: str
    category: str
    type: str
    price: int
    qty: int = 1
    area: bool = False
    section: str = ""
    stream: int = 0


class Refund(msgspec.Struct, frozen=True):
    """Money on its way back, in minor units; `key` is the caller's, which tells repeats.

    `seats` are those that went back for it, where those were some of an order's.
    """

    key: str
    amount: int
    done: bool = False
    seats: tuple[str, ...] = ()


class Payment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The payment of the order `id`. Money in minor units of `currency`, times in Unix milliseconds.

    `key` is the buyer's idempotency key, from which those of all steps in the section follow.
    `version` counts changes and orders them: who writes number n has read number n - 1.
    `due_ms` is when somebody has to look after it at the latest; None once there is nothing
    left to do. `reduced` is what the seats that went back cost; `returning` those that are just
    going back. `intent` is the provider's name for it. `booking` is the section's order that
    the seats were sold as: the order itself, or another after late money.
    """

    id: str
    event: str
    stream: int
    hold: str
    principal: str
    key: str
    provider: str
    method: str
    currency: str
    amount: int
    items: tuple[PaidItem, ...]
    pay_by_ms: int
    created_ms: int
    due_ms: int | None
    state: State = State.OPENING
    version: int = 0
    accept_equal: bool = False
    intent: str = ""
    client_secret: str = ""
    action: str = ""
    action_url: str = ""
    captured: int = 0
    refunds: tuple[Refund, ...] = ()
    booking: str = ""
    cancel_key: str = ""
    failure: str = ""
    reason: str = ""
    tries: int = 0
    reduced: int = 0
    returning: tuple[str, ...] = ()
    returning_key: str = ""

    @property
    def price(self) -> int:
        """What the seats cost that it still has."""
        return self.amount - self.reduced

    @property
    def give_up_ms(self) -> int:
        """When to stop hoping for money, in time to let go of the seats before the order's end."""
        share = (self.pay_by_ms - self.created_ms) // GIVE_UP_SHARE
        return self.pay_by_ms - min(share, GIVE_UP_BEFORE_MAX_MS)

    @property
    def refunded(self) -> int:
        """What went back."""
        return sum(refund.amount for refund in self.refunds if refund.done)

    @property
    def refundable(self) -> int:
        """What is neither back nor on its way back."""
        return self.captured - sum(refund.amount for refund in self.refunds)

    @property
    def pending_refund(self) -> int | None:
        """The number of the first refund that is not done."""
        return next((number for number, refund in enumerate(self.refunds) if not refund.done), None)

    @property
    def alias(self) -> str | None:
        """What news of the provider names it by."""
        return f"{self.provider}:{self.intent}" if self.intent else None

"""What is said of payments beside checkout itself."""

from __future__ import annotations

from typing import Literal

import msgspec

from protocol.replies import PaymentState
from protocol.requests import Amount, Label, Labels


class RefundBody(msgspec.Struct, frozen=True):
    """How much of an order's money is to go back, or which of its seats with what they cost.

    Without both all of the money goes back, and then the seats too.
    """

    amount: Amount | None = None
    seats: Labels | None = None


class ApproveBody(msgspec.Struct, frozen=True):
    """The second step of a payment in the sandbox; `approve` false declines it."""

    client_secret: Label
    approve: bool = True


class Approval(msgspec.Struct, frozen=True):
    """What the buyer decided; the order moves on by itself."""

    order: str
    approved: bool


class WebhookTaken(msgspec.Struct, frozen=True):
    """News of a provider were taken in."""

    received: bool = True


class OrderUpdated(msgspec.Struct, frozen=True):
    """An order of yours has moved on; `order.get` tells all of it."""

    order: str
    status: Literal["pending", "confirmed", "cancelled"]
    payment: PaymentState

"""Payments as their owners see them."""

from __future__ import annotations

from typing import Final, Literal

from engine.payments.payment import Payment
from engine.payments.states import State
from engine.views import money
from protocol.payments import OrderUpdated
from protocol.replies import Money, NextAction, PaymentState, PaymentStatus

OrderStatus = Literal["pending", "confirmed", "cancelled"]
_ORDER: Final[dict[State, OrderStatus]] = {
    State.OPENING: "pending",
    State.CONFIRMING: "pending",
    State.AWAITING: "pending",
    State.PAID: "pending",
    State.RETAKING: "pending",
    State.BOOKED: "confirmed",
    State.REDUCING: "confirmed",
}
_PAYMENT: Final[dict[State, PaymentStatus]] = {
    State.OPENING: "pending",
    State.CONFIRMING: "pending",
    State.AWAITING: "pending",
    State.PAID: "approved",
    State.RETAKING: "approved",
    State.BOOKED: "approved",
    State.REDUCING: "approved",
    State.RETURNING: "refunding",
    State.REFUNDING: "refunding",
    State.REFUNDED: "refunded",
}
UNDECLINED: Final = frozenset(("timed_out", "cancelled"))
"""Why a payment ended, where the provider has not refused it."""


def order_status(payment: Payment) -> OrderStatus:
    """How the order stands as far as its payment tells."""
    return _ORDER.get(payment.state, "cancelled")


def payment_state(payment: Payment) -> PaymentState:
    """How the payment stands."""
    waiting = payment.state is State.AWAITING
    needs = waiting and bool(payment.action)
    going_back = sum(refund.amount for refund in payment.refunds)
    return PaymentState(
        payment.provider,
        "requires_action" if needs else _PAYMENT.get(payment.state) or _ended(payment),
        payment.intent or None,
        payment.client_secret if waiting else None,
        NextAction(payment.action, payment.action_url) if needs else None,
        payment.failure or None,
        _money(going_back, payment.currency) if going_back else None,
    )


def order_updated(payment: Payment) -> OrderUpdated:
    """What is pushed when a payment has moved."""
    return OrderUpdated(payment.id, order_status(payment), payment_state(payment))


def total(payment: Payment) -> Money:
    """What the order costs, without the seats that went back."""
    return _money(payment.price, payment.currency)


def _ended(payment: Payment) -> PaymentStatus:
    return "cancelled" if payment.failure in UNDECLINED else "declined"


def _money(amount: int, currency: str) -> Money:
    shown = money(amount, currency)
    return Money(shown.amount, shown.currency)

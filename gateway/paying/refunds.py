"""What a refund that was asked for means for a payment as it stands."""

from __future__ import annotations

from engine.amounts import minor_units
from engine.payments.events import CancelAsked, RefundAsked
from engine.payments.payment import REFUNDS_MAX, Payment
from engine.payments.states import State
from protocol.errors import ErrorCode, Problem, problem

Asked = CancelAsked | RefundAsked | None


def asked_refund(payment: Payment, amount: str | None, key: str) -> Asked | Problem:
    """The event to be told, None for a repeat, or why it cannot be.

    `amount` is a decimal string; None is all that is left.
    """
    units = None if amount is None else minor_units(amount, payment.currency)
    if amount is not None and not units:
        return problem(ErrorCode.INVALID, "The amount is nothing, or finer than the currency.")
    known = next((refund for refund in payment.refunds if refund.key == key), None)
    if known is not None and units not in (None, known.amount):
        return problem(ErrorCode.IDEMPOTENCY_KEY_REUSED)
    if known is not None or payment.cancel_key == key:
        return None
    return _new(payment, units, key)


def _new(payment: Payment, units: int | None, key: str) -> Asked | Problem:
    if payment.state is not State.BOOKED:
        return problem(ErrorCode.HOLD_MISMATCH, "The order is not booked.", objects=(payment.id,))
    if units is None or units == payment.refundable:
        return CancelAsked(key)
    if units > payment.refundable:
        return problem(ErrorCode.INVALID, "That is more than is left of what was paid.")
    if len(payment.refunds) >= REFUNDS_MAX:
        return problem(ErrorCode.LIMIT_EXCEEDED, f"An order has at most {REFUNDS_MAX} refunds.")
    return RefundAsked(key, units)

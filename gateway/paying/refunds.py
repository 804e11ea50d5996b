"""What a refund that was asked for means for a payment as it stands."""

from __future__ import annotations

from collections.abc import Iterable

from engine.amounts import minor_units
from engine.payments.events import CancelAsked, RefundAsked, SeatsBackAsked
from engine.payments.payment import REFUNDS_MAX, Payment
from engine.payments.states import State
from protocol.errors import ErrorCode, Problem, problem
from protocol.payments import RefundBody
from protocol.replies import Item

Asked = CancelAsked | RefundAsked | SeatsBackAsked | None


def asked_refund(payment: Payment, body: RefundBody, key: str, tickets: tuple[Item, ...]) -> Asked | Problem:
    """The event to be told, None for a repeat, or why it cannot be; `tickets` are what the order has."""
    if body.amount is not None and body.seats is not None:
        return problem(ErrorCode.INVALID, "Either an amount goes back, or seats with what they cost.")
    units = None if body.amount is None else minor_units(body.amount, payment.currency)
    if body.amount is not None and not units:
        return problem(ErrorCode.INVALID, "The amount is nothing, or finer than the currency.")
    known = next((refund for refund in payment.refunds if refund.key == key), None)
    if known is not None and (units not in (None, known.amount) or body.seats not in (None, known.seats)):
        return problem(ErrorCode.IDEMPOTENCY_KEY_REUSED)
    if key in keys_of(payment) or key == payment.returning_key:
        return None
    if payment.state is not State.BOOKED:
        return problem(ErrorCode.HOLD_MISMATCH, "The order is not booked.", objects=(payment.id,))
    return _new(payment, units, key) if body.seats is None else _seats(payment, body.seats, key, tickets)


def keys_of(payment: Payment) -> set[str]:
    """The keys of everything that was given back."""
    return {payment.cancel_key, *(refund.key for refund in payment.refunds)}


def not_paid_back(order: str, body: RefundBody) -> Problem:
    """Why what was asked for did not happen."""
    if body.seats is not None:
        return problem(ErrorCode.INVALID, "A table goes back whole.", objects=body.seats)
    return problem(ErrorCode.HOLD_MISMATCH, "Something else was just paid back.", objects=(order,))


def _seats(payment: Payment, seats: Iterable[str], key: str, tickets: tuple[Item, ...]) -> Asked | Problem:
    asked = tuple(dict.fromkeys(seats))
    has = {ticket.seat for ticket in tickets}
    strangers = tuple(seat for seat in asked if seat not in has)
    if strangers:
        return problem(ErrorCode.INVALID, "The order has no such seats.", objects=strangers)
    if len(asked) == len(has):
        return CancelAsked(key)
    return _too_many(payment) or SeatsBackAsked(key, asked)


def _new(payment: Payment, units: int | None, key: str) -> Asked | Problem:
    if units is None or units == payment.refundable:
        return CancelAsked(key)
    if units > payment.refundable:
        return problem(ErrorCode.INVALID, "That is more than is left of what was paid.")
    return _too_many(payment) or RefundAsked(key, units)


def _too_many(payment: Payment) -> Problem | None:
    if len(payment.refunds) < REFUNDS_MAX:
        return None
    return problem(ErrorCode.LIMIT_EXCEEDED, f"An order has at most {REFUNDS_MAX} refunds.")

"""What is true of every payment at every time; an audit and the tests ask it of each one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.payments.payment import Payment
from engine.payments.states import WANTS_MONEY, State
from engine.payments.step import Action, next_action

HAS_SEATS: Final = frozenset((State.BOOKED, State.REDUCING, State.RETURNING))
HAS_MONEY: Final = HAS_SEATS | {State.PAID, State.RETAKING, State.REFUNDING, State.REFUNDED}


def broken(payment: Payment) -> Iterator[str]:
    """The invariants that a payment breaks, each by its number and in words."""
    if payment.state in HAS_SEATS:
        yield from _with_seats(payment)
    if payment.state is State.REFUNDED and payment.captured != payment.refunded:
        yield "P2: money is kept and no seats are sold"
    if payment.state not in HAS_MONEY and payment.captured:
        yield "P2: money came and is not accounted for"
    if payment.captured not in (0, payment.amount):
        yield "P3: something else was taken than the price"
    if payment.refundable < 0:
        yield "P4: more goes back than was taken"
    if payment.captured and not payment.intent:
        yield "P5: money moved before its name was on record"
    if (payment.due_ms is None) != (next_action(payment) is Action.REST):
        yield "P6: nobody looks after it, or somebody does in vain"
    if payment.state in WANTS_MONEY and (payment.due_ms or 0) > payment.give_up_ms:
        yield "P6: it sleeps over its deadline"


def _with_seats(payment: Payment) -> Iterator[str]:
    if payment.captured != payment.amount:
        yield "P1: seats are sold and not paid for"
    if payment.refundable <= 0 < payment.price:
        yield "P1: seats are sold and all of their money goes back"
    if payment.refundable > payment.price:
        yield "P2: the money of seats that went back is kept"

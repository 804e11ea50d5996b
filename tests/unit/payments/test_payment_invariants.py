"""Payments that are not as they must be: each invariant sees its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.payments.events import ActionNeeded
from engine.payments.invariants import broken
from engine.payments.payment import Payment, Refund
from engine.payments.states import State
from engine.payments.step import step
from tests.unit.payments.payment_data import CREATED_MS, PAY_BY_MS, payment

PAID = replace(payment(), state=State.BOOKED, captured=8_900, intent="pi_1", due_ms=None)
BACK = (Refund("a", 8_900, done=True),)


def test_a_payment_that_is_in_order_breaks_nothing() -> None:
    """One that has just begun, and one whose seats are sold."""
    assert [] == [*broken(payment()), *broken(PAID)]


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("P1: seats are sold and not paid", replace(PAID, captured=0)),
        ("P1: seats are sold and all of their money", replace(PAID, refunds=BACK)),
        ("P2: money is kept", replace(PAID, state=State.REFUNDED)),
        ("P2: money came", replace(PAID, state=State.RELEASED)),
        ("P3: something else", replace(PAID, captured=8_901)),
        ("P4: more goes back", replace(PAID, refunds=(*BACK, Refund("b", 1)))),
        ("P5: money moved", replace(PAID, intent="")),
        ("P6: nobody looks after it", replace(payment(), due_ms=None)),
        ("P6: nobody looks after it", replace(PAID, due_ms=1)),
        ("P6: it sleeps", replace(payment(), state=State.AWAITING, due_ms=PAY_BY_MS + 1)),
    ],
)
def test_what_is_wrong_is_named(what: str, wrong: Payment) -> None:
    """The invariant's number and what it is about."""
    assert any(each.startswith(what) for each in broken(wrong)), list(broken(wrong))


def test_news_name_a_payment_by_its_provider() -> None:
    """Two providers may call two payments by one name; one without a name is named by none."""
    assert ("sandbox:pi_1", None) == (PAID.alias, payment().alias)


def test_a_second_step_is_kept_for_the_buyer() -> None:
    """What a provider asks of the buyer stands on the payment until money comes."""
    asked = step(
        replace(payment(), state=State.CONFIRMING, intent="pi_1"), ActionNeeded("approve"), CREATED_MS
    )
    assert asked is not None
    assert (State.AWAITING, "approve") == (asked.state, asked.action)
    assert [] == list(broken(asked))

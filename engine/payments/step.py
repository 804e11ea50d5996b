"""One step of a payment: what it is after an event, and what is to be done then."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from msgspec.structs import replace

from engine.payments.events import (
    ActionNeeded,
    CancelAsked,
    Declined,
    Opened,
    PaymentEvent,
    RefundAsked,
    Refunded,
    Retaken,
    SeatsBack,
    SeatsBackAsked,
    SeatsKept,
    Stuck,
    Taken,
    TimeUp,
    Unvoidable,
    Working,
)
from engine.payments.payment import REFUNDS_MAX, Payment, Refund
from engine.payments.states import PATIENT, TRANSITIONS, WANTS_MONEY, State

STEP_MS: Final = 5_000
"""Who makes a step is done with it by then, or somebody else goes on."""
LOOK_FIRST_MS: Final = 1_000
LOOK_MAX_MS: Final = 15_000
"""How often a provider that takes time is asked, for news that did not arrive by themselves."""
LAPSED_LOOK_MAX_MS: Final = 3_600_000
RETRY_FIRST_MS: Final = 500
RETRY_MAX_MS: Final = 15_000
DOUBLINGS_MAX: Final = 20
REST: Final = "rest"
"""The key of the refund that returns all that is left: no caller's, because those carry their principal."""


class Action(Enum):
    """What is to be done next; each can be done again without doing more."""

    OPEN = auto()
    CONFIRM = auto()
    LOOK = auto()
    BOOK = auto()
    VOID = auto()
    UNPIN = auto()
    RETAKE = auto()
    RETURN = auto()
    REDUCE = auto()
    REFUND = auto()
    REST = auto()


_ACTIONS: Final = {
    State.OPENING: Action.OPEN,
    State.CONFIRMING: Action.CONFIRM,
    State.AWAITING: Action.LOOK,
    State.PAID: Action.BOOK,
    State.BOOKED: Action.REST,
    State.VOIDING: Action.VOID,
    State.UNPINNING: Action.UNPIN,
    State.RELEASED: Action.REST,
    State.LAPSING: Action.UNPIN,
    State.LAPSED: Action.VOID,
    State.RETAKING: Action.RETAKE,
    State.REDUCING: Action.REDUCE,
    State.RETURNING: Action.RETURN,
    State.REFUNDING: Action.REFUND,
    State.REFUNDED: Action.REST,
}


def next_action(payment: Payment) -> Action:
    """What the state asks for; a refund under way goes first, but not before seats that are to go back."""
    refunding = payment.pending_refund is not None and payment.state is not State.RETURNING
    return Action.REFUND if refunding else _ACTIONS[payment.state]


def out_of_time(payment: Payment, now_ms: int) -> bool:
    """Whether `TimeUp` is to be told instead of doing what the state asks for."""
    if payment.state in WANTS_MONEY:
        return now_ms >= payment.give_up_ms
    return payment.state is State.VOIDING and now_ms >= payment.pay_by_ms


def step(payment: Payment, event: PaymentEvent, now_ms: int) -> Payment | None:
    """The payment after `event`; None where the event changes nothing."""
    state = TRANSITIONS[payment.state].get(type(event))
    if state is None:
        return None
    after = _taken_in(payment, event)
    if after is None:
        return None
    if state in _REFUNDS:
        if after.refundable > 0:
            rest = Refund(after.cancel_key or REST, after.refundable)
            after = replace(after, refunds=(*after.refunds, rest))
        state = State.REFUNDED if after.pending_refund is None else State.REFUNDING
    tries = payment.tries + 1 if state is payment.state and isinstance(event, _REPEATING) else 0
    after = replace(after, state=state, tries=tries, version=payment.version + 1)
    return replace(after, due_ms=_due_ms(after, event, now_ms))


_REFUNDS: Final = (State.REFUNDING, State.REFUNDED)
_REPEATING: Final = (Stuck, Unvoidable, Working, ActionNeeded)


def _taken_in(payment: Payment, event: PaymentEvent) -> Payment | None:
    """What an event tells of, kept; None for a refund that is none, and for money nobody asked for."""
    match event:
        case Taken() if not payment.intent:
            return None  # P5
        case RefundAsked():
            return _with_refund(payment, event)
        case SeatsBackAsked(key=key, seats=seats):
            fresh = key not in [refund.key for refund in payment.refunds]
            room = fresh and len(payment.refunds) < REFUNDS_MAX
            return replace(payment, returning=seats, returning_key=key) if room else None
        case SeatsBack(left=left):
            return _with_seats_back(payment, left)
        case Refunded(number=number):
            return _with_refund_done(payment, number)
        case _:
            return replace(payment, **_facts(payment, event))


def _facts(payment: Payment, event: PaymentEvent) -> dict[str, object]:
    facts: dict[str, object] = {}
    match event:
        case Opened(intent=intent, client_secret=client_secret):
            facts = {"intent": intent, "client_secret": client_secret}
        case ActionNeeded(action=action, url=url):
            facts = {"action": action, "action_url": url}
        case Taken():
            facts = {"captured": payment.amount, "failure": "", "reason": ""}  # P3
        case Declined(code=code, reason=reason):
            facts = {"failure": code, "reason": reason}
        case TimeUp() if not payment.failure:
            facts = {"failure": "timed_out", "reason": "The time to pay is over."}
        case CancelAsked() if payment.captured == 0:
            facts = {"failure": "cancelled", "reason": "The order was cancelled."}
        case CancelAsked(key=key):
            facts = {"cancel_key": key}
        case Retaken(booking=booking):
            facts = {"booking": booking}
        case SeatsKept():
            facts = {"returning": (), "returning_key": ""}
        case _:
            pass
    return facts


def _with_refund(payment: Payment, asked: RefundAsked) -> Payment | None:
    # The last of the money goes back with the seats alone (`CancelAsked`).
    sensible = 0 < asked.amount < payment.refundable and len(payment.refunds) < REFUNDS_MAX
    if not sensible or any(refund.key == asked.key for refund in payment.refunds):
        return None
    return replace(payment, refunds=(*payment.refunds, Refund(asked.key, asked.amount)))


def _with_seats_back(payment: Payment, left: int) -> Payment:
    """What is kept beyond the price of what is left goes back; what went back before counts."""
    amount = max(payment.refundable - left, 0)
    refund = Refund(payment.returning_key, amount, done=not amount, seats=payment.returning)
    return replace(
        payment,
        refunds=(*payment.refunds, refund),
        reduced=payment.amount - left,
        returning=(),
        returning_key="",
    )


def _with_refund_done(payment: Payment, number: int) -> Payment | None:
    if number >= len(payment.refunds) or payment.refunds[number].done:
        return None
    refunds = list(payment.refunds)
    refunds[number] = replace(refunds[number], done=True)
    return replace(payment, refunds=tuple(refunds))


def _due_ms(payment: Payment, event: PaymentEvent, now_ms: int) -> int | None:
    if next_action(payment) is Action.REST:
        return None
    if isinstance(event, Stuck):
        due_ms = now_ms + _doubled(RETRY_FIRST_MS, payment.tries, RETRY_MAX_MS)
    elif payment.state in PATIENT:
        longest_ms = LOOK_MAX_MS if payment.state is State.AWAITING else LAPSED_LOOK_MAX_MS
        due_ms = now_ms + _doubled(LOOK_FIRST_MS, payment.tries, longest_ms)
    else:
        due_ms = now_ms + STEP_MS
    # P6: nobody sleeps over the end of time.
    return min(due_ms, payment.give_up_ms) if payment.state in WANTS_MONEY else due_ms


def _doubled(first_ms: int, times: int, longest_ms: int) -> int:
    return min(first_ms << min(times, DOUBLINGS_MAX), longest_ms)

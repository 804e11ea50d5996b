r"""The life of a payment as one table.

Theory of operation. A payment begins when a hold is pinned, OPENING: the provider is told
of it and gives it a name. Only when that name is on record, CONFIRMING, may money move, so
whatever moves can be found again. Some payments take time or a step of the buyer's:
AWAITING. Money that came makes it PAID, and the seats are sold: BOOKED.

The other way begins with a refusal, a cancellation, or the end of time. VOIDING asks the
provider never to take the money; then the hold is let go, UNPINNING, and the payment is
RELEASED. Where the provider cannot stop what it began, the seats go back all the same
(LAPSING) and the provider is asked again and again: LAPSED.

Money that comes from there on is late, and so is money whose seats' time ran out under it:
RETAKING tries to sell the same seats, or equal ones, else the money goes back: REFUNDING,
REFUNDED. A booking that is cancelled gives back its seats first, RETURNING, so that no seat
is ever sold without money. Where some of its seats go back alone it is REDUCING for that while.

    OPENING -> CONFIRMING -> AWAITING -> PAID -> BOOKED -> RETURNING -> REFUNDING -> REFUNDED
                                                 ^  v
                                               REDUCING
       |            |            |        | \
       |            +--> VOIDING <+       |  +-> RETAKING -> BOOKED | REFUNDING
       v                 |     \          |
    UNPINNING <----------+      +-> LAPSING -> LAPSED
       +-> RELEASED                  (money from any of these: PAID)

A missing key means that the event says nothing here: a repeat, or news that others overtook.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from engine.payments.events import (
    ActionNeeded,
    Booked,
    CancelAsked,
    Declined,
    NotRetaken,
    Opened,
    PaymentEvent,
    RefundAsked,
    Refunded,
    Released,
    Retaken,
    SeatsBack,
    SeatsBackAsked,
    SeatsGone,
    SeatsKept,
    SeatsReturned,
    Stuck,
    Taken,
    TimeUp,
    Unvoidable,
    Voided,
    Working,
)


class State(StrEnum):
    """Where a payment stands. Values are stored: never rename."""

    OPENING = "opening"
    CONFIRMING = "confirming"
    AWAITING = "awaiting"
    PAID = "paid"
    BOOKED = "booked"
    VOIDING = "voiding"
    UNPINNING = "unpinning"
    RELEASED = "released"
    LAPSING = "lapsing"
    LAPSED = "lapsed"
    RETAKING = "retaking"
    REDUCING = "reducing"
    RETURNING = "returning"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


TRANSITIONS: Final[dict[State, dict[type[PaymentEvent], State]]] = {
    State.OPENING: {
        Opened: State.CONFIRMING,
        Declined: State.UNPINNING,
        TimeUp: State.UNPINNING,
        CancelAsked: State.UNPINNING,
        Stuck: State.OPENING,
    },
    State.CONFIRMING: {
        Working: State.AWAITING,
        ActionNeeded: State.AWAITING,
        Taken: State.PAID,
        Declined: State.VOIDING,
        Voided: State.UNPINNING,
        TimeUp: State.VOIDING,
        CancelAsked: State.VOIDING,
        Stuck: State.CONFIRMING,
    },
    State.AWAITING: {
        Working: State.AWAITING,
        ActionNeeded: State.AWAITING,
        Taken: State.PAID,
        Declined: State.VOIDING,
        Voided: State.UNPINNING,
        TimeUp: State.VOIDING,
        CancelAsked: State.VOIDING,
        Stuck: State.AWAITING,
    },
    State.PAID: {
        Booked: State.BOOKED,
        SeatsGone: State.RETAKING,
        Stuck: State.PAID,
    },
    State.BOOKED: {
        CancelAsked: State.RETURNING,
        SeatsBackAsked: State.REDUCING,
        RefundAsked: State.BOOKED,
        Refunded: State.BOOKED,
        Stuck: State.BOOKED,
    },
    State.VOIDING: {
        Voided: State.UNPINNING,
        Unvoidable: State.LAPSING,
        TimeUp: State.LAPSING,
        Taken: State.PAID,
        Stuck: State.VOIDING,
    },
    State.UNPINNING: {
        Released: State.RELEASED,
        Taken: State.PAID,
        Stuck: State.UNPINNING,
    },
    State.RELEASED: {
        Taken: State.PAID,
    },
    State.LAPSING: {
        Released: State.LAPSED,
        Voided: State.UNPINNING,
        Taken: State.PAID,
        Stuck: State.LAPSING,
    },
    State.LAPSED: {
        Voided: State.RELEASED,
        Unvoidable: State.LAPSED,
        Taken: State.PAID,
        Stuck: State.LAPSED,
    },
    State.RETAKING: {
        Retaken: State.BOOKED,
        NotRetaken: State.REFUNDING,
        Stuck: State.RETAKING,
    },
    State.REDUCING: {
        SeatsBack: State.BOOKED,
        SeatsKept: State.BOOKED,
        Refunded: State.REDUCING,
        Stuck: State.REDUCING,
    },
    State.RETURNING: {
        SeatsReturned: State.REFUNDING,
        Refunded: State.RETURNING,
        Stuck: State.RETURNING,
    },
    State.REFUNDING: {
        Refunded: State.REFUNDED,
        Stuck: State.REFUNDING,
    },
    State.REFUNDED: {},
}
PATIENT: Final = frozenset((State.AWAITING, State.LAPSED))
"""States in which one waits for others and only asks from time to time."""
WANTS_MONEY: Final = frozenset((State.OPENING, State.CONFIRMING, State.AWAITING))
"""States that end, one way or the other, when it is time to give up."""

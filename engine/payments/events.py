"""What can happen to a payment: news of the provider, of the section, of the clock and of people.

Each may come twice, late, and in any order; `engine.payments.step` takes what fits and
leaves the rest.
"""

from __future__ import annotations

import msgspec


class PaymentEvent(msgspec.Struct, frozen=True):
    """Root of all events."""


class Opened(PaymentEvent, frozen=True):
    """The provider knows of the payment, as `intent`; no money moves before it is asked to."""

    intent: str
    client_secret: str = ""


class Working(PaymentEvent, frozen=True):
    """The provider needs time."""


class ActionNeeded(PaymentEvent, frozen=True):
    """The buyer has to do something: `action` names it, `url` says where, if it is somewhere."""

    action: str
    url: str = ""


class Taken(PaymentEvent, frozen=True):
    """The provider has the whole amount."""


class Declined(PaymentEvent, frozen=True):
    """The provider said no; `reason` may be shown to the buyer."""

    code: str
    reason: str


class Voided(PaymentEvent, frozen=True):
    """The provider will never take this money."""


class Unvoidable(PaymentEvent, frozen=True):
    """The provider cannot stop any more what it began: the money may come or not."""


class TimeUp(PaymentEvent, frozen=True):
    """The time for the present state is over."""


class Stuck(PaymentEvent, frozen=True):
    """Somebody who was asked did not answer, or not for now."""


class Booked(PaymentEvent, frozen=True):
    """The section sold the seats."""


class SeatsGone(PaymentEvent, frozen=True):
    """The section will not sell these seats to this order: its time was over."""


class Released(PaymentEvent, frozen=True):
    """The section has let go of the order; the hold went back to its own deadline, if that is not past."""


class Retaken(PaymentEvent, frozen=True):
    """The same seats, or equal ones, were sold after all, as the section's order `booking`."""

    booking: str


class NotRetaken(PaymentEvent, frozen=True):
    """Neither the same seats nor equal ones can be had."""


class CancelAsked(PaymentEvent, frozen=True):
    """Whoever may wants the order undone; `key` tells repeats of a refund of everything."""

    key: str = ""


class SeatsReturned(PaymentEvent, frozen=True):
    """The section has the seats back."""


class RefundAsked(PaymentEvent, frozen=True):
    """Part of the money is to go back, in minor units, under a key that tells repeats."""

    key: str
    amount: int


class SeatsBackAsked(PaymentEvent, frozen=True):
    """Some seats of a booking are to go back with what they cost, under a key that tells repeats."""

    key: str
    seats: tuple[str, ...]


class SeatsBack(PaymentEvent, frozen=True):
    """The section has these seats back; what is left of the order costs `left`, in minor units."""

    left: int


class SeatsKept(PaymentEvent, frozen=True):
    """The section does not take these seats back."""


class Refunded(PaymentEvent, frozen=True):
    """The provider gave back refund `number` of `Payment.refunds`."""

    number: int

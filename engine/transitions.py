"""The life of a hold, and of the order it may become, as one table.

Theory of operation. A hold is born ACTIVE and has a deadline. While it is ACTIVE its owner
may change what is in it, renew it (bounded) or release it. Where payment takes no time it is
sold at once: BOOKED. Otherwise beginning checkout PINS it: its contents can no longer change,
it lasts until the pay-by time of its order, and there are three ways on: payment stands and
it is BOOKED, checkout is given up and it is ACTIVE again, or time runs out and it is EXPIRED.
A booking can be reduced, and CANCELLED. RELEASED, EXPIRED and CANCELLED are final: the seats went back on
sale, and no step leads out.

    (nothing) -PLACE-> ACTIVE -PIN-> PINNED -BOOK-> BOOKED -CANCEL-> CANCELLED
                       ACTIVE <-UNPIN- PINNED
                       ACTIVE -SELL-> BOOKED <-REDUCE- BOOKED
                       ACTIVE -RELEASE-> RELEASED
                       ACTIVE, PINNED -EXPIRE-> EXPIRED

A missing key is the refusal; which one is said depends only on the phase (`refusal_for`).
"""

from __future__ import annotations

from enum import IntEnum

from engine.enums import at_hand
from engine.refusals import Code


@at_hand
class Phase(IntEnum):
    """Where a hold stands. Numbers are stored in snapshots: never renumber."""

    ACTIVE = 1
    PINNED = 2
    BOOKED = 3
    CANCELLED = 4
    RELEASED = 5
    EXPIRED = 6


@at_hand
class Step(IntEnum):
    """What can happen to a hold once it exists."""

    CHANGE = 1
    RENEW = 2
    RELEASE = 3
    EXPIRE = 4
    PIN = 5
    UNPIN = 6
    BOOK = 7
    CANCEL = 8
    SELL = 9
    REDUCE = 10


TRANSITIONS: dict[Phase, dict[Step, Phase]] = {
    Phase.ACTIVE: {
        Step.CHANGE: Phase.ACTIVE,
        Step.RENEW: Phase.ACTIVE,
        Step.RELEASE: Phase.RELEASED,
        Step.EXPIRE: Phase.EXPIRED,
        Step.PIN: Phase.PINNED,
        Step.SELL: Phase.BOOKED,
    },
    Phase.PINNED: {
        Step.UNPIN: Phase.ACTIVE,
        Step.BOOK: Phase.BOOKED,
        Step.EXPIRE: Phase.EXPIRED,
    },
    Phase.BOOKED: {Step.CANCEL: Phase.CANCELLED, Step.REDUCE: Phase.BOOKED},
    Phase.CANCELLED: {},
    Phase.RELEASED: {},
    Phase.EXPIRED: {},
}

_REFUSALS: dict[Phase, Code] = {
    Phase.ACTIVE: Code.HOLD_MISMATCH,
    Phase.PINNED: Code.HOLD_MISMATCH,
    Phase.BOOKED: Code.ALREADY_BOOKED,
    Phase.CANCELLED: Code.HOLD_EXPIRED,
    Phase.RELEASED: Code.HOLD_EXPIRED,
    Phase.EXPIRED: Code.HOLD_EXPIRED,
}


def refusal_for(phase: Phase, step: Step) -> Code | None:
    """Why a hold in `phase` cannot take `step`, or None when it can."""
    return None if step in TRANSITIONS[phase] else _REFUSALS[phase]

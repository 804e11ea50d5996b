"""The life of an entry of the waitlist, as one table.

Theory of operation. An entry WAITS until seats that fit its whole party are set free. In the
section that keeps the event's register it is then OFFERED them. Another section PROPOSES: the
seats are held already, but nobody is told before the register, which is asked by a gateway, has
recorded that this offer is the entry's one; then it is OFFERED them as well, while the register
has the entry as offered ELSEWHERE and no other section may. A proposal that the register does
not confirm is WITHDRAWN; where it ended before it was confirmed the register lets the entry
RETURN to waiting. Paying for what was offered, or saying yes to it first, is ACCEPTED; saying
no is DECLINED; letting the time run out is LAPSED. All of those are final, and whoever still
wants seats joins again, behind those who wait.

    (nothing) -JOIN-> WAITING -OFFER-> OFFERED -ACCEPT-> ACCEPTED
                      WAITING -CLAIM-> ELSEWHERE       -DECLINE-> DECLINED
                      WAITING -PROPOSE-> PROPOSED      -LAPSE-> LAPSED
                      PROPOSED -CONFIRM-> OFFERED
                      PROPOSED -LAPSE-> WITHDRAWN
                      ELSEWHERE -RETURN-> WAITING
                      WAITING, PROPOSED, OFFERED, ELSEWHERE -WITHDRAW-> WITHDRAWN
                      WAITING, OFFERED, ELSEWHERE -LEAVE-> LEFT, -REMOVE-> REMOVED

A missing key is the refusal.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Standing(IntEnum):
    """Where an entry stands in one section. Numbers are stored in records: never renumber."""

    WAITING = 1
    PROPOSED = 2
    OFFERED = 3
    ELSEWHERE = 4
    ACCEPTED = 5
    DECLINED = 6
    LAPSED = 7
    LEFT = 8
    REMOVED = 9
    WITHDRAWN = 10


class Move(IntEnum):
    """What can happen to an entry once it exists."""

    OFFER = 1
    PROPOSE = 2
    CONFIRM = 3
    CLAIM = 4
    ACCEPT = 5
    DECLINE = 6
    LAPSE = 7
    LEAVE = 8
    REMOVE = 9
    WITHDRAW = 10
    RETURN = 11


LIFE: Final[dict[Standing, dict[Move, Standing]]] = {
    Standing.WAITING: {
        Move.OFFER: Standing.OFFERED,
        Move.PROPOSE: Standing.PROPOSED,
        Move.CLAIM: Standing.ELSEWHERE,
        Move.LEAVE: Standing.LEFT,
        Move.REMOVE: Standing.REMOVED,
        Move.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.PROPOSED: {
        Move.CONFIRM: Standing.OFFERED,
        Move.LAPSE: Standing.WITHDRAWN,
        Move.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.OFFERED: {
        Move.ACCEPT: Standing.ACCEPTED,
        Move.DECLINE: Standing.DECLINED,
        Move.LAPSE: Standing.LAPSED,
        Move.LEAVE: Standing.LEFT,
        Move.REMOVE: Standing.REMOVED,
        Move.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.ELSEWHERE: {
        Move.RETURN: Standing.WAITING,
        Move.ACCEPT: Standing.ACCEPTED,
        Move.DECLINE: Standing.DECLINED,
        Move.LAPSE: Standing.LAPSED,
        Move.LEAVE: Standing.LEFT,
        Move.REMOVE: Standing.REMOVED,
        Move.WITHDRAW: Standing.WITHDRAWN,
    },
    Standing.ACCEPTED: {},
    Standing.DECLINED: {},
    Standing.LAPSED: {},
    Standing.LEFT: {},
    Standing.REMOVED: {},
    Standing.WITHDRAWN: {},
}
FINAL: Final = frozenset(standing for standing, ways in LIFE.items() if not ways)


def may(standing: Standing, move: Move) -> bool:
    """Whether an entry that stands so can take this move."""
    return move in LIFE[standing]

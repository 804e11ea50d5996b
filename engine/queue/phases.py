"""The life of a waiting room as one table.

Theory of operation. A room is born CLOSED: nobody can join. GATHERING people before the
opening commits it to a seed, whose hash is published. At the opening a room with a draw is
FROZEN first: the list of those who are there and its hash are published, nobody can change
either any more, and only then the seed is told and the draw OPENS the line. A room that does
not draw opens at once. PAUSED, nobody is let in and everybody keeps their place. OVER is the
end, sold out or by the organiser's word: those who wait are told, passes live on; it may be
opened again for those who then come.

    (created) CLOSED -GATHER-> PRE -FREEZE-> DRAW -DRAW-> OPEN <-RESUME- PAUSED
              CLOSED, PRE, OVER -OPEN-> OPEN -PAUSE-> PAUSED
              all but OVER -END-> OVER

A missing key is the refusal.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class RoomPhase(IntEnum):
    """Where a room stands. Numbers are stored in snapshots: never renumber."""

    CLOSED = 1
    PRE = 2
    DRAW = 3
    OPEN = 4
    PAUSED = 5
    OVER = 6

    @property
    def public_name(self) -> str:
        """What clients read."""
        return _PUBLIC_NAMES[self]


_PUBLIC_NAMES: Final = {
    RoomPhase.CLOSED: "closed",
    RoomPhase.PRE: "pre-queue",
    RoomPhase.DRAW: "draw",
    RoomPhase.OPEN: "open",
    RoomPhase.PAUSED: "paused",
    RoomPhase.OVER: "over",
}


class RoomStep(IntEnum):
    """What can happen to a room."""

    GATHER = 1
    FREEZE = 2
    DRAW = 3
    OPEN = 4
    PAUSE = 5
    RESUME = 6
    END = 7


TRANSITIONS: Final[dict[RoomPhase, dict[RoomStep, RoomPhase]]] = {
    RoomPhase.CLOSED: {
        RoomStep.GATHER: RoomPhase.PRE,
        RoomStep.OPEN: RoomPhase.OPEN,
        RoomStep.END: RoomPhase.OVER,
    },
    RoomPhase.PRE: {
        RoomStep.FREEZE: RoomPhase.DRAW,
        RoomStep.OPEN: RoomPhase.OPEN,
        RoomStep.END: RoomPhase.OVER,
    },
    RoomPhase.DRAW: {RoomStep.DRAW: RoomPhase.OPEN, RoomStep.END: RoomPhase.OVER},
    RoomPhase.OPEN: {RoomStep.PAUSE: RoomPhase.PAUSED, RoomStep.END: RoomPhase.OVER},
    RoomPhase.PAUSED: {RoomStep.RESUME: RoomPhase.OPEN, RoomStep.END: RoomPhase.OVER},
    RoomPhase.OVER: {RoomStep.OPEN: RoomPhase.OPEN},
}

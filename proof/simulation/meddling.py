"""Faults that strike at one step of a protocol, and not at any time: who speaks dies, or is not heard.

A trick is armed by a fault of the day and played once, on the first answer of a section that fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from actors.answers import LOST
from actors.wire import Answer
from engine.commands import AnyCommand, Request
from proof.simulation.ledger import Chance
from proof.simulation.processes import Process
from proof.simulation.world import World

ARMED_MAX: Final = 8
"""Tricks that wait for their step at the same time; a sale without such steps arms no more."""
LATE_MIN_S: Final = 0.5
LATE_MAX_S: Final = 2.8
"""Less than gateways wait for an answer of a section, and longer than some holds live."""


class Said(msgspec.Struct):
    """An answer on its way to whoever asked, in the process of their gateway."""

    process: Process
    stream: int
    request: Request
    answer: Answer
    pass_on: Callable[[Answer], None]

    @property
    def command(self) -> AnyCommand:
        """What was asked."""
        return self.request.command


Fits = Callable[[Said], bool]
Play = Callable[[Said], None]


class Trick(msgspec.Struct):
    """What is done to the first answer that fits; `seen` is told when it was."""

    fits: Fits
    play: Play
    seen: str


class Meddling:
    """All tricks that are armed. Every answer that a gateway hears comes by here."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._armed: list[Trick] = []
        self.listeners: list[Callable[[Said], None]] = []

    def arm(self, trick: Trick) -> None:
        """Have a trick played when its step comes."""
        if len(self._armed) < ARMED_MAX:
            self._armed.append(trick)

    def disarm(self) -> None:
        """No more tricks."""
        self._armed.clear()

    def heard(self, said: Said) -> None:
        """Let an answer pass, or play the first trick that it fits."""
        for listener in self.listeners:
            listener(said)
        for trick in self._armed:
            if trick.fits(said):
                self._armed.remove(trick)
                self._world.ledger.sometimes(trick.seen)
                trick.play(said)
                return
        said.pass_on(said.answer)

    # -- tricks ---------------------------------------------------------------------------

    def lost(self, said: Said) -> None:
        """What was asked is done, and nobody hears of it."""
        said.pass_on(LOST)

    def deaf(self, said: Said) -> None:
        """Whoever asked dies before they can act on it."""
        said.process.kill()

    def late(self, chance: Chance) -> Play:
        """It is heard, and much has happened meanwhile."""

        def delay(said: Said) -> None:
            delay_s = chance.uniform(LATE_MIN_S, LATE_MAX_S)
            self._world.later(delay_s, said.process.call, said.pass_on, said.answer)

        return delay


def went_well(kind: type[AnyCommand]) -> Fits:
    """Whether an answer says yes to a command of this kind."""
    return lambda said: isinstance(said.command, kind) and said.answer.code is None


def of_kind(kind: type[AnyCommand]) -> Fits:
    """Whether an answer is to a command of this kind."""
    return lambda said: isinstance(said.command, kind)

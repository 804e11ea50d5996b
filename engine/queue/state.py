"""A waiting room's state: what `evolve` writes and `decide` reads.

The truth is terms, phase, members, former members, void passes, signs of life, the draw, credit, pace,
pressure, stock, pause and outcomes; the line, the look-ups and the deadlines of passes are derived
from it and never stored.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from heapq import heapify, heappop
from typing import Final

from engine.queue.line import Line
from engine.queue.members import Draw, Former, KeyOutcome, Member, Pace, Pressure
from engine.queue.phases import RoomPhase
from engine.queue.terms import QueueTerms

PACES_MAX: Final = 64
"""Batches of admissions that the measured pace looks back on."""
SOURCES_MAX: Final = 64
"""Sources of pressure that are remembered."""


class RoomState:
    """One room. Empty before its first record; written by `engine.queue.evolve` alone.

    `members` by number, `former` by principal; `void` has the tickets whose passes ended before
    the time that is written in them, with that time; `seen` has the waiting members' numbers with
    the time of their last sign of life, oldest first. `credit` counts what may be admitted in
    `admission.UNIT`s as of `credited_ms`; `admitted_ms` is when somebody was last
    let in (or could first have been), `waiting_since_ms` when the line last ceased to be
    empty. `stock` is free and held places, None while not known; `since_stock` counts those
    who were let in since it was told. `paused_ms` is when the pause began that lasts, 0 without one,
    and `pause_reason` what is told of why.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.at_ms = 0
        self.event_id = ""
        self.terms = QueueTerms()
        self.phase = RoomPhase.CLOSED
        self.sold_out = False
        self.joined = 0
        self.seed = b""
        self.draw = Draw()
        self.members: dict[int, Member] = {}
        self.former: OrderedDict[str, Former] = OrderedDict()
        self.void: OrderedDict[str, int] = OrderedDict()
        self.seen: OrderedDict[int, int] = OrderedDict()
        self.credit = 0
        self.credited_ms = 0
        self.admitted_ms = 0
        self.waiting_since_ms = 0
        self.paces: deque[Pace] = deque(maxlen=PACES_MAX)
        self.pressures: dict[str, Pressure] = {}
        self.stock: tuple[int, int] | None = None
        self.since_stock = 0
        self.paused_ms = 0
        self.pause_reason = ""
        self.outcomes: OrderedDict[tuple[str, str], KeyOutcome] = OrderedDict()
        self.line = Line()
        self.number_at: list[int] = [0]
        self.number_of_ticket: dict[str, int] = {}
        self.number_of_principal: dict[str, int] = {}
        self.active = 0
        self.passes: list[tuple[int, int]] = []

    @property
    def waiting(self) -> int:
        """How many wait, drawn or not."""
        return len(self.seen)

    @property
    def lined_up(self) -> bool:
        """Whether places are known: not while a draw is still to come."""
        return not (self.terms.mode == "random" and self.phase in (RoomPhase.PRE, RoomPhase.DRAW))

    def member_of(self, principal: str) -> Member | None:
        """The caller's place or pass, if they have one."""
        number = self.number_of_principal.get(principal)
        return None if number is None else self.members[number]

    def position(self, member: Member) -> int | None:
        """How many wait up to and including a waiting member; None before the draw."""
        return self.line.position(member.slot) if self.lined_up else None


def next_expiry(state: RoomState) -> int | None:
    """When the next pass ends, in Unix milliseconds; None without any."""
    passes = state.passes
    while passes:
        expires_ms, number = passes[0]
        member = state.members.get(number)
        if member is not None and member.pass_expires_ms == expires_ms:
            return expires_ms
        heappop(passes)
    return None


def derive(state: RoomState) -> None:
    """Fill everything derived from the truth in a state that was just loaded."""
    passes = [
        (member.pass_expires_ms, member.number) for member in state.members.values() if not member.waits
    ]
    state.number_of_ticket = {member.ticket: member.number for member in state.members.values()}
    state.number_of_principal = {member.principal: member.number for member in state.members.values()}
    heapify(passes)
    state.active, state.passes = len(passes), passes
    line_up(state)


def line_up(state: RoomState) -> None:
    """Build the line anew from its members: a slot for each join, taken by those who wait."""
    state.number_at = [0] * (state.joined + 1)
    for number in state.seen:
        state.number_at[state.members[number].slot] = number
    state.line = Line(number > 0 for number in state.number_at[1:])

"""What must hold in every waiting room at every time, by number, and a check that trusts nothing derived.

    Q1  an identity has one place or pass at most, and a ticket one member
    Q2  the line counts and names exactly those who wait, each in a slot of their own
    Q3  who was drawn stands where the seed puts them, whoever joined later behind all of them
    Q4  whoever is let in was first in line, while the room was open
    Q5  records are numbered without a gap
    Q6  time never goes back
    Q7  nobody is let in without credit, and never more passes are valid than the terms allow then
    Q8  every place has its last sign of life and every pass is found by its end
    Q9  a key has one outcome, and outcomes are remembered in the order they came
    Q10 the draw is bound: list and hash are those that were frozen, each drawn once
    Q11 a pass that ended early is void until the time that is written in it, and no live one is
    Q12 a room takes only the steps of its life

Q4 to Q7, Q10 in part and Q12 are about steps and are checked by `engine.queue.replay`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.invariants import Breach
from engine.queue.draw import drawn, list_hash
from engine.queue.state import RoomState


def check_room(state: RoomState) -> list[Breach]:
    """All breaches in a state; empty when it is sound. Takes time in proportion to its size."""
    checks = (_members, _line, _draw, _times, _outcomes, _void)
    return [Breach(number, detail, state.seq) for each in checks for number, detail in each(state)]


Finding = tuple[str, str]


def _members(state: RoomState) -> Iterator[Finding]:
    by_ticket = {member.ticket: number for number, member in state.members.items()}
    by_principal = {member.principal: number for number, member in state.members.items()}
    if not len(by_ticket) == len(by_principal) == len(state.members):
        yield "Q1", "two members share an identity or a ticket"
    if (by_ticket, by_principal) != (state.number_of_ticket, state.number_of_principal):
        yield "Q1", "members are not found by their tickets and identities"
    for number, member in state.members.items():
        if number != member.number or not 1 <= number <= state.joined:
            yield "Q1", f"{member.ticket} has the number {number}"
        if member.principal in state.former:
            yield "Q1", f"{member.principal} is a member and a former one"


def _line(state: RoomState) -> Iterator[Finding]:
    expected = [0] * (state.joined + 1)
    for member in state.members.values():
        if not member.waits:
            continue
        if member.slot > state.joined or expected[member.slot]:
            yield "Q2", f"{member.ticket} has not slot {member.slot} of their own"
        else:
            expected[member.slot] = member.number
    if state.number_at != expected or (state.line.last, state.line.waiting) != (
        state.joined,
        len(state.seen),
    ):
        yield "Q2", "slots are not of those who wait"
    count = 0
    for slot, number in enumerate(expected[1:], 1):
        count += number > 0
        if state.line.taken(slot) != (number > 0) or state.line.position(slot) != count:
            yield "Q2", f"the line is wrong about slot {slot}"


def _draw(state: RoomState) -> Iterator[Finding]:
    draw = state.draw
    if draw.list_hash and draw.list_hash != list_hash(draw.tickets):
        yield "Q10", "the list is not the one that was frozen"
    place_of = dict(zip(draw.numbers, draw.places, strict=False))
    if draw.drawn_ms:
        order = drawn(state.seed, draw.tickets)
        if [order[place - 1] for place in draw.places] != list(draw.tickets):
            yield "Q3", "the draw is not what its seed gives"
    for member in state.members.values():
        known = draw.drawn_ms or member.number not in draw.numbers
        if known and member.place and member.place != place_of.get(member.number, member.number):
            yield "Q3", f"{member.ticket} stands in place {member.place}"


def _times(state: RoomState) -> Iterator[Finding]:
    waiting = {member.number for member in state.members.values() if member.waits}
    if waiting != set(state.seen):
        yield "Q8", "signs of life are not of those who wait"
    if sorted(state.seen.values()) != list(state.seen.values()):
        yield "Q8", "signs of life are out of order"
    known = set(state.passes)
    passes = [member for member in state.members.values() if not member.waits]
    if state.active != len(passes):
        yield "Q8", "valid passes are miscounted"
    for member in passes:
        if (member.pass_expires_ms, member.number) not in known:
            yield "Q8", f"the pass of {member.ticket} has no end"


def _outcomes(state: RoomState) -> Iterator[Finding]:
    last_seq = 0
    for key, outcome in state.outcomes.items():
        if key != (outcome.principal, outcome.idem) or not last_seq < outcome.seq <= state.seq:
            yield "Q9", f"the outcome under {outcome.idem!r} is out of order"
        last_seq = outcome.seq


def _void(state: RoomState) -> Iterator[Finding]:
    for ticket in state.void:
        if ticket in state.number_of_ticket:
            yield "Q11", f"{ticket} is void and valid"

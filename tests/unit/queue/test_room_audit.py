"""The auditor finds what it is there to find: each invariant, broken on purpose."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from engine.invariants import Breach
from engine.queue.events import (
    LineDrawn,
    ListFrozen,
    MemberJoined,
    MemberLeft,
    MembersAdmitted,
    PassesExpired,
    PlacesLapsed,
    RoomCreated,
    RoomOpened,
    RoomPaused,
    RoomRecord,
    RoomRefused,
)
from engine.queue.invariants import check_room
from engine.queue.members import Former
from engine.queue.replay import replay_room
from engine.queue.state import RoomState
from engine.queue.terms import QueueTerms
from engine.refusals import Code, Refusal
from tests.unit.queue.room_world import START_MS, Room

STORY = """
    staff gather      -> gathered
    ann join          -> joined -
    bob join          -> joined -
    cat join          -> joined -
    staff open key=o  -> frozen ann bob cat
    +1000             -> drawn
    dan join key=d    -> joined 4
    staff admit 1     -> admitted one of them
    eve join          -> joined 4
    eve leave         -> left
"""


def played() -> Room:
    """A room in which three were drawn, one was let in and one left."""
    room = Room(QueueTerms(mode="random", draw_ms=1_000, rate_per_minute=6))
    for line in STORY.strip().splitlines():
        words = line.partition("->")[0].split()
        if words[0] == "+1000":
            room.advance(1_000)
        else:
            room.tell(words)
    room.audit()
    return room


def waiting(state: RoomState) -> int:
    """The number of somebody who waits and was drawn."""
    return next(number for number in state.seen if number < 4)


def admitted(state: RoomState) -> int:
    """The number of somebody who has a pass."""
    return next(number for number, member in state.members.items() if not member.waits)


def _same_principal(state: RoomState) -> None:
    one, other = list(state.seen)[:2]
    state.members[one] = replace(state.members[one], principal=state.members[other].principal)


def _wrong_number(state: RoomState) -> None:
    state.members[99] = state.members.pop(waiting(state))


def _former_and_member(state: RoomState) -> None:
    member = state.members[waiting(state)]
    former = next(iter(state.former.values()))
    state.former[member.principal] = Former(member.principal, member.ticket, START_MS, former.ending)


def _lost_look_up(state: RoomState) -> None:
    state.number_of_ticket.popitem()


def _same_slot(state: RoomState) -> None:
    one, other = list(state.seen)[:2]
    state.members[one] = replace(state.members[one], place=state.members[other].slot)


def _wrong_line(state: RoomState) -> None:
    state.line.leave(state.members[waiting(state)].slot)


def _longer_line(state: RoomState) -> None:
    state.line.append(False)


def _wrong_slot_number(state: RoomState) -> None:
    state.number_at[1:3] = [0, 0]


def _drawn_elsewhere(state: RoomState) -> None:
    number = waiting(state)
    state.members[number] = replace(state.members[number], place=77)


def _another_seed(state: RoomState) -> None:
    state.seed = b"\x00" * 32


def _another_list(state: RoomState) -> None:
    state.draw = replace(state.draw, tickets=state.draw.tickets[::-1])


def _no_sign_of_life(state: RoomState) -> None:
    del state.seen[waiting(state)]


def _signs_out_of_order(state: RoomState) -> None:
    state.seen[waiting(state)] += 1_000_000


def _miscounted_passes(state: RoomState) -> None:
    state.active += 1


def _endless_pass(state: RoomState) -> None:
    state.passes.clear()


def _outcome_out_of_order(state: RoomState) -> None:
    state.outcomes = OrderedDict(reversed(state.outcomes.items()))


def _void_and_valid(state: RoomState) -> None:
    state.void[state.members[admitted(state)].ticket] = START_MS


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        (_same_principal, "Q1"),
        (_wrong_number, "Q1"),
        (_former_and_member, "Q1"),
        (_lost_look_up, "Q1"),
        (_same_slot, "Q2"),
        (_wrong_line, "Q2"),
        (_longer_line, "Q2"),
        (_wrong_slot_number, "Q2"),
        (_drawn_elsewhere, "Q3"),
        (_another_seed, "Q3"),
        (_another_list, "Q10"),
        (_no_sign_of_life, "Q8"),
        (_signs_out_of_order, "Q8"),
        (_miscounted_passes, "Q8"),
        (_endless_pass, "Q8"),
        (_outcome_out_of_order, "Q9"),
        (_void_and_valid, "Q11"),
    ],
)
def test_a_damaged_state_is_found(damage: Callable[[RoomState], None], invariant: str) -> None:
    """Whatever is damaged, the check names its invariant."""
    state = played().state
    damage(state)
    assert invariant in {breach.invariant for breach in check_room(state)}


def replayed_with(record: RoomRecord, *, at_ms: int | None = None, seq: int | None = None) -> list[Breach]:
    """What the auditor says of a further record."""
    room = played()
    record = replace(record, at_ms=room.now_ms if at_ms is None else at_ms)
    count = len(room.journal)
    _, breaches = replay_room([*room.records(), (count + 1 if seq is None else seq, record)])
    return breaches


def record(event: object, principal: str = "zoe", idem: str | None = None) -> RoomRecord:
    """A record by somebody."""
    return RoomRecord(0, principal, event, idem)  # type: ignore[arg-type]  # tests bring events


def first_in_line() -> int:
    """Who is to be let in next, in the room that these tests replay."""
    state = played().state
    return state.number_at[state.line.first(1)[0]]


@pytest.mark.parametrize(
    ("wrong", "invariant"),
    [
        (record(RoomCreated("evt_1", QueueTerms())), "Q5"),
        (record(MemberJoined("que_z", 9)), "Q1"),
        (record(MemberJoined("que_z", 6), principal="dan"), "Q1"),
        (record(MemberLeft(99, "que_z")), "Q1"),
        (record(PlacesLapsed((99,))), "Q1"),
        (record(PassesExpired((99,))), "Q1"),
        (record(PassesExpired((first_in_line(),))), "Q8"),
        (record(PlacesLapsed((admitted(played().state),))), "Q8"),
        (record(MembersAdmitted((4,), START_MS, 0, by_hand=True)), "Q4"),
        (record(MembersAdmitted((first_in_line(),), START_MS, 0)), "Q7"),
        (record(MembersAdmitted((first_in_line(),), START_MS, 5, by_hand=True)), "Q7"),
        (record(RoomOpened()), "Q12"),
        (record(LineDrawn()), "Q12"),
        (record(ListFrozen("ff", START_MS)), "Q10"),
        (record(RoomRefused(Refusal(Code.INVALID)), principal="dan", idem="d"), "Q9"),
    ],
)
def test_a_wrong_record_is_found(wrong: RoomRecord, invariant: str) -> None:
    """The replay stops before it and says why."""
    assert invariant in {breach.invariant for breach in replayed_with(wrong)}


def test_a_gap_and_a_clock_that_goes_back_are_found() -> None:
    """Numbers follow each other, and so do times."""
    paused = record(RoomPaused())
    assert ["Q5"] == [breach.invariant for breach in replayed_with(paused, seq=99)]
    assert ["Q6"] == [breach.invariant for breach in replayed_with(paused, at_ms=START_MS - 1)]
    assert [] == replayed_with(paused)


def test_a_replay_goes_on_from_a_state() -> None:
    """Pages of a journal may be replayed one after the other."""
    room = played()
    records = room.records()
    state, breaches = replay_room(records[:4])
    assert [] == breaches
    state, breaches = replay_room(records[4:], state)
    assert [] == breaches
    assert room.state.seq == state.seq

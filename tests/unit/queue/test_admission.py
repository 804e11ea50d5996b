"""The door: as many as the rate allows, in small steps, and positions that only improve."""

from __future__ import annotations

import pytest

from engine.queue.admission import BATCH_MAX, CREDIT_MS, STEP_MS
from engine.queue.commands import JoinRoom, LeaveRoom, OpenRoom, PauseRoom, ResumeRoom, SeeMembers, SetTerms
from engine.queue.events import MembersAdmitted, PlacesLapsed
from engine.queue.terms import RANGES, QueueTerms, faults
from engine.queue.waits import Tempo, Wait, estimate, tempo
from tests.unit.queue.room_world import Room


def crowd(count: int, rate: int) -> Room:
    """An open room in which so many wait."""
    room = Room(QueueTerms(mode="fifo", rate_per_minute=rate), audited=False)
    room.ask("staff", OpenRoom())
    for number in range(count):
        room.ask(f"p{number}", JoinRoom())
    return room


def admitted(events: list[object]) -> int:
    """How many were let in."""
    return sum(len(event.numbers) for event in events if isinstance(event, MembersAdmitted))


@pytest.mark.parametrize("rate", [1, 7, 59, 60, 600, 6_000, 45_000])
def test_the_rate_is_kept_exactly(rate: int) -> None:
    """In a minute as many as the rate says, and in no step more than the step's share, rounded up."""
    room = crowd(min(rate + 10, 7_000), rate)
    seconds = 60 if rate <= 6_000 else 6
    events = room.advance(seconds * 1000)
    assert rate * seconds // 60 == admitted([*events])
    steps = [len(event.numbers) for event in events if isinstance(event, MembersAdmitted)]
    assert max(steps) <= -(-rate * STEP_MS // 60_000)


def test_a_silence_is_not_made_up_for() -> None:
    """After an hour without anybody no more than the credit's bound are let in at once."""
    room = crowd(0, 600)
    room.advance(3_600_000)
    for number in range(100):
        room.ask(f"p{number}", JoinRoom())
    assert 600 * CREDIT_MS // 60_000 == admitted([*room.advance(0)])


def test_a_late_timer_loses_nothing() -> None:
    """Ticks that come late by less than the credit's bound let in as many all the same."""
    room = crowd(100, 600)
    total = 0
    for _ in range(10):
        room.now_ms += 700
        total += admitted([*room.do_due()])
    assert 70 == total


def test_one_record_speaks_of_so_many_and_no_more() -> None:
    """When a crowd is gone its places lapse in several records, each of a bounded size."""
    room = crowd(BATCH_MAX + 1, 0)
    lapsed = [event for event in room.advance(300_000) if isinstance(event, PlacesLapsed)]
    assert [BATCH_MAX, 1] == [len(event.numbers) for event in lapsed]
    assert 0 == room.state.waiting


def test_positions_only_improve() -> None:
    """Whatever others do and whether the room is paused: nobody is ever moved back."""
    room = crowd(60, 600)
    best = {f"p{number}": number + 1 for number in range(60)}
    for step in range(80):
        room.ask("system", SeeMembers(tuple(room.state.seen)))
        if step % 7 == 3:
            room.ask(f"p{step}", LeaveRoom())
        if step in (20, 40):
            room.ask("staff", PauseRoom() if step == 20 else ResumeRoom())
        room.ask(f"late{step}", JoinRoom())
        room.advance(100)
        for who, known in list(best.items()):
            member = room.state.member_of(who)
            position = room.state.position(member) if member is not None and member.waits else None
            if position is None:
                del best[who]
            else:
                assert position <= known
                best[who] = position
    room.audit()


def test_the_wait_is_measured() -> None:
    """Once people were let in, the pace is theirs and not the plan's."""
    room = crowd(200, 600)
    assert Tempo(10.0, 10.0) == tempo(room.state)
    for _ in range(20):
        room.now_ms += 200
        room.do_due()
    assert Tempo(10.0, 0.0) == tempo(room.state)
    room.ask("staff", SetTerms(QueueTerms(mode="fifo", rate_per_minute=0)))
    assert Tempo(0.0, 0.0) == tempo(room.state)


def test_an_uneven_pace_shows_in_the_spread() -> None:
    """With 20 in one second and none in the next, 10 a second on average, the variance is 100."""
    room = crowd(200, 1_200)
    for _ in range(3):
        for _ in range(10):
            room.now_ms += 100
            room.do_due()
    assert 20.0 == tempo(room.state).per_second


def test_estimates() -> None:
    """Half of the waits are under `p50`, nine in ten under `p90`."""
    assert Wait(10_000, 10_000) == estimate(Tempo(10.0, 0.0), 99)
    assert Wait(10_000, 11_282) == estimate(Tempo(10.0, 10.0), 99)
    assert Wait(15_000, 16_282) == estimate(Tempo(10.0, 10.0), 99, starts_in_ms=5_000)
    assert estimate(Tempo(0.0, 0.0), 99) is None


@pytest.mark.parametrize("name", RANGES)
def test_terms_have_their_ranges(name: str) -> None:
    """Each number is bounded on both sides."""
    least, most = RANGES[name]
    for value, sound in ((least, True), (most, True), (least - 1, False), (most + 1, False)):
        assert sound == (not list(faults(QueueTerms(**{name: value}))))  # type: ignore[arg-type]  # numbers all


def test_terms_bound_their_channels() -> None:
    """A list that grows without end is refused."""
    assert ["there may be 32 bypass_channels at most"] == list(
        faults(QueueTerms(bypass_channels=tuple(map(str, range(33)))))
    )

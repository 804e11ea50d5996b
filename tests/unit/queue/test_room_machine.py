"""A waiting room against a model of plain lists, under whatever Hypothesis thinks of."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from engine.queue.commands import (
    AdmitNext,
    AnyRoomCommand,
    EndRoom,
    GatherRoom,
    JoinRoom,
    LeaveRoom,
    OpenRoom,
    PauseRoom,
    ResumeRoom,
    RevokePass,
    SeeMembers,
    SetPressure,
    SetStock,
    SetTerms,
)
from engine.queue.decisions import RoomAccepted
from engine.queue.draw import drawn
from engine.queue.events import (
    AnyRoomEvent,
    LineDrawn,
    ListFrozen,
    MemberJoined,
    MemberLeft,
    MembersAdmitted,
    PassesExpired,
    PassRevoked,
    PlacesLapsed,
    RoomEnded,
)
from engine.queue.terms import Mode, QueueTerms
from tests.unit.queue.room_world import Room

people = st.sampled_from([f"p{number}" for number in range(12)])


class WaitingRoom(RuleBasedStateMachine):
    """The model: who stands in line in which order, who has a pass, and how it went on."""

    @initialize(mode=st.sampled_from(["fifo", "random"]), active_max=st.sampled_from([None, 2]))
    def begin(self, mode: Mode, active_max: int | None) -> None:
        terms = QueueTerms(mode=mode, rate_per_minute=120, active_max=active_max, pass_ttl_ms=20_000)
        self.room = Room(replace(terms, grace_ms=30_000, draw_ms=1_000, bypass_channels=("vip",)))
        self.line: list[int] = []
        self.passes: set[int] = set()
        self.frozen: list[int] = []
        self.seen_at: dict[str, int] = {}

    def give(self, who: str, command: AnyRoomCommand, **options: str) -> None:
        decision = self.room.ask(who, command, **options)
        if isinstance(decision, RoomAccepted):
            self.learn(decision.record.event)

    def learn(self, event: AnyRoomEvent) -> None:
        """Read an event as a stranger would who knows only what each means."""
        match event:
            case MemberJoined(number=number, pass_expires_ms=expires_ms):
                if expires_ms:
                    self.passes.add(number)
                else:
                    self.line.append(number)
            case MembersAdmitted(numbers=numbers):
                assert list(numbers) == self.line[: len(numbers)]
                self.line = self.line[len(numbers) :]
                self.passes |= set(numbers)
            case MemberLeft(number=number) | PassRevoked(number=number):
                self.forget((number,))
            case PlacesLapsed(numbers=numbers) | PassesExpired(numbers=numbers):
                self.forget(numbers)
            case ListFrozen():
                self.frozen = list(self.line)
            case LineDrawn():
                self.be_drawn()
            case RoomEnded():
                self.line = []
            case _:
                pass

    def be_drawn(self) -> None:
        """Those who were frozen in the order of the draw, then those who came later."""
        draw = self.room.state.draw
        assert self.frozen == list(draw.numbers)
        number_of = dict(zip(draw.tickets, draw.numbers, strict=True))
        order = [number_of[ticket] for ticket in drawn(self.room.state.seed, draw.tickets)]
        late = [number for number in self.line if number not in self.frozen]
        self.line = [number for number in order if number in self.line] + late

    def forget(self, numbers: tuple[int, ...]) -> None:
        for number in numbers:
            if number in self.passes:
                self.passes.remove(number)
            else:
                self.line.remove(number)

    @rule(who=people, via=st.sampled_from(["", "", "", "vip"]))
    def join(self, who: str, via: str) -> None:
        self.give(who, JoinRoom(), via=via)

    @rule(who=people, key=st.sampled_from(["a", "b"]))
    def join_with_key(self, who: str, key: str) -> None:
        self.give(who, JoinRoom(), key=key)

    @rule(who=people)
    def leave(self, who: str) -> None:
        self.give(who, LeaveRoom())

    @rule(command=st.sampled_from([GatherRoom(), OpenRoom(), PauseRoom(), ResumeRoom(), OpenRoom()]))
    def step(self, command: AnyRoomCommand) -> None:
        self.give("staff", command)

    @rule(chance=st.integers(0, 9))
    def end(self, chance: int) -> None:
        if not chance:
            self.give("staff", EndRoom())

    @rule(count=st.integers(1, 3))
    def admit(self, count: int) -> None:
        self.give("staff", AdmitNext(count))

    @rule(who=people)
    def revoke(self, who: str) -> None:
        self.give("staff", RevokePass(self.room.tickets.get(who, "que_unknown")))

    @rule(numbers=st.lists(st.integers(1, 30), max_size=8))
    def see(self, numbers: list[int]) -> None:
        self.give("system", SeeMembers(tuple(numbers)))

    @rule(source=st.sampled_from(["g", "h"]), level=st.sampled_from([0, 500, 1_000]))
    def press(self, source: str, level: int) -> None:
        self.give("system", SetPressure(source, level))

    @rule(free=st.integers(0, 3), held=st.integers(0, 1))
    def stock(self, free: int, held: int) -> None:
        self.give("system", SetStock(free, held))

    @rule(rate=st.sampled_from([0, 60, 6_000]), most=st.sampled_from([None, 1, 5]))
    def set_terms(self, rate: int, most: int | None) -> None:
        self.give("staff", SetTerms(replace(self.room.state.terms, rate_per_minute=rate, active_max=most)))

    @rule(ms=st.sampled_from([0, 1, 100, 999, 5_000, 31_000]))
    def wait(self, ms: int) -> None:
        for event in self.room.advance(ms):
            self.learn(event)

    @invariant()
    def everybody_stands_where_the_model_says(self) -> None:
        state = self.room.state
        assert sorted(self.line) == sorted(state.seen)
        assert self.passes == {number for number, each in state.members.items() if not each.waits}
        if state.lined_up:
            by_position = sorted(state.seen, key=lambda number: state.position(state.members[number]) or 0)
            assert self.line == by_position
            assert list(range(1, len(self.line) + 1)) == [
                state.position(state.members[number]) for number in by_position
            ]

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.room.audit()


TestWaitingRoom = WaitingRoom.TestCase
TestWaitingRoom.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)

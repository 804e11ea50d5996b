"""A waiting room in a shell: journaled, fenced and recovered as a section is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from actors.batch import Batch
from actors.room import Room
from actors.room_wire import RoomChanges
from actors.shell import SectionShell
from actors.wire import Answer, Ask, StreamRequest, asks_decoder, encoder
from engine.commands import GetHold, Request, Role
from engine.queue.commands import (
    AnyRoomCommand,
    EndRoom,
    GatherRoom,
    GetPlace,
    JoinRoom,
    LeaveRoom,
    OpenRoom,
    RevokePass,
    RoomRequest,
    SeeMembers,
    SetTerms,
)
from engine.queue.events import decode_room_record
from engine.queue.line import Line
from engine.queue.replay import replay_room
from engine.queue.snapshot import room_digest
from engine.queue.terms import QueueTerms
from engine.queue.views import PlaceView
from engine.terms import Terms
from persistence.memory.catalogue import MemoryCatalogue
from tests.integration.actors.conftest import LIMITS, NOON_MS, House, small_house

TERMS = QueueTerms(mode="random", rate_per_minute=600, draw_ms=0, pass_ttl_ms=60_000)


class Foyer(House):
    """A house with a waiting room, which is what its shells are of."""

    async def build(self) -> None:
        catalogue = MemoryCatalogue(self.database)
        plan = await catalogue.save_plan(small_house(), NOON_MS)
        self.event = await catalogue.create_event("A premiere", plan.id, Terms(), NOON_MS, TERMS)
        assert self.event.queue is not None
        self.stream = self.event.queue.stream

    def room(self, shell: SectionShell) -> Room:
        """What a shell keeps."""
        assert isinstance(shell.keeper, Room)
        return shell.keeper

    def audited(self, shell: SectionShell) -> None:
        """The live state is what the journal gives, and the journal is sound."""
        stored = self.database.streams[self.stream].records
        state, breaches = replay_room((row.seq, decode_room_record(row.data)) for row in stored)
        assert [] == breaches
        assert room_digest(state) == room_digest(self.room(shell).state)


@pytest.fixture
async def foyer() -> AsyncIterator[Foyer]:
    """A waiting room whose shells are let go at the end."""
    made = Foyer()
    await made.build()
    yield made
    made.database.down = False
    for shell in made.shells:
        await shell.leave()


async def put(shell: SectionShell, request: StreamRequest) -> Answer:
    """Hand a request to a shell, as a call of a gateway does, and wait for its answer."""
    done: asyncio.Future[list[Answer | None]] = asyncio.get_running_loop().create_future()
    shell.handle(request, Batch(1, done.set_result), 0)
    (answer,) = await done
    assert answer is not None
    return answer


async def ask(shell: SectionShell, who: str, command: AnyRoomCommand, key: str | None = None) -> Answer:
    """One request and its answer."""
    role: Role = "staff" if who == "staff" else "system" if who == "system" else "buyer"
    return await put(shell, RoomRequest(who, command, key, b"f" * 8, role))


def place(answer: Answer) -> PlaceView:
    """The place that an answer tells of."""
    assert answer.code is None
    return msgspec.msgpack.decode(answer.body, type=PlaceView)


async def news(shell: SectionShell, after: int) -> RoomChanges:
    """What became durable."""
    changes = await shell.changes(after)
    assert isinstance(changes, RoomChanges)
    return changes


async def gathered(foyer: Foyer, shell: SectionShell, count: int) -> None:
    """So many join before the opening."""
    await ask(shell, "staff", GatherRoom())
    for number in range(count):
        await ask(shell, f"usr_{number}", JoinRoom())


async def test_a_room_survives_its_owner(foyer: Foyer) -> None:
    """Whoever takes over knows who is there, makes the same draw and lets the same people in."""
    one = await foyer.shell("one")
    await gathered(foyer, one, 12)
    seed = foyer.room(one).state.seed
    two = await foyer.shell("two")
    assert seed == foyer.room(two).state.seed
    await ask(two, "staff", OpenRoom())
    again = place(await ask(two, "usr_3", JoinRoom()))
    assert ("open", 12) == (again.phase, foyer.room(two).state.waiting)
    foyer.audited(two)
    assert "outcome_unknown" == (await ask(one, "usr_new", JoinRoom())).code
    assert "one" == await foyer.fenced.get()


async def test_seeds_differ(foyer: Foyer) -> None:
    """A seed has 32 bytes that come from fresh ids."""
    shell = await foyer.shell("one")
    await ask(shell, "staff", GatherRoom())
    assert 32 == len(foyer.room(shell).state.seed)
    assert foyer.room(shell)._seed(1) != foyer.room(shell)._seed(1)


async def test_people_may_gather_at_an_hour_that_was_set(foyer: Foyer) -> None:
    """Nobody at the house has to be awake: a fresh seed is there, and whoever comes stands in the draw."""
    shell = await foyer.shell("one")
    terms = msgspec.structs.replace(TERMS, gathers_ms=NOON_MS + 60_000)
    assert (await ask(shell, "staff", SetTerms(terms))).code is None
    assert "sale_not_open" == (await ask(shell, "usr_1", JoinRoom())).code
    foyer.clock.ms += 60_000
    assert (await ask(shell, "usr_1", JoinRoom())).code is None
    room = foyer.room(shell).state
    assert ("pre-queue", 32, 1) == (room.phase.public_name, len(room.seed), room.waiting)
    foyer.audited(shell)


async def test_a_room_comes_back_from_its_snapshot(foyer: Foyer) -> None:
    """The snapshot is used, and what followed it is replayed."""
    limits = msgspec.structs.replace(LIMITS, snapshot_every_records=5)
    one = await foyer.shell("one", limits)
    await gathered(foyer, one, 9)
    await one.leave()
    assert foyer.database.streams[foyer.stream].snapshots
    two = await foyer.shell("two", limits)
    assert 9 == foyer.room(two).state.waiting
    foyer.audited(two)


async def test_what_is_due_is_done_by_a_timer(foyer: Foyer) -> None:
    """People are let in without anybody asking, and everybody who watches is told."""
    shell = await foyer.shell("one")
    await gathered(foyer, shell, 3)
    await ask(shell, "staff", OpenRoom())
    seq = (await news(shell, -1)).seq
    drawn = await news(shell, seq)
    assert ("open", -1) == (drawn.header.phase, drawn.from_seq)
    foyer.clock.ms += 1_000
    seq = drawn.seq
    while foyer.room(shell).state.active < 3:
        seq = (await news(shell, seq)).seq
    assert 3 == (await news(shell, -1)).header.active
    foyer.audited(shell)


async def test_the_feed_says_what_the_state_is(foyer: Foyer) -> None:
    """Whoever applies all news to the first line they saw has the line as it is, void passes too."""
    shell = await foyer.shell("one")
    await gathered(foyer, shell, 6)
    await ask(shell, "staff", OpenRoom())
    await ask(shell, "usr_2", GetPlace())
    first = await news(shell, -1)
    assert first.whole is not None
    line = Line.from_bits(first.whole.bits, first.whole.last)
    await ask(shell, "late", JoinRoom())
    await ask(shell, "usr_4", LeaveRoom())
    foyer.clock.ms += 100
    await ask(shell, "usr_1", GetPlace())
    state = foyer.room(shell).state
    admitted = next(each for each in state.members.values() if not each.waits)
    await ask(shell, "staff", RevokePass(admitted.ticket))
    changes = await news(shell, first.seq)
    for taken in changes.joined:
        line.append(taken)
    for slot in [*(each.slot for each in changes.admitted), *(each.slot for each in changes.departed)]:
        if slot:
            line.leave(slot)
    assert state.line.bits() == line.bits()
    assert (changes.header.waiting, changes.header.phase) == (state.waiting, "open")
    whole = (await news(shell, -1)).whole
    assert whole is not None
    assert ((admitted.ticket, admitted.pass_expires_ms),) == whole.void
    await ask(shell, "staff", EndRoom())
    assert ("over", -1) == ((await news(shell, changes.seq)).header.phase, (await news(shell, 1)).from_seq)


async def test_void_passes_are_forgotten_when_they_would_have_ended(foyer: Foyer) -> None:
    """After its own time a pass need not be void any more."""
    shell = await foyer.shell("one")
    await ask(shell, "staff", GatherRoom())
    await put(shell, RoomRequest("usr_vip", JoinRoom(), role="staff"))
    await ask(shell, "usr_vip", LeaveRoom())
    before = (await news(shell, -1)).whole
    foyer.clock.ms += 60_000
    await ask(shell, "usr_ada", JoinRoom())
    after = (await news(shell, -1)).whole
    assert before is not None
    assert after is not None
    assert (1, 0) == (len(before.void), len(after.void))


async def test_each_kind_of_stream_knows_its_own_commands_only(foyer: Foyer) -> None:
    """A hold is asked of a room, a place of a section: there is nothing by that name."""
    room = await foyer.shell("one")
    assert "not_found" == (await put(room, Request("usr_ada", GetHold("hld_none")))).code
    house = House()
    await house.build()
    section = await house.shell("two")
    assert "not_found" == (await ask(section, "usr_ada", JoinRoom())).code
    with pytest.raises(TypeError, match="no section"):
        _ = room.state
    await section.leave()


async def test_a_room_with_members_does_not_leave(foyer: Foyer) -> None:
    """Those who wait would wait for ever."""
    shell = await foyer.shell("one", msgspec.structs.replace(LIMITS, passivate_after_ms=0))
    assert shell.idle
    await gathered(foyer, shell, 1)
    assert not shell.idle
    await ask(shell, "usr_0", LeaveRoom())
    assert shell.idle


async def test_a_key_has_one_outcome_in_every_life(foyer: Foyer) -> None:
    """The answer under a key is given again, and a refusal too."""
    one = await foyer.shell("one")
    refused = await ask(one, "usr_ada", LeaveRoom(), "leave")
    opened = await ask(one, "staff", OpenRoom(), "open")
    two = await foyer.shell("two")
    again = await ask(two, "usr_ada", LeaveRoom(), "leave")
    assert ("not_found", True) == (again.code, again.replayed)
    assert bytes(refused.body) == bytes(again.body)
    assert bytes(opened.body) == bytes((await ask(two, "staff", OpenRoom(), "open")).body)
    joined = await ask(two, "usr_ada", JoinRoom(), "join")
    left = await ask(two, "usr_ada", LeaveRoom())
    assert (None, None) == (joined.code, left.code)
    assert "queue_ticket_expired" == (await ask(two, "usr_ada", JoinRoom(), "join")).code


async def test_a_bug_met_by_one_request_does_not_end_the_room(
    foyer: Foyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever met it learns that nothing was changed, and the others go on."""
    shell = await foyer.shell("one")

    def broken(*_arguments: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr("actors.room.decide", broken)
        assert "internal" == (await ask(shell, "usr_ada", JoinRoom())).code
    assert "sale_not_open" == (await ask(shell, "usr_ada", JoinRoom())).code


async def test_signs_of_life_keep_a_place(foyer: Foyer) -> None:
    """Places of those who were not seen are given up, and the line moves on."""
    shell = await foyer.shell("one")
    await gathered(foyer, shell, 3)
    foyer.clock.ms += 200_000
    await ask(shell, "system", SeeMembers((2,)))
    foyer.clock.ms += 100_000
    assert "queue_ticket_expired" == (await ask(shell, "usr_0", GetPlace())).code
    assert None is (await ask(shell, "usr_1", GetPlace())).code
    foyer.audited(shell)


def test_asks_of_both_kinds_travel_in_one_batch() -> None:
    """The wire tells the two kinds of requests apart."""
    asks = [Ask(1, Request("usr_ada", GetHold("hld_none"))), Ask(2, RoomRequest("usr_ada", JoinRoom()))]
    assert asks == asks_decoder.decode(encoder.encode(asks))

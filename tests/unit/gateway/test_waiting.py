"""The parts of a gateway's waiting rooms that need nobody else: mirror, reports, passes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from actors.room_wire import RoomChanges, RoomHeader, WholeLine
from engine.queue.commands import SeeMembers, SetPressure, SetStock
from engine.queue.line import Line
from engine.queue.members import Ending
from engine.queue.news import Admission, Departure
from engine.queue.views import PlaceView
from engine.queue.waits import Tempo, Wait
from gateway.live.feed import UNKNOWN, SectionFeed
from gateway.waiting.challenge import ProofOfWork
from gateway.waiting.mirror import RoomMirror
from gateway.waiting.passes import Passes
from gateway.waiting.reports import REPEAT_S, SIGHT_S, Reports, pressure_of
from gateway.waiting.room import FollowedRoom
from gateway.waiting.stock import Stock
from gateway.waiting.views import interval_s, place_reply
from gateway.waiting.waiters import Waiter
from tests.unit.gateway.houses import house

EVENT = "evt_1"
NOW_MS = 1_790_000_000_000
HEADER = RoomHeader("open", False, 1, Tempo(10.0, 0.0), 5, 0, 0, 100, 0, 0, 0, True)


def whole(count: int, void: tuple[tuple[str, int], ...] = (), header: RoomHeader = HEADER) -> RoomChanges:
    """A line of so many who all wait."""
    line = Line([True] * count)
    return RoomChanges(1, "h", -1, 10, header, whole=WholeLine(line.bits(), line.last, void))


def mirror_of(count: int, header: RoomHeader = HEADER) -> RoomMirror:
    """A mirror that knows a line."""
    mirror = RoomMirror()
    assert mirror.apply(whole(count, header=header))
    return mirror


def test_a_mirror_follows_its_room() -> None:
    """Who joined, was let in and left changes the positions of the others."""
    mirror = RoomMirror()
    assert mirror.position(1) is None
    mirror.apply(whole(5))
    changes = RoomChanges(
        *(1, "h", 10, 14, HEADER, (True, False)),
        (Admission(1, "que_1", "usr_1", NOW_MS), Admission(7, "que_7", "usr_7", NOW_MS)),
        (Departure(3, "que_3", "usr_3", Ending.LAPSED), Departure(0, "que_0", "usr_0", Ending.EXPIRED, 1)),
    )
    assert not mirror.apply(changes)
    assert [None, 1, None, 2, 3, 4, None, None] == [mirror.position(slot) for slot in range(1, 9)]
    assert 14 == mirror.seq


def test_before_the_draw_nobody_has_a_position() -> None:
    """The line is then in the order of joining, which is nobody's place."""
    mirror = mirror_of(3, replace(HEADER, phase="pre-queue", lined_up=False))
    assert mirror.position(2) is None


def test_void_passes_are_known_until_they_would_have_ended() -> None:
    """From the first look, from the news, and from here."""
    mirror = RoomMirror()
    mirror.apply(whole(1, (("que_a", NOW_MS + 1),)))
    gone = Departure(0, "que_b", "usr_b", Ending.REVOKED, NOW_MS + 2)
    expired = Departure(0, "que_x", "usr_x", Ending.EXPIRED, NOW_MS)
    mirror.apply(RoomChanges(1, "h", 10, 12, HEADER, departed=(gone, expired)))
    mirror.void("que_c", NOW_MS + 3)
    assert [True, True, True, False] == [mirror.is_void(f"que_{name}") for name in "abcx"]
    mirror.forget(NOW_MS + 2)
    assert [False, False, True] == [mirror.is_void(f"que_{name}") for name in "abc"]


def waiter(slot: int = 100) -> Waiter:
    """Somebody in that slot."""
    return Waiter("usr_ann", "que_ann", slot, slot)


class Feed:
    """Counts of a section."""

    def __init__(self, counts: tuple[int, int, int], seq: int = 1) -> None:
        self.counts = counts
        self.seq = seq


def reports(*feeds: Feed, header: RoomHeader | None = HEADER, people: tuple[Waiter, ...] = ()) -> Reports:
    """The reports to a room as it is told here."""
    room = SimpleNamespace(
        event=EVENT,
        mirror=SimpleNamespace(header=header),
        waiters=SimpleNamespace(by_ticket={each.ticket: each for each in people}),
    )
    stock = Stock(house(), ())
    return Reports(cast("FollowedRoom", room), "gw", cast("list[SectionFeed]", list(feeds)), stock)


def test_signs_of_life() -> None:
    """Who is connected in intervals, others when they came or went; those let in need none."""
    ann, bob = waiter(), Waiter("usr_bob", "que_bob", 8, 8)
    bob.admitted = True
    found = reports(people=(ann, bob))
    assert [SeeMembers((100,))] == found.due(0.0)
    found.saw(5)
    found.saw(5)
    assert [SeeMembers((5,))] == found.due(1.0)
    assert [] == found.due(SIGHT_S - 1)
    assert [SeeMembers((100,))] == found.due(SIGHT_S)


def test_many_signs_come_in_several_commands() -> None:
    """Each of a bounded size."""
    found = reports()
    for number in range(2_500):
        found.saw(number)
    sizes = [len(each.numbers) for each in found.due(0.0) if isinstance(each, SeeMembers)]
    assert [1_000, 1_000, 500] == sizes


def test_stock_is_told_when_it_changes_and_now_and_then() -> None:
    """Over all sections, once all of them are known, while people are let in."""
    one, other = Feed((5, 1, 0)), Feed((0, 0, 0), UNKNOWN)
    found = reports(one, other)
    assert [] == found.due(0.0)
    other.seq, other.counts = 2, (3, 2, 9)
    assert [SetStock(8, 3)] == found.due(1.0)
    assert [] == found.due(2.0)
    one.counts = (4, 2, 0)
    assert [SetStock(7, 4)] == found.due(3.0)
    assert [SetStock(7, 4)] == found.due(3.0 + REPEAT_S)
    assert [] == reports().due(0.0)
    for header in (None, replace(HEADER, phase="pre-queue")):
        assert [] == reports(one, header=header).due(0.0)


def test_pressure_follows_the_slowest_tenth() -> None:
    """Fast sections are none, slow ones close the door, and what stays is said again."""
    assert [0, 0, 500, 1_000] == [
        pressure_of(latencies) for latencies in ([], [0.2] * 10, [0.1] * 9 + [0.625], [0.1] * 8 + [2.0] * 2)
    ]
    found = reports()
    for _ in range(20):
        found.took(2.0)
    assert [SetPressure("gw", 1_000)] == found.due(0.0)
    found.took(2.0)
    assert [] == found.due(1.0)
    found.took(2.0)
    assert [SetPressure("gw", 1_000)] == found.due(REPEAT_S)
    assert [SetPressure("gw", 0)] == found.due(REPEAT_S + 1)
    assert [] == found.due(REPEAT_S + 2)


def test_a_pass_is_the_same_at_every_gateway() -> None:
    """A retry sends the same body, wherever it goes."""
    tokens = {Passes("s" * 32, 10).issue(EVENT, "usr_ann", "que_1", NOW_MS + each) for each in (0, 999)}
    assert 1 == len(tokens)


def test_passes_that_were_read_are_kept_within_bounds() -> None:
    """The oldest is forgotten, and read again when it comes again."""
    passes = Passes("s" * 32, 2)
    tokens = [passes.issue(EVENT, f"usr_{number}", f"que_{number}", NOW_MS) for number in range(3)]
    for token in [*tokens, tokens[1], tokens[0]]:
        found = passes.read(token)
        assert found is not None
        assert (EVENT, NOW_MS // 1000) == (found.event, found.expires_s)
    assert 2 == len(passes._known)
    assert passes.read(Passes("x" * 32, 2).issue(EVENT, "usr_0", "que_0", NOW_MS)) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 4),
        ({"position": 1, "ahead": 0, "wait": Wait(1_000, 2_000)}, 2),
        ({"position": 1, "ahead": 0, "wait": Wait(100_000, 2_000)}, 10),
        ({"position": 1, "ahead": 0, "wait": Wait(9_000_000, 2_000)}, 20),
    ],
)
def test_when_to_ask_again(change: dict[str, Any], expected: int) -> None:
    """Soon when it is soon one's turn."""
    view = replace(PlaceView("que_1", 1, 1, "open"), **change)
    assert expected == interval_s(place_reply(EVENT, view, HEADER, NOW_MS))


def test_a_reply_tells_when_it_opens() -> None:
    """And when the draw is made, until then."""
    header = replace(HEADER, opens_ms=NOW_MS, draws_ms=NOW_MS + 1_000)
    before = place_reply(EVENT, PlaceView("que_1", 1, 1, "draw"), header, NOW_MS)
    after = place_reply(EVENT, PlaceView("que_1", 1, 1, "open"), header, NOW_MS)
    assert ("2026-09-21T14:13:20.000Z", "2026-09-21T14:13:21.000Z") == (before.opens_at, before.draws_at)
    assert (None, None) == (after.opens_at, after.draws_at)
    assert 20 == interval_s(replace(after, pass_="token"))


def test_a_challenge_is_bound_to_cost_and_kind() -> None:
    """A solution of an easier challenge is none, whoever made it."""
    import altcha

    work = ProofOfWork("s" * 32, lambda: NOW_MS)
    made = altcha.Challenge.from_dict(work.make(EVENT, "usr_ann", 1))
    solution = altcha.solve_challenge(made)
    assert solution is not None
    solved = altcha.Payload(made, solution).to_base64()
    assert not work.solved(solved, EVENT, "usr_ann", 2)
    assert not work.solved(solved, "evt_2", "usr_ann", 1)
    assert not work.solved(solved, EVENT, "usr_eve", 1)

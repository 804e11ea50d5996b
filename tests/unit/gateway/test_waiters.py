"""Members of a waiting room who are connected here: what they are told, and when they are here no more."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from engine.catalogue import QueueInfo
from engine.queue.views import PlaceView
from engine.queue.waits import Tempo, Wait
from engine.views import rfc3339
from gateway.ports import Rooms
from gateway.waiting.mirror import RoomMirror
from gateway.waiting.passes import Passes
from gateway.waiting.room import FollowedRoom
from gateway.waiting.stock import Stock
from gateway.waiting.waiters import Waiters
from gateway.websocket.session import Session, SessionState
from protocol.queue import CategoryLeft, Eta
from tests.unit.gateway.houses import house
from tests.unit.gateway.test_waiting import EVENT, HEADER, NOW_MS, mirror_of, waiter


def test_an_update_is_told_once() -> None:
    """Only what is new is told, and nothing to whoever was let in."""
    mirror, ann = mirror_of(100), waiter()
    update = ann.update(EVENT, mirror, NOW_MS)
    assert update is not None
    assert (100, 99, Eta(10_000, 10_000), 100) == (update.position, update.ahead, update.eta_ms, update.left)
    assert ann.update(EVENT, mirror, NOW_MS) is None
    ann.admitted = True
    assert ann.update(EVENT, mirror_of(3), NOW_MS) is None
    assert waiter().update(EVENT, RoomMirror(), NOW_MS) is None


def test_what_a_reply_said_is_not_told_again() -> None:
    """A place that did not move since."""
    ann = waiter(3)
    ann.knows("open", 3, None)
    assert ann.update(EVENT, mirror_of(3), NOW_MS) is None


def test_a_pause_is_told_with_its_beginning() -> None:
    """For as long as it lasts."""
    ann = waiter(3)
    for phase, paused_ms, expected in (("paused", NOW_MS, rfc3339(NOW_MS)), ("open", 0, None)):
        update = ann.update(EVENT, mirror_of(3, replace(HEADER, phase=phase, paused_ms=paused_ms)), NOW_MS)
        assert update is not None
        assert (phase, expected) == (update.phase, update.since)


def test_what_is_left_is_told_when_it_changed() -> None:
    """With the place, or alone to whoever does not move; once each, and not again after a reply said it."""
    ann, bob = waiter(3), waiter(2)
    stock, mirror = Stock(house(), ()), mirror_of(3)
    stock.left, stock.version = (CategoryLeft("gold", "Gold", 5),), 1
    told = ann.update(EVENT, mirror, NOW_MS, stock)
    assert told is not None
    assert (3, stock.left) == (told.position, told.by_category)
    assert ann.update(EVENT, mirror, NOW_MS, stock) is None
    bob.knows("open", 2, None, 1)
    assert bob.update(EVENT, mirror, NOW_MS, stock) is None
    stock.left, stock.version = (CategoryLeft("gold", "Gold", 4),), 2
    for each in (ann, bob):
        told = each.update(EVENT, mirror, NOW_MS, stock)
        assert told is not None
        assert stock.left == told.by_category


def test_a_wait_grows_only_when_somebody_changed_the_pace() -> None:
    """Noise of the measured pace is not told; a pause, other settings or pressure are."""
    ann = waiter()
    assert Wait(10_000, 10_000) == ann.wait(HEADER, 99, NOW_MS)
    slower = replace(HEADER, tempo=Tempo(5.0, 0.0))
    assert Wait(10_000, 10_000) == ann.wait(slower, 98, NOW_MS)
    assert Wait(9_000, 9_000) == ann.wait(HEADER, 89, NOW_MS)
    assert Wait(18_000, 18_000) == ann.wait(replace(slower, turn=2), 89, NOW_MS)
    assert ann.wait(replace(HEADER, turn=3, phase="paused"), 89, NOW_MS) is None
    assert Wait(9_000, 9_000) == ann.wait(replace(HEADER, turn=4), 89, NOW_MS)
    assert ann.wait(replace(HEADER, turn=5, tempo=Tempo(0.0, 0.0)), 89, NOW_MS) is None


def test_a_wait_that_a_reply_told_does_not_grow_either() -> None:
    """Whose pace it was is not known then; it is taken for the one that comes next."""
    ann = waiter()
    ann.knows("open", 100, Wait(5_000, 6_000))
    assert Wait(5_000, 6_000) == ann.wait(HEADER, 99, NOW_MS)


def test_before_the_opening_the_wait_begins_with_it() -> None:
    """As far as the time of the opening is known."""
    before = replace(HEADER, phase="pre-queue", opens_ms=NOW_MS + 7_000)
    assert Wait(17_000, 17_000) == waiter().wait(before, 99, NOW_MS)


def session() -> Session:
    """Somebody's connection; nothing is said over it here."""
    return cast("Session", object())


def test_a_member_may_have_several_connections() -> None:
    """Who has none left is reported, once."""
    waiters, one, other = Waiters(), session(), session()
    ann = waiters.attach(one, "usr_ann", "que_ann", 7, 3)
    assert ann is waiters.attach(other, "usr_ann", "que_ann", 7, 4)
    assert 4 == ann.slot
    assert [] == waiters.detach(one)
    assert [7] == waiters.detach(other)
    assert [] == waiters.detach(other)
    waiters.attach(one, "usr_ann", "que_ann", 7, 3)
    assert waiters.remove("que_ann") is not None
    assert [] == waiters.detach(one)


def test_who_leaves_again_and_again_leaves_nothing_behind() -> None:
    """A connection is remembered for the places that it has, and not for those that it had."""
    waiters, one = Waiters(), session()
    for ticket in ("que_1", "que_2"):
        waiters.attach(one, "usr_ann", ticket, 7, 3)
        waiters.remove(ticket)
    assert {} == waiters._of_session


class Gone:
    """A connection that has ended."""

    state = SessionState.CLOSED


def test_who_went_before_the_reply_is_not_taken_to_be_here() -> None:
    """Nobody gives signs of life for them, so their place is kept as long as that of anybody who goes."""
    room = FollowedRoom(
        EVENT, cast("QueueInfo", None), cast("Rooms", None), Passes("s" * 32, 10), lambda: NOW_MS
    )
    room.attach(cast("Session", Gone()), "usr_ann", PlaceView("que_ann", 7, 3, "open"))
    assert {} == room.waiters.by_ticket

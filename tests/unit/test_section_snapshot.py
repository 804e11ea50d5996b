"""Snapshots: the truth as bytes, and the state that comes back from it."""

from __future__ import annotations

import msgspec
import pytest

from engine.best import best_available
from engine.commands import HoldBest, Request
from engine.events import SeatItem
from engine.evolve import evolve
from engine.holds import Order
from engine.record_codec import decode_record, encode_record
from engine.snapshot import capture, digest, encode, restore
from engine.state import BLOCKED, SectionState
from engine.transitions import Phase
from tests.unit.section_world import START_MS, World

STORY = """
    ann hold A-1 A-2 key=k1 as h         -> placed A-1 A-2
    ann places Floor 2 into=h            -> changed A-1 A-2 Floor:2
    bob hold A-6 as g                    -> placed A-6
    bob pin g as o                       -> pinned 1000
    bob book o key=k2                    -> booked A-6
    cat places Pit 2 as p                -> placed Pit:2
    cat pin p as q                       -> pinned 0
    dan hold B-1 as d                    -> placed B-1
    dan release d                        -> released
    dan hold A-1 key=k3                  -> seat_taken A-1
    staff block B-2                      -> blocked
    staff unsell B-3 Pit                 -> for_sale
    staff reserve B-4 Floor channel=vip  -> channel
    staff price gold standard 1100       -> price
"""


def played() -> World:
    """A section in which a little of everything happened."""
    world = World()
    world.play(STORY)
    return world


def test_what_comes_back_is_the_same() -> None:
    """The same digest, the same bytes, and everything derived as it was."""
    state = played().state
    data = encode(capture(state))
    restored = restore(state.layout, data)
    assert data == encode(capture(restored))
    assert digest(state) == digest(capture(state)) == digest(restored)
    for name in (
        "status",
        "public",
        "area_held",
        "area_sold",
        "live_holds_of",
        "quantity_of",
        "channels_used",
    ):
        assert getattr(state, name) == getattr(restored, name), name
    assert state.availability.slots == restored.availability.slots


def test_what_comes_back_behaves_the_same() -> None:
    """The story goes on in a restored section as it does in the first one."""
    rest = """
        ann hold A-1 key=k1              -> replayed placed A-1 A-2
        dan hold A-1 key=k3              -> replayed refused seat_taken A-1
        dan see d                        -> hold_expired d
        bob cancel o                     -> cancelled A-6
        cat book q                       -> booked Pit:2
        ann hold B-4                     -> channel_denied B-4
        ann best 2 via=vip as z          -> placed A-3 A-4
        +600000
        system expire                    -> expired h z
    """
    first, second = played(), played()
    second.state = restore(second.layout, encode(capture(second.state)))
    for world in (first, second):
        world.play(rest)
    assert digest(first.state) == digest(second.state)


def test_a_capture_does_not_change_any_more() -> None:
    """What was captured stays as it was while the section goes on."""
    world = played()
    captured = capture(world.state)
    before = encode(captured)
    world.play(
        """
        ann release h A-1                -> changed A-2 Floor:2
        bob cancel o                     -> cancelled A-6
        staff unblock B-2                -> unblocked
        staff sell B-3                   -> for_sale
        staff reserve B-4                -> channel
        staff price gold standard 1      -> price
        """
    )
    assert before == encode(captured)
    assert digest(captured) != digest(world.state)


def test_questions_do_not_change_the_digest() -> None:
    """Looking for seats moves only what is derived."""
    state = played().state
    before = digest(state)
    best_available(state, Request("ann", HoldBest(2)), HoldBest(2))
    assert before == digest(state)


@pytest.mark.parametrize("data", [b"", b"\x90", encode(capture(played().state))[:-1]])
def test_other_bytes_are_refused(data: bytes) -> None:
    """What is no snapshot is an error, not an empty section."""
    with pytest.raises(msgspec.DecodeError):
        restore(played().layout, data)


@pytest.mark.parametrize(
    "strange",
    [
        {"status": bytes((0,)) * 99 + bytes((BLOCKED,))},
        {"seat_off_sale": bytes(99) + b"\x01"},
        {"area_channel": (None,) * 99 + ("vip",)},
        {"orders": (Order("ord_1", "hld_1", "ann", (SeatItem(99, "standard", 0),), (), 0, Phase.BOOKED, 0),)},
    ],
    ids=lambda strange: next(iter(strange)),
)
def test_a_snapshot_of_what_the_section_has_not_is_refused(strange: dict[str, object]) -> None:
    """Damage that is still MessagePack of the right shape is other data too: recovery passes it over."""
    world = played()
    damaged = encode(msgspec.structs.replace(capture(world.state), **strange))
    with pytest.raises(ValueError, match="has not"):
        restore(world.layout, damaged)


def test_another_format_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot of another format is named as such."""
    monkeypatch.setattr("engine.snapshot.FORMAT", 2)
    data = encode(capture(played().state))
    monkeypatch.undo()
    with pytest.raises(ValueError, match="format 2"):
        restore(played().layout, data)


def test_records_survive_their_bytes() -> None:
    """Encoding a decoded record gives the same bytes; bytes that are none are an error."""
    world = played()
    assert world.journal == [encode_record(decode_record(data)) for data in world.journal]
    with pytest.raises(msgspec.DecodeError):
        decode_record(b"\x00")


def test_endings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest ended hold is forgotten when there are too many, in every replay alike."""
    monkeypatch.setattr("engine.evolve_holds.ENDED_MAX", 1)
    world = World()
    world.play(
        """
        ann hold A-1 as h                -> placed A-1
        ann hold A-2 as g                -> placed A-2
        ann release h                    -> released
        ann see h                        -> hold_expired h
        ann release g                    -> released
        ann see h                        -> not_found h
        ann see g                        -> hold_expired g
        """
    )


def test_orders_that_came_to_nothing_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkout begun and given up over and over leaves the newest only; bookings stay, cancelled ones too."""
    monkeypatch.setattr("engine.evolve_holds.LAPSED_MAX", 2)
    world = World()
    world.play(
        """
        ann hold A-1 as h                -> placed A-1
        ann hold A-2 as g                -> placed A-2
        ann pin g as kept                -> pinned 1000
        ann book kept                    -> booked A-2
        ann pin h as first               -> pinned 1000
        ann unpin first                  -> unpinned +600000
        ann pin h as second              -> pinned 1000
        ann unpin second                 -> unpinned +600000
        ann order first                  -> released A-1
        ann pin h as third               -> pinned 1000
        ann unpin third                  -> unpinned +600000
        ann order first                  -> not_found first
        ann order second                 -> released A-1
        ann cancel kept                  -> cancelled A-2
        ann order kept                   -> cancelled A-2
        """
    )
    restored = restore(world.layout, encode(capture(world.state)))
    assert world.state.lapsed_order == restored.lapsed_order


def test_deadlines_of_renewed_holds_do_not_pile_up() -> None:
    """However often deadlines move, the heap stays in proportion to the live holds."""
    world = World()
    world.play("ann hold A-1 as h -> placed A-1")
    for _ in range(100):
        left_ms = START_MS + 600_000 - world.now_ms - 1
        world.play(f"ann pin h as o -> pinned 1000\n+1\nann unpin o -> unpinned +{left_ms}")
    assert len(world.state.deadlines) <= 70


def test_evolve_tells_what_changed_for_the_public() -> None:
    """Ordinals of seats and areas whose public status is another one now."""
    world = World()
    world.play(
        """
        staff unsell A-2                 -> for_sale
        ann hold A-1 as h                -> placed A-1
        ann places Floor 1 into=h        -> changed A-1 Floor:1
        ann extend h                     -> changed A-1 Floor:1
        ann swap h A-1 for A-3           -> changed A-3 Floor:1
        staff block A-2                  -> blocked
        staff unblock A-2                -> unblocked
        ann pin h as o                   -> pinned 1600
        ann book o                       -> booked A-3 Floor:1
        ann cancel o                     -> cancelled A-3 Floor:1
        staff reserve A-1 channel=vip    -> channel
        """
    )
    state = SectionState(world.layout)
    touched = [evolve(state, record) for _, record in world.records()]
    assert [(), (1,), (0,), (), (), (0, 2), (), (), (), (2,), (2,), ()] == [each.seats for each in touched]
    assert [(), (), (), (0,), (), (0,), (), (), (), (), (0,), ()] == [each.areas for each in touched]

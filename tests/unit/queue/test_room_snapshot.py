"""Snapshots of a room: the truth as bytes, and the state that comes back from it."""

from __future__ import annotations

import msgspec
import pytest

from engine.queue.commands import GatherRoom, PauseRoom, RoomEntry, RoomRequest
from engine.queue.decide import decide
from engine.queue.events import RoomPaused, decode_room_record, encode_room_record
from engine.queue.evolve import evolve
from engine.queue.schedule import next_due
from engine.queue.snapshot import capture_room, encode_room, restore_room, room_digest
from engine.queue.state import RoomState
from engine.queue.terms import QueueTerms
from tests.unit.queue.room_world import Room

STORY = """
    staff gather key=g   -> gathered
    ann join             -> joined -
    bob join             -> joined -
    cat join             -> joined -
    staff open           -> frozen ann bob cat
    dan join             -> joined -
    cat leave            -> left
    +5000                -> drawn
    eve join             -> joined 4
    system pressure g 100 -> pressure
    system stock 5 2     -> stock
    staff admit 2        -> admitted bob ann
    ann leave            -> left
    staff revoke dan     -> revoked
    eve leave key=e      -> left
"""


def played() -> Room:
    """A room in which a little of everything happened."""
    room = Room(QueueTerms(mode="random", draw_ms=5_000, rate_per_minute=6))
    room.play(STORY)
    return room


def test_what_comes_back_is_the_same() -> None:
    """The same digest, the same bytes, and everything derived as it was."""
    state = played().state
    data = encode_room(capture_room(state))
    restored = restore_room(data)
    assert data == encode_room(capture_room(restored))
    assert room_digest(state) == room_digest(capture_room(state)) == room_digest(restored)
    for name in ("number_at", "number_of_ticket", "number_of_principal", "active"):
        assert getattr(state, name) == getattr(restored, name), name
    assert state.line.bits() == restored.line.bits()


def test_both_go_on_alike() -> None:
    """A restored room decides as the one that it was taken from."""
    room, restored = played(), RoomState()
    for _, record in room.records():
        evolve(restored, record)
    restored = restore_room(encode_room(capture_room(restored)))
    count = len(room.journal)
    room.play(
        """
        fay join     -> joined 1
        +11200       -> admitted fay
        fay leave    -> left
        +600000      -> pressure, expired bob
        """
    )
    for _, record in room.records()[count:]:
        evolve(restored, record)
    assert room_digest(room.state) == room_digest(restored)
    assert next_due(room.state) == next_due(restored)


def test_records_go_through_bytes_unchanged() -> None:
    """Every record is what was written."""
    for data in played().journal:
        assert data == encode_room_record(decode_room_record(data))


def test_another_format_is_refused() -> None:
    """A snapshot of a later version is not read by mistake."""
    other = msgspec.structs.replace(capture_room(played().state), format=2)
    with pytest.raises(ValueError, match="snapshot format 2"):
        restore_room(encode_room(other))


def test_a_line_of_nobody_is_refused() -> None:
    """A sign of life of a member who is not there, and a place beyond all who joined."""
    truth = capture_room(played().state)
    nobody = msgspec.structs.replace(truth, seen=((28, 1_000),))
    with pytest.raises(ValueError, match="whom the room has not"):
        restore_room(encode_room(nobody))
    room = Room(QueueTerms(mode="random", draw_ms=5_000))
    room.play(
        "staff gather key=g -> gathered\nann join -> joined -\nstaff open -> frozen ann\n+5000 -> drawn"
    )
    fewer = msgspec.structs.replace(capture_room(room.state), joined=0)
    with pytest.raises(ValueError, match="whom the room has not"):
        restore_room(encode_room(fewer))


def test_garbage_is_refused() -> None:
    """What is no snapshot is an error of the decoder."""
    with pytest.raises(msgspec.DecodeError):
        restore_room(b"\xc1")


def test_a_draw_without_a_seed_is_a_bug() -> None:
    """Nobody begins to gather people without something to bind the draw to."""
    room = Room()
    entry = RoomEntry(room.now_ms, "", RoomRequest("staff", GatherRoom(), role="staff"), b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        decide(room.state, entry)


def fields_of(room: Room) -> list[object]:
    """What a snapshot of the room has written down."""
    written: list[object] = msgspec.msgpack.decode(encode_room(capture_room(room.state)))
    return written


def test_a_pause_comes_back_with_its_beginning() -> None:
    """It is part of the truth while it lasts, and of no other snapshot."""
    room = Room(QueueTerms(mode="fifo"))
    room.play("staff open -> opened")
    before = fields_of(room)
    room.play("+5\nstaff pause -> paused")
    assert len(before) + 1 == len(fields_of(room))
    began_ms = room.state.at_ms
    restored = restore_room(encode_room(capture_room(room.state)))
    assert began_ms == room.state.paused_ms == restored.paused_ms
    room.play("+7\nstaff resume -> resumed")
    assert 0 == room.state.paused_ms
    assert len(before) == len(fields_of(room))


def test_a_pause_comes_back_with_its_reason() -> None:
    """Only where one was told: without it a snapshot has the bytes that it always had."""
    room = Room(QueueTerms(mode="fifo"))
    room.play("staff open -> opened\n+5\nstaff pause -> paused")
    plain = fields_of(room)
    assert "" == restore_room(encode_room(capture_room(room.state))).pause_reason
    room.play("staff resume -> resumed")
    room.ask("staff", PauseRoom("A fuse has blown."))
    restored = restore_room(encode_room(capture_room(room.state)))
    assert "A fuse has blown." == room.state.pause_reason == restored.pause_reason
    assert room_digest(room.state) == room_digest(restored)
    assert len(plain) + 1 == len(fields_of(room))
    room.play("staff resume -> resumed")
    assert "" == room.state.pause_reason


def test_a_pause_that_was_recorded_without_a_reason_is_read() -> None:
    """As all were, before there was one."""
    old = msgspec.msgpack.encode([7, "staff", ["paused"]])
    assert RoomPaused("") == decode_room_record(old).event

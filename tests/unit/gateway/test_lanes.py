"""Outbound lanes: what goes first, what is bounded, and what a slow consumer costs."""

from __future__ import annotations

import msgspec
import pytest

from gateway.websocket.codec import MSGPACK_CODEC, Codec
from gateway.websocket.lanes import PUSH_INTERVAL_S, Lanes
from protocol.closing import CloseCode
from protocol.limits import MESSAGES_PER_FRAME_MAX
from tests.unit.gateway.desks import SETTINGS

NUMBERS = [msgspec.msgpack.encode(number) for number in range(1_000)]


class Woken:
    """Counts how often the lanes wanted to send."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


class News:
    """A cursor that has one message whenever it is asked."""

    def __init__(self, message: bytes) -> None:
        self.message = message
        self.pulled = 0

    def pull(self, codec: Codec) -> list[bytes]:
        self.pulled += 1
        return [self.message]


def lanes(**changes: int) -> Lanes:
    """Empty lanes with some bounds changed."""
    return Lanes(MSGPACK_CODEC, msgspec.structs.replace(SETTINGS, **changes), Woken())


def sent(frame: bytes | None) -> object:
    """What a frame says; None for no frame."""
    return None if frame is None else msgspec.msgpack.decode(frame)


def test_a_single_reply_is_its_own_frame() -> None:
    """One reply leaves as it is, and then there is nothing more."""
    out = lanes()
    out.reply(NUMBERS[5])
    assert 5 == sent(out.next_frame(0.0))
    assert out.next_frame(0.0) is None


def test_replies_that_wait_together_leave_together() -> None:
    """Several replies are one array, at most as many as a frame may have."""
    out = lanes()
    for number in range(MESSAGES_PER_FRAME_MAX + 2):
        out.reply(NUMBERS[number])
    assert list(range(MESSAGES_PER_FRAME_MAX)) == sent(out.next_frame(0.0))
    assert [MESSAGES_PER_FRAME_MAX, MESSAGES_PER_FRAME_MAX + 1] == sent(out.next_frame(0.0))


def test_own_replies_go_first() -> None:
    """In a frame with both, replies stand before other people's changes."""
    out = lanes()
    out.mark(News(NUMBERS[9]))
    out.reply(NUMBERS[1])
    assert [1, 9] == sent(out.next_frame(0.0))


def test_changes_wait_for_their_turn_and_replies_do_not() -> None:
    """Frames with changes keep their distance in time; replies leave at any time."""
    out = lanes()
    news = News(NUMBERS[9])
    out.mark(news)
    assert 9 == sent(out.next_frame(10.0))
    out.mark(news)
    assert out.next_frame(10.0) is None
    assert pytest.approx(PUSH_INTERVAL_S) == out.push_delay_s(10.0)
    out.reply(NUMBERS[1])
    assert 1 == sent(out.next_frame(10.01))
    assert 9 == sent(out.next_frame(10.0 + PUSH_INTERVAL_S))
    assert out.push_delay_s(11.0) is None


def test_a_channel_is_marked_once_however_much_happens() -> None:
    """News of a channel is a mark: a thousand of them are pulled once."""
    out = lanes()
    news = News(NUMBERS[9])
    for _ in range(1_000):
        out.mark(news)
    out.next_frame(0.0)
    assert 1 == news.pulled


def test_a_frame_with_changes_is_bounded() -> None:
    """Changes beyond a frame's bytes wait for the next frame."""
    out = lanes(push_bytes_per_frame=2)
    for number in range(5):
        out.mark(News(NUMBERS[number]))
    assert [0, 1] == sent(out.next_frame(0.0))
    assert [2, 3] == sent(out.next_frame(1.0))
    assert 4 == sent(out.next_frame(2.0))


def test_a_forgotten_channel_says_nothing() -> None:
    """Once a channel is not watched its mark is gone."""
    out = lanes()
    news = News(NUMBERS[9])
    out.mark(news)
    out.forget(news)
    assert out.next_frame(0.0) is None


def test_replies_that_nobody_reads_end_the_connection() -> None:
    """Too many replies, or too many bytes of them, close with 4430 and free their memory."""
    by_number, by_bytes = lanes(replies_waiting_max=3), lanes(reply_bytes_waiting_max=100)
    for number in range(4):
        by_number.reply(NUMBERS[number])
    by_bytes.reply(bytes(101))
    for out in (by_number, by_bytes):
        assert out.closing is not None
        assert CloseCode.SLOW_CONSUMER == out.closing[0]
        assert out.next_frame(0.0) is None


def test_reading_makes_room_again() -> None:
    """Bytes that were sent do not count against the bound any more."""
    out = lanes(reply_bytes_waiting_max=100)
    for _ in range(50):
        out.reply(bytes(40))
        out.reply(bytes(40))
        assert out.next_frame(0.0) is not None
    for _ in range(50):
        out.reply(bytes(90))
        assert out.next_frame(0.0) is not None
    assert out.closing is None


def test_what_waits_is_said_before_the_end() -> None:
    """Closing sends the replies that wait, drops changes, and takes nothing new."""
    out = lanes()
    out.reply(NUMBERS[1])
    out.mark(News(NUMBERS[9]))
    out.close(CloseCode.DRAINING, "bye")
    out.close(CloseCode.RATE, "too late")
    out.reply(NUMBERS[2])
    out.mark(News(NUMBERS[8]))
    assert 1 == sent(out.next_frame(0.0))
    assert out.next_frame(0.0) is None
    assert (CloseCode.DRAINING, "bye") == out.closing


def test_everything_new_wakes_the_writer() -> None:
    """A reply, a mark and the end each ask to be sent."""
    woken = Woken()
    out = Lanes(MSGPACK_CODEC, SETTINGS, woken)
    out.reply(NUMBERS[1])
    out.mark(News(NUMBERS[9]))
    out.close(CloseCode.DRAINING, "bye")
    assert 3 == woken.times

"""What a section's feed tells about changes that are durable."""

from hypothesis import given
from hypothesis import strategies as st

from actors.feed import NOTHING, Change, Feed
from engine.views import packed_status


def feed(kept_max: int = 8) -> Feed:
    """Five free seats and an area with three places, at position 10."""
    made = Feed(7, "h1", kept_max)
    made.reset(10, bytes(5), [3], (5, 0, 0))
    return made


def test_changes_are_conflated_to_the_last_status_of_each_seat() -> None:
    """A seat that changed twice is told once, with what it is now."""
    section = feed()
    section.publish([Change(((1, 1),)), Change(((1, 2), (2, 1)), ((0, 2),))], (3, 1, 1))
    news = section.since(10)
    assert (10, 12) == (news.from_seq, news.seq)
    assert {1: 2, 2: 1} == dict(news.seats)
    assert {0: 2} == dict(news.areas)
    assert (3, 1, 1) == news.counts


def test_only_what_came_after_is_told() -> None:
    """Changes up to the known position are left out."""
    section = feed()
    section.publish([Change(((1, 1),)), Change(((2, 1),))], (3, 2, 0))
    assert ((2, 1),) == section.since(11).seats
    assert () == section.since(12).seats


def test_a_position_that_is_not_kept_any_more_gets_the_whole_status() -> None:
    """Beyond the kept changes, before the first and after the last, the whole status comes."""
    section = feed(kept_max=2)
    section.publish([Change(((0, 1),)), NOTHING, Change(((4, 2),))], (3, 1, 1))
    for position in (-1, 10, 99):
        whole = section.since(position)
        assert -1 == whole.from_seq
        assert packed_status(bytes([1, 0, 0, 0, 2])) == whole.packed
        assert ((0, 3),) == whole.areas


@given(st.binary(max_size=40).map(lambda data: bytes(each % 4 for each in data)))
def test_packing_keeps_every_status(statuses: bytes) -> None:
    """Two seats a byte, the first in the low nibble."""
    packed = packed_status(statuses)
    unpacked = [packed[index // 2] >> (4 * (index % 2)) & 0xF for index in range(len(statuses))]
    assert list(statuses) == unpacked


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=3), max_size=20), st.data()
)
def test_deltas_from_any_position_lead_to_the_same_status(
    records: list[list[tuple[int, int]]], data: st.DataObject
) -> None:
    """apply(changes since p, status at p) == status now, for every kept position."""
    section = feed(kept_max=64)
    statuses = [bytearray(5)]
    for record in records:
        now = bytearray(statuses[-1])
        for seat, status in record:
            now[seat] = status
        statuses.append(now)
        section.publish([Change(tuple(record))], (0, 0, 0))
    position = data.draw(st.integers(0, len(records)))
    applied = bytearray(statuses[position])
    for seat, status in section.since(10 + position).seats:
        applied[seat] = status
    assert statuses[-1] == applied


def test_what_is_told_rests_on_the_newest_record_of_each_stream() -> None:
    """Holds over two sections may be placed in another order than that in which their parts were lent."""
    section = feed()
    section.publish([Change(((0, 1),), rests_on=((9, 7),)), Change(((1, 1),), rests_on=((9, 5),))], (3, 2, 0))
    assert [((9, 7),), ((9, 7),)] == [section.since(after).rests_on for after in (10, -1)]

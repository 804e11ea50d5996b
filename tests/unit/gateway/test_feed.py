"""The live map of a section and a connection's place in it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.wire import Changes
from gateway.live.announcer import Announcer, Audience
from gateway.live.counts import EventCounts
from gateway.live.crowd import Crowd
from gateway.live.feed import UNKNOWN, SectionFeed
from gateway.live.watching import SeatCursor
from gateway.websocket.codec import JSON_CODEC, MSGPACK_CODEC, Codec
from gateway.websocket.frames import FRAMES_MAX
from gateway.websocket.lanes import Lanes
from tests.unit.gateway.desks import SETTINGS
from tests.unit.gateway.houses import house

STREAM, SEATS = 12, 4
CHANNEL = "evt_1/NEAR-LEFT"


def packed(*statuses: int) -> bytes:
    """Statuses as nibbles, the first in the low one."""
    padded = (*statuses, 0) if len(statuses) % 2 else statuses
    return bytes(low | high << 4 for low, high in zip(padded[::2], padded[1::2], strict=True))


def snapshot(seq: int, *statuses: int, history: str = "h2", free: int = 50) -> Changes:
    """The whole status at a position."""
    return Changes(STREAM, history, -1, seq, (), ((0, free),), (4, 0, 0), packed(*statuses))


def step(seq: int, *seats: tuple[int, int], areas: tuple[tuple[int, int], ...] = ()) -> Changes:
    """One record's changes."""
    return Changes(STREAM, "h2", seq - 1, seq, seats, areas, (4, 0, 0))


def new_feed(**settings: int) -> SectionFeed:
    """A feed that has heard nothing yet."""
    changed = msgspec.structs.replace(SETTINGS, **settings)
    return SectionFeed("evt_1", "NEAR-LEFT", STREAM, house().layout("NEAR-LEFT"), changed)


class AtOnce(Announcer):
    """Rounds begin in the moment they are announced, and nobody is told."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)

    def announce(self, audience: Audience) -> None:
        audience.begin()


def new_cursor(feed: SectionFeed) -> SeatCursor:
    """A connection that watches the feed."""
    crowd = Crowd(house(), frozenset({feed.section}), [feed], AtOnce(), SETTINGS.push_bytes_per_frame)
    feed.watchers[crowd] = None
    return SeatCursor(crowd, Lanes(MSGPACK_CODEC, SETTINGS, lambda: None))


def start(cursor: SeatCursor, after: tuple[str, int] | None) -> str:
    """Begin to watch after a position; what will follow."""
    return cursor.start({CHANNEL: after})[CHANNEL]


def pulled(cursor: SeatCursor, codec: Codec = MSGPACK_CODEC) -> list[dict[str, Any]]:
    """What the connection is told now."""
    decode = msgspec.json.decode if codec.text else msgspec.msgpack.decode
    return [decode(message) for message in cursor.pull(codec)]


def test_nothing_is_said_before_the_first_news() -> None:
    """A cursor of a feed that knows nothing waits, and then gets the snapshot."""
    feed = new_feed()
    cursor = new_cursor(feed)
    assert "snapshot" == start(cursor, None)
    assert [] == pulled(cursor)
    feed.apply(snapshot(7, 0, 1, 2, 3))
    assert [
        {
            "t": "seats.snapshot",
            "ch": CHANNEL,
            "ep": "h2",
            "seq": 7,
            "d": {"status": packed(0, 1, 2, 3), "areas": {"PIT": 50}},
        }
    ] == pulled(cursor)
    assert [] == pulled(cursor)


def test_deltas_lead_on_from_the_snapshot() -> None:
    """After its snapshot a client gets what changed, from where it is to where the feed is."""
    feed = new_feed()
    cursor = new_cursor(feed)
    feed.apply(snapshot(7, 0, 0, 0, 0))
    start(cursor, None)
    pulled(cursor)
    feed.apply(step(8, (0, 1)))
    feed.apply(step(9, (0, 2), (3, 1), areas=((0, 49),)))
    assert [
        {
            "t": "seats.delta",
            "ch": CHANNEL,
            "ep": "h2",
            "seq": 9,
            "from": 7,
            "d": {"u": [["NEAR-LEFT-A-1", "s"], ["NEAR-LEFT-A-4", "h"], ["PIT", 49]]},
        }
    ] == pulled(cursor)
    assert {CHANNEL: ("h2", 9)} == cursor.known


def test_json_says_the_same() -> None:
    """Both codecs carry the same news; packed status is base64 in JSON."""
    feed = new_feed()
    feed.apply(snapshot(7, 0, 1, 2, 3))
    cursor = new_cursor(feed)
    start(cursor, None)
    (said,) = pulled(cursor, JSON_CODEC)
    assert {"status": "EDI=", "areas": {"PIT": 50}} == said["d"]


@pytest.mark.parametrize(
    ("after", "follows"),
    [
        (("h2", 9), "deltas"),
        (("h2", 8), "deltas"),
        (("h2", 7), "deltas"),
        (("h2", 6), "snapshot"),
        (("h2", 10), "snapshot"),
        (("other", 8), "snapshot"),
    ],
)
def test_deltas_or_a_snapshot_never_both(after: tuple[str, int], follows: str) -> None:
    """A client that comes back gets the deltas that the feed still has, otherwise a snapshot."""
    feed = new_feed()
    feed.apply(snapshot(7, 0, 0, 0, 0))
    feed.apply(step(8, (0, 1)))
    feed.apply(step(9, (1, 1)))
    cursor = new_cursor(feed)
    assert follows == start(cursor, after)
    kinds = [message["t"] for message in pulled(cursor)]
    assert {"snapshot": ["seats.snapshot"], "deltas": [] if after[1] == 9 else ["seats.delta"]}[
        follows
    ] == kinds


def test_who_falls_out_of_the_ring_is_reset() -> None:
    """When the deltas that a client needs are gone it is told so and gets a snapshot."""
    feed = new_feed(feed_ring_deltas=2)
    feed.apply(snapshot(7, 0, 0, 0, 0))
    cursor = new_cursor(feed)
    start(cursor, ("h2", 7))
    for seq in range(8, 11):
        feed.apply(step(seq, (0, 1)))
    assert [("reset", {"reason": "behind"}), ("seats.snapshot", None)] == [
        (message["t"], message["d"] if message["t"] == "reset" else None) for message in pulled(cursor)
    ]


def test_the_ring_is_bounded_by_changes_too() -> None:
    """Large deltas push older ones out."""
    feed = new_feed(feed_ring_changes=4)
    feed.apply(snapshot(7, 0, 0, 0, 0))
    feed.apply(step(8, (0, 1), (1, 1), (2, 1)))
    assert feed.reaches(("h2", 7))
    feed.apply(step(9, (0, 0), (1, 0)))
    assert not feed.reaches(("h2", 7))
    assert feed.reaches(("h2", 8))


def test_a_replaced_history_resets() -> None:
    """When history was replaced every client is told so and gets a snapshot of the new one."""
    feed = new_feed()
    feed.apply(snapshot(7, 0, 0, 0, 0))
    cursor = new_cursor(feed)
    start(cursor, ("h2", 7))
    feed.apply(snapshot(3, 0, 0, 0, 1, history="h9"))
    messages = pulled(cursor)
    assert [("reset", {"reason": "history"}), ("seats.snapshot", 3)] == [
        (messages[0]["t"], messages[0]["d"]),
        (messages[1]["t"], messages[1]["seq"]),
    ]
    assert {CHANNEL: ("h9", 3)} == cursor.known


def test_deltas_of_another_history_are_not_built_on() -> None:
    """A delta of an unknown history makes the feed ask for everything."""
    feed = new_feed()
    feed.apply(snapshot(7, 0, 0, 0, 0))
    feed.apply(Changes(STREAM, "h9", 7, 8, ((0, 1),), (), (4, 0, 0)))
    assert UNKNOWN == feed.seq


def test_frames_are_made_once_for_all() -> None:
    """Connections at the same place share the very same bytes."""
    feed = new_feed()
    feed.apply(snapshot(7, 0, 0, 0, 0))
    ann, bob = new_cursor(feed), new_cursor(feed)
    for cursor in (ann, bob):
        start(cursor, None)
    assert ann.pull(MSGPACK_CODEC)[0] is bob.pull(MSGPACK_CODEC)[0]
    feed.apply(step(8, (0, 1)))
    assert ann.pull(MSGPACK_CODEC)[0] is bob.pull(MSGPACK_CODEC)[0]


def test_news_of_the_past_is_ignored() -> None:
    """What is known already is not told again."""
    feed = new_feed()
    feed.apply(snapshot(7, 0, 0, 0, 0))
    cursor = new_cursor(feed)
    start(cursor, ("h2", 7))
    feed.apply(Changes(STREAM, "h2", 6, 7, ((0, 1),), (), (4, 0, 0)))
    assert [] == pulled(cursor)


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, SEATS - 1), st.integers(0, 3)), max_size=3, unique_by=lambda x: x[0]
        ),
        max_size=30,
    ),
    st.sets(st.integers(0, 30)),
    st.integers(1, 5),
)
def test_what_a_client_applies_is_what_is(
    steps: list[list[tuple[int, int]]], reads: set[int], ring: int
) -> None:
    """Whenever and however seldom a client looks, applying what it is told gives the section's status."""
    feed = new_feed(feed_ring_deltas=ring)
    feed.apply(snapshot(0, *[0] * SEATS))
    cursor = new_cursor(feed)
    start(cursor, None)
    truth, seen, at = [0] * SEATS, [0] * SEATS, 0
    labels = {label: number for number, label in enumerate(house().layout("NEAR-LEFT").labels)}
    for number, seats in enumerate([*steps, []], start=1):
        feed.apply(step(number, *seats))
        for seat, status in seats:
            truth[seat] = status
        if number in reads or number > len(steps):
            for message in pulled(cursor):
                if message["t"] == "seats.snapshot":
                    seen = [byte >> shift & 15 for byte in message["d"]["status"] for shift in (0, 4)][:SEATS]
                elif message["t"] == "seats.delta":
                    assert at == message["from"]
                    for label, letter in message["d"]["u"]:
                        seen[labels[label]] = "fhsb".index(letter)
                at = message.get("seq", at)
            assert truth == seen


def test_asking_for_every_position_fills_no_memory() -> None:
    """Frames for positions that one caller makes up are not kept without end."""
    feed = new_feed(feed_ring_deltas=10_000)
    feed.apply(snapshot(1, *[0] * SEATS))
    for seq in range(2, 1_002):
        feed.apply(step(seq, (seq % SEATS, 1)))
    for seq in range(1, 1_001):
        feed.delta_frame(MSGPACK_CODEC, seq, feed.seq)
    assert FRAMES_MAX >= len(feed.frames)


def test_asking_for_every_choice_of_sections_fills_no_memory() -> None:
    """Nor are the counts of choices of sections that one caller makes up."""
    feed = new_feed()
    feed.apply(snapshot(1, *[0] * SEATS))
    counts = EventCounts("evt_1", [feed], AtOnce())
    for number in range(1_000):
        chosen = frozenset(("NEAR-LEFT", f"made-up-{number}"))
        assert counts.frame(MSGPACK_CODEC, -1, chosen) is not None
    assert FRAMES_MAX >= len(counts.frames)


def test_a_whole_status_that_comes_late_takes_nothing_back() -> None:
    """An owner that was replaced may tell what was long ago; what came after it stays known."""
    feed = new_feed()
    feed.apply(snapshot(5, 0, 0, 0, 0))
    feed.apply(step(6, (1, 2)))
    feed.apply(snapshot(3, 0, 0, 0, 0))
    assert ("h2", 6) == feed.position
    feed.apply(step(7, (2, 1)))
    assert (("NEAR-LEFT-A-2", "s"), ("NEAR-LEFT-A-3", "h")) == tuple(sorted(feed.merged(5, 7).u))


def test_news_behind_a_gap_are_not_built_on() -> None:
    """What lies in between is not known, so the whole status is asked for."""
    feed = new_feed()
    feed.apply(snapshot(5, 0, 0, 0, 0))
    feed.apply(step(8, (1, 2)))
    assert UNKNOWN == feed.seq
    feed.apply(snapshot(8, 0, 2, 0, 0))
    assert ("h2", 8) == feed.position

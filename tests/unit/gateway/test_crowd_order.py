"""Holds over two sections as those see them who watch both: in neither section before the other."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.wire import Changes
from engine.causes import Causes
from gateway.live.announcer import Announcer, Audience
from gateway.live.crowd import HELD_BACK_ROUNDS_MAX, NOTHING, Crowd, Knowledge
from gateway.live.feed import UNKNOWN, SectionFeed
from gateway.websocket.codec import MSGPACK_CODEC
from tests.unit.gateway.desks import SETTINGS
from tests.unit.gateway.houses import house

NEAR, FAR = "evt_1/NEAR-LEFT", "evt_1/FAR"
STREAMS = {NEAR: 12, FAR: 11}
SEAT = 0
FREE, HELD = 0, 1
LIVES = 4


class Asked(Announcer):
    """Counts how often a round was asked for; the test begins them."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)
        self.times = 0

    def announce(self, audience: Audience) -> None:
        self.times += 1


class Hall:
    """Two sections that sell one seat each, both to one hold, and a crowd that watches both."""

    def __init__(self) -> None:
        self.records: dict[str, list[tuple[int, Causes]]] = {channel: [] for channel in STREAMS}
        self.feeds = {
            channel: SectionFeed("evt_1", name, stream, house().layout(name), SETTINGS)
            for channel, stream in STREAMS.items()
            for name in (channel.split("/")[1],)
        }
        self.asked = Asked()
        sections = frozenset(feed.section for feed in self.feeds.values())
        self.crowd = Crowd(house(), sections, self.feeds.values(), self.asked, SETTINGS.push_bytes_per_frame)
        self.lives: list[tuple[int, int]] = []

    def write(self, channel: str, status: int, *rests_on: tuple[str, int]) -> int:
        """A record of a section; its number."""
        self.records[channel].append((status, tuple((STREAMS[name], seq) for name, seq in rests_on)))
        return len(self.records[channel])

    def live(self) -> None:
        """A hold of both seats, decided in NEAR: lent, held, and given up; noted from when to when."""
        lent = self.write(FAR, HELD)
        placed = self.write(NEAR, HELD, (FAR, lent))
        released = self.write(NEAR, FREE)
        self.write(FAR, FREE, (NEAR, released))
        self.lives.append((placed, released))

    def poll(self, channel: str, records_max: int) -> None:
        """A gateway hears the next records of a section, or at first how it stands."""
        feed, stream = self.feeds[channel], STREAMS[channel]
        after = max(feed.seq, 0)
        fresh = self.records[channel][after : after + records_max]
        status = fresh[-1][0] if fresh else FREE
        causes = tuple(cause for _, each in fresh for cause in each)
        whole = bytes([status, 0]) if feed.seq == UNKNOWN else None
        seats = ((SEAT, status),) if fresh and whole is None else ()
        seqs = -1 if whole else after, after + len(fresh)
        feed.apply(Changes(stream, "h", *seqs, seats, (), (4, 0, 0), whole, rests_on=causes))


class Viewer:
    """Somebody who watches both."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._known: Knowledge = NOTHING
        self.at: dict[str, int] = {}
        self.shown: dict[str, str] = {}

    def look(self) -> None:
        """Hear what there is to hear."""
        step = self._crowd.step(MSGPACK_CODEC, self._known)
        self._known = step.known
        for message in step.messages:
            self._hear(msgspec.msgpack.decode(message))

    def _hear(self, told: dict[str, Any]) -> None:
        self.at[told["ch"]] = told["seq"]
        if told["t"] == "seats.snapshot":
            self.shown[told["ch"]] = "fhsb"[told["d"]["status"][0] & 0xF]
        else:
            for _, status in told["d"]["u"]:
                self.shown[told["ch"]] = status


@given(st.data())
def test_half_a_hold_is_never_seen(data: st.DataObject) -> None:
    """However the news of two sections that answer come, and whenever somebody begins to watch."""
    hall = Hall()
    viewers = [Viewer(hall.crowd)]
    for _ in range(LIVES):
        hall.live()
    turns = st.sampled_from([NEAR, FAR, "round", "comes"])
    for turn in data.draw(st.lists(turns, min_size=10, max_size=60)):
        if turn == "round":
            if hall.crowd._held_back < HELD_BACK_ROUNDS_MAX:  # then it is told all the same: the next test
                hall.crowd.begin()
        elif turn == "comes":
            viewers.append(Viewer(hall.crowd))
        else:
            hall.poll(turn, data.draw(st.integers(1, 3)))
        for viewer in viewers:
            viewer.look()
            near, far = viewer.at.get(NEAR), viewer.shown.get(FAR)
            if near is not None and far is not None and any(a <= near < b for a, b in hall.lives):
                assert ("h", "h") == (viewer.shown[NEAR], far), hall.lives


def test_what_rests_on_a_section_that_is_away_is_told_after_a_while() -> None:
    """Rounds are asked for meanwhile, and then there is nothing more to wait for."""
    hall = Hall()
    for name in STREAMS:
        hall.poll(name, 1)
    hall.crowd.begin()
    ann = Viewer(hall.crowd)
    ann.look()
    hall.live()
    hall.poll(NEAR, 1)
    for number in range(HELD_BACK_ROUNDS_MAX):
        hall.crowd.begin()
        ann.look()
        assert (0, number + 1) == (ann.at[NEAR], hall.asked.times)
    hall.crowd.begin()
    ann.look()
    assert (1, HELD_BACK_ROUNDS_MAX) == (ann.at[NEAR], hall.asked.times)
    hall.poll(NEAR, 1)
    hall.crowd.begin()
    ann.look()
    assert 2 == ann.at[NEAR]


def test_who_watches_one_section_waits_for_no_other() -> None:
    """Records of sections that nobody here sees do not count."""
    hall = Hall()
    hall.live()
    feed = hall.feeds[NEAR]
    alone = Crowd(house(), frozenset((feed.section,)), [feed], hall.asked, SETTINGS.push_bytes_per_frame)
    hall.poll(NEAR, 1)
    alone.begin()
    ann = Viewer(alone)
    ann.look()
    assert ({NEAR: 1}, {NEAR: "h"}) == (ann.at, ann.shown)
    assert 0 == hall.asked.times

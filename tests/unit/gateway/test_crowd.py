"""Crowds: the same words for all who know the same, and one round that brings everybody together."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.live.crowd import NOTHING, STEPS_MAX, Crowd, Knowledge
from gateway.live.feed import SectionFeed
from gateway.websocket.codec import MSGPACK_CODEC
from tests.unit.gateway.desks import SETTINGS
from tests.unit.gateway.houses import house
from tests.unit.gateway.test_feed import AtOnce, snapshot, step

LEFT, RIGHT = "evt_1/NEAR-LEFT", "evt_1/NEAR-RIGHT"


def crowd_of(*sections: str, frame_bytes: int = SETTINGS.push_bytes_per_frame) -> Crowd:
    """A crowd that hears of its feeds at once; they know their first snapshot."""
    feeds = [SectionFeed("evt_1", name, 12, house().layout("NEAR-LEFT"), SETTINGS) for name in sections]
    crowd = Crowd(house(), frozenset(sections), feeds, AtOnce(), frame_bytes)
    for feed in feeds:
        feed.watchers[crowd] = None
        feed.apply(snapshot(7, 0, 0, 0, 0))
    return crowd


def said(crowd: Crowd, known: Knowledge) -> tuple[list[tuple[str, str, int]], Knowledge]:
    """Kind, channel and position of what is said to somebody who knows `known`, and what they know then."""
    found = crowd.step(MSGPACK_CODEC, known)
    messages: list[dict[str, Any]] = [msgspec.msgpack.decode(message) for message in found.messages]
    return [(each["t"], each["ch"], each["seq"]) for each in messages], found.known


def test_who_knows_the_same_hears_the_same_object() -> None:
    """A step is made once: messages and knowledge are shared, not equal copies."""
    crowd = crowd_of("NEAR-LEFT", "NEAR-RIGHT")
    ann, bob = crowd.step(MSGPACK_CODEC, NOTHING), crowd.step(MSGPACK_CODEC, NOTHING)
    assert ann is bob
    crowd.feeds[LEFT].apply(step(8, (0, 1)))
    assert crowd.step(MSGPACK_CODEC, ann.known) is crowd.step(MSGPACK_CODEC, bob.known)


def test_pasts_of_their_own_become_one_knowledge() -> None:
    """Clients who come back from different positions know one and the same after one step."""
    crowd = crowd_of("NEAR-LEFT")
    crowd.feeds[LEFT].apply(step(8, (0, 1)))
    crowd.feeds[LEFT].apply(step(9, (1, 1)))
    pasts: list[Knowledge] = [{LEFT: ("h2", 7)}, {LEFT: ("h2", 8)}, NOTHING]
    ends = [crowd.step(MSGPACK_CODEC, past).known for past in pasts]
    assert [{LEFT: ("h2", 9)}] * 3 == ends
    assert ends[0] is ends[1] is ends[2]


def test_a_round_tells_what_was_when_it_began() -> None:
    """What happens during a round waits for the next one, so that all are told the same in each."""
    crowd = crowd_of("NEAR-LEFT")
    feed = crowd.feeds[LEFT]
    _, known = said(crowd, NOTHING)
    feed.apply(step(8, (0, 1)))
    feed.watchers.clear()
    feed.apply(step(9, (1, 1)))
    told, known = said(crowd, known)
    assert [("seats.delta", LEFT, 8)] == told
    crowd.begin()
    assert [("seats.delta", LEFT, 9)] == said(crowd, known)[0]


def test_who_comes_during_a_round_is_not_led_back() -> None:
    """A snapshot taken during a round is ahead of it; the next step goes on from there."""
    crowd = crowd_of("NEAR-LEFT")
    feed = crowd.feeds[LEFT]
    feed.watchers.clear()
    feed.apply(step(8, (0, 1)))
    told, known = said(crowd, NOTHING)
    assert [("seats.snapshot", LEFT, 8)] == told
    assert ([], {LEFT: ("h2", 8)}) == said(crowd, known)
    feed.apply(step(9, (1, 1)))
    crowd.begin()
    assert [("seats.delta", LEFT, 9)] == said(crowd, known)[0]


def test_what_does_not_fit_a_frame_is_said_in_the_next() -> None:
    """A step ends when a frame is full, and the next one goes on with the other channels."""
    crowd = crowd_of("NEAR-LEFT", "NEAR-RIGHT", frame_bytes=1)
    first = crowd.step(MSGPACK_CODEC, NOTHING)
    second = crowd.step(MSGPACK_CODEC, first.known)
    assert [False, True] == [first.done, second.done]
    assert [1, 1] == [len(first.messages), len(second.messages)]
    assert {LEFT: ("h2", 7), RIGHT: ("h2", 7)} == second.known


def test_made_up_pasts_fill_no_memory() -> None:
    """Who asks from every position costs no step that is kept for ever."""
    crowd = crowd_of("NEAR-LEFT")
    for seq in range(1, 1_000):
        crowd.feeds[LEFT].apply(step(7 + seq, (0, 1)))
    for seq in range(1_000):
        crowd.step(MSGPACK_CODEC, {LEFT: ("elsewhere", seq)})
    assert STEPS_MAX >= len(crowd._steps)

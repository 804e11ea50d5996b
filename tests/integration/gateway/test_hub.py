"""The hub keeps feeds moving: one poll a section, back-off on failure, and an end."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest
from msgspec.structs import replace

from actors.wire import Changes
from gateway.live.hub import ABREAST_MAX_S, LINGER_S, FeedHub
from gateway.settings import GatewaySettings
from tests.unit.gateway.houses import house
from tests.unit.gateway.test_feed import snapshot, step

SETTINGS = GatewaySettings(secret="x" * 32, feed_retry_first_ms=10, feed_retry_max_ms=30)


class Source:
    """A change source that a test answers by hand; `asked` has the positions asked after."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        self.answers: asyncio.Queue[Changes | Exception] = asyncio.Queue()

    async def changes(self, stream: int, after_seq: int) -> Changes:
        self.asked.put_nowait((stream, after_seq))
        answer = await self.answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Time:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
        await asyncio.sleep(0)


class Told:
    """A watcher that waits for news."""

    def __init__(self) -> None:
        self.times: asyncio.Queue[None] = asyncio.Queue()

    def news(self) -> None:
        self.times.put_nowait(None)


async def test_one_poll_for_all_watchers() -> None:
    """However many watch, the section is asked once, and always after what is known."""
    source, time = Source(), Time()
    hub = FeedHub(source, SETTINGS, time.sleep, lambda: time.now_s)
    event = house()
    watchers = [Told() for _ in range(3)]
    for watcher in watchers:
        hub.watch(hub.feed(event, "NEAR-LEFT"), watcher)
    assert (12, -1) == await source.asked.get()
    source.answers.put_nowait(snapshot(7, 0, 0, 0, 0))
    for watcher in watchers:
        await watcher.times.get()
    assert (12, 7) == await source.asked.get()
    assert source.asked.empty()
    assert pytest.approx([0.1]) == time.slept
    await hub.close()


async def test_a_section_that_cannot_be_reached_is_asked_again() -> None:
    """After a failure the poll waits longer each time, up to a bound, and then goes on as before."""
    source, time = Source(), Time()
    hub = FeedHub(source, SETTINGS, time.sleep, lambda: time.now_s)
    told = Told()
    hub.watch(hub.feed(house(), "NEAR-LEFT"), told)
    for _ in range(4):
        source.answers.put_nowait(ConnectionError("gone"))
    source.answers.put_nowait(snapshot(7, 0, 0, 0, 0))
    await told.times.get()
    assert pytest.approx([0.01, 0.02, 0.03, 0.03]) == time.slept[:4]
    source.answers.put_nowait(step(8, (0, 1)))
    await told.times.get()
    await hub.close()


async def test_nobody_watches_any_more() -> None:
    """A section is followed for a while after its last watcher left, then no longer."""
    source, time = Source(), Time()
    hub = FeedHub(source, SETTINGS, time.sleep, lambda: time.now_s)
    event, told = house(), Told()
    feed = hub.feed(event, "NEAR-LEFT")
    hub.watch(feed, told)
    source.answers.put_nowait(snapshot(7, 0, 0, 0, 0))
    await told.times.get()
    hub.unwatch(feed, told)
    assert hub.feed(event, "NEAR-LEFT") is feed
    ended = hub._polls[feed]
    time.now_s += LINGER_S + 1
    source.answers.put_nowait(step(8, (0, 1)))
    await ended
    assert hub.feed(event, "NEAR-LEFT") is not feed
    assert told.times.empty()


async def test_a_section_that_nobody_came_to_watch_is_forgotten() -> None:
    """Whoever asked for it and went away leaves nothing behind; while they hold it there is only one."""
    hub = FeedHub(Source(), SETTINGS)
    event = house()
    feed = hub.feed(event, "NEAR-LEFT")
    assert hub.feed(event, "NEAR-LEFT") is feed
    left = weakref.ref(feed)
    del feed
    gc.collect()
    assert left() is None
    await hub.close()


async def test_waiting_for_the_first_news() -> None:
    """Who needs a section's status waits until it is known; afterwards it is there at once."""
    source, time = Source(), Time()
    hub = FeedHub(source, SETTINGS, time.sleep, lambda: time.now_s)
    feed = hub.feed(house(), "NEAR-LEFT")
    waiting = asyncio.ensure_future(hub.primed(feed))
    await source.asked.get()
    assert not waiting.done()
    source.answers.put_nowait(snapshot(7, 0, 0, 0, 0))
    await waiting
    assert {} == feed.watchers
    await hub.primed(feed)
    await hub.close()


async def test_counts_follow_all_sections_while_somebody_watches() -> None:
    """Watching counts follows every section; leaving lets them go."""
    source, time = Source(), Time()
    hub = FeedHub(source, SETTINGS, time.sleep, lambda: time.now_s)
    event, told = house(), Told()
    counts = hub.counts(event)
    counts.watchers[told] = None
    assert {(11, -1), (12, -1), (13, -1)} == {await source.asked.get() for _ in range(3)}
    assert hub.counts(event) is counts
    hub.unwatch_counts(counts, told)
    assert all(not feed.watchers for feed in counts.taps)
    assert hub.counts(event) is not counts
    await hub.close()


async def test_a_feed_that_was_just_asked_for_does_not_end_before_it_is_used() -> None:
    """A poll that was about to end goes on for whoever comes at the last moment."""
    source, time = Source(), Time()
    hub = FeedHub(source, SETTINGS, time.sleep, lambda: time.now_s)
    event = house()
    source.answers.put_nowait(snapshot(7, 0, 0, 0, 0))
    await hub.primed(hub.feed(event, "NEAR-LEFT"))
    for _ in range(2):
        await source.asked.get()
    time.now_s = LINGER_S - 1.0
    feed = hub.feed(event, "NEAR-LEFT")
    time.now_s = LINGER_S + 1.0
    source.answers.put_nowait(step(8, (0, 1)))
    assert (12, 8) == await source.asked.get()
    assert feed is hub.feed(event, "NEAR-LEFT")
    await hub.close()


async def test_a_look_at_two_sections_waits_for_what_one_rests_on_in_the_other() -> None:
    """So a hold over both is seen in both, or in none."""

    async def for_ever(_seconds: float) -> None:
        await asyncio.Event().wait()

    hub = FeedHub(Source(), SETTINGS, for_ever, lambda: 0.0)
    near, far = feeds = [hub.feed(house(), name) for name in ("NEAR-LEFT", "FAR")]
    near.apply(snapshot(7, 0, 0, 0, 0))
    far.apply(replace(snapshot(3, 0, 0, 0, 0), stream=far.stream))
    await hub.abreast(feeds)
    near.apply(replace(step(8, (0, 1)), rests_on=((far.stream, 5),)))
    looking = asyncio.ensure_future(hub.abreast(feeds))
    for seq in (4, 5):
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not looking.done()
        far.apply(replace(step(seq, (0, 1)), stream=far.stream))
    await looking
    assert ({}, {}) == (near.watchers, far.watchers)
    await hub.close()


async def test_a_look_at_two_sections_does_not_wait_for_one_that_is_away() -> None:
    """After a second it is shown as it was last known."""
    time = Time()
    hub = FeedHub(Source(), SETTINGS, time.sleep, lambda: time.now_s)
    near, far = feeds = [hub.feed(house(), name) for name in ("NEAR-LEFT", "FAR")]
    near.apply(snapshot(7, 0, 0, 0, 0))
    far.apply(replace(snapshot(3, 0, 0, 0, 0), stream=far.stream))
    near.apply(replace(step(8, (0, 1)), rests_on=((far.stream, 5),)))
    await hub.abreast(feeds)
    assert [ABREAST_MAX_S] == time.slept
    await hub.close()

"""Keeps the feeds of all watched sections moving: one long poll a section, whoever watches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Final
from weakref import WeakValueDictionary

import structlog

from gateway.live.abreast import are_abreast
from gateway.live.announcer import Announcer
from gateway.live.counts import EventCounts
from gateway.live.crowd import Crowd
from gateway.live.feed import UNKNOWN, SectionFeed, Watcher
from gateway.ports import ChangeSource
from gateway.sections.directory import EventMap
from gateway.settings import GatewaySettings
from protocol.limits import DELTAS_PER_SECOND

POLL_INTERVAL_S: Final = 1.0 / DELTAS_PER_SECOND
LINGER_S: Final = 30.0
"""How long a section is followed after its last watcher left, so that reconnects find deltas."""
ABREAST_MAX_S: Final = 1.0
"""How long a look at several sections waits for one that another one's news rest on."""
_log = structlog.get_logger(__name__)


class _First:
    """Waits for the first news of some feeds."""

    def __init__(self) -> None:
        self.came: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def news(self) -> None:
        """It came."""
        if not self.came.done():
            self.came.set_result(None)


class FeedHub:
    """Feeds by channel. `sleep` is `asyncio.sleep`, or a test's."""

    def __init__(
        self,
        source: ChangeSource,
        settings: GatewaySettings,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._source = source
        self._settings = settings
        self._sleep = sleep
        self._clock = clock
        # Whoever asked for a feed holds it, and its poll while it is followed; then it is forgotten.
        self._feeds: WeakValueDictionary[str, SectionFeed] = WeakValueDictionary()
        self._announcer = Announcer(clock)
        self._crowds: dict[tuple[str, frozenset[str]], Crowd] = {}
        self._counts: dict[str, EventCounts] = {}
        self._asked_s: dict[SectionFeed, float] = {}
        self._polls: dict[SectionFeed, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        """How many sections are followed."""
        return len(self._polls)

    def feed(self, event: EventMap, section: str) -> SectionFeed:
        """The feed of a section, made on first use. Raises `KeyError` for an unknown section."""
        feed = self._feeds.get(f"{event.id}/{section}")
        if feed is None:
            stream = event.sections[section].stream
            feed = SectionFeed(event.id, section, stream, event.layout(section), self._settings)
            self._feeds[feed.channel] = feed
        elif feed in self._polls:
            # Whoever asks for it is about to use it: it must not come to its end meanwhile.
            self._asked_s[feed] = self._clock()
        return feed

    def watch(self, feed: SectionFeed, watcher: Watcher) -> None:
        """Tell `watcher` of the feed's news from now on."""
        feed.watchers[watcher] = None
        if feed not in self._polls:
            self._feeds[feed.channel] = feed
            self._asked_s[feed] = self._clock()
            self._polls[feed] = asyncio.ensure_future(self._poll(feed))

    def unwatch(self, feed: SectionFeed, watcher: Watcher) -> None:
        """Tell `watcher` no more."""
        feed.watchers.pop(watcher, None)

    async def primed(self, feed: SectionFeed) -> None:
        """Wait until the feed, which `feed` just gave, knows its section; it is followed for a while."""
        if feed.seq != UNKNOWN:
            return
        first = _First()
        self.watch(feed, first)
        try:
            await first.came
        finally:
            self.unwatch(feed, first)

    async def abreast(self, feeds: Sequence[SectionFeed]) -> None:
        """Wait until all that is known of these sections may be shown together, `ABREAST_MAX_S` at most.

        Where a section does not answer for so long, the others are shown without it.
        """
        if are_abreast(feeds):
            return
        patience = asyncio.ensure_future(self._sleep(ABREAST_MAX_S))
        try:
            while not are_abreast(feeds) and not patience.done():
                await self._any_news(feeds, patience)
        finally:
            patience.cancel()

    async def _any_news(self, feeds: Sequence[SectionFeed], patience: asyncio.Future[None]) -> None:
        first = _First()
        for feed in feeds:
            self.watch(feed, first)
        try:
            await asyncio.wait((first.came, patience), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for feed in feeds:
                self.unwatch(feed, first)

    def crowd(self, event: EventMap, sections: frozenset[str]) -> Crowd:
        """Those who watch just these sections of an event; `leave` it when nobody joins."""
        crowd = self._crowds.get((event.id, sections))
        if crowd is None:
            feeds = [self.feed(event, name) for name in event.sections if name in sections]
            crowd = Crowd(event, sections, feeds, self._announcer, self._settings.push_bytes_per_frame)
            self._crowds[event.id, sections] = crowd
            for feed in feeds:
                self.watch(feed, crowd)
        return crowd

    def leave(self, crowd: Crowd, member: Watcher) -> None:
        """Tell `member` no more, and follow the sections no longer when nobody is left."""
        crowd.members.pop(member, None)
        if not crowd.members and self._crowds.get((crowd.event.id, crowd.sections)) is crowd:
            del self._crowds[crowd.event.id, crowd.sections]
            self._announcer.forget(crowd)
            for feed in crowd.feeds.values():
                self.unwatch(feed, crowd)

    def counts(self, event: EventMap) -> EventCounts:
        """The counts of an event, which follow all its sections while somebody watches."""
        counts = self._counts.get(event.id)
        if counts is None:
            feeds = [self.feed(event, name) for name in event.sections]
            counts = EventCounts(event.id, feeds, self._announcer)
            self._counts[event.id] = counts
            for feed, tap in counts.taps.items():
                self.watch(feed, tap)
        return counts

    def unwatch_counts(self, counts: EventCounts, watcher: Watcher) -> None:
        """Tell `watcher` no more, and follow the sections no longer when nobody is left."""
        counts.watchers.pop(watcher, None)
        if not counts.watchers and self._counts.get(counts.channel) is counts:
            del self._counts[counts.channel]
            counts.stop()
            for feed, tap in counts.taps.items():
                self.unwatch(feed, tap)

    async def _poll(self, feed: SectionFeed) -> None:
        failures = 0
        while self._clock() - self._asked_s[feed] < LINGER_S:
            asked_s = self._clock()
            try:
                feed.apply(await self._source.changes(feed.stream, feed.seq))
                failures = 0
                pause_s = POLL_INTERVAL_S - (self._clock() - asked_s)
            except Exception as error:  # noqa: BLE001 - whatever failed, the map is asked for again
                failures += 1
                pause_s = self._retry_s(failures)
                _log.warning("feed_failed", channel=feed.channel, error=repr(error), retry_s=pause_s)
            if pause_s > 0:
                await self._sleep(pause_s)
            if feed.watchers:
                self._asked_s[feed] = self._clock()
        del self._polls[feed], self._asked_s[feed]
        # Somebody may hold it still: what it knows grows old from now on.
        self._feeds.pop(feed.channel, None)

    def _retry_s(self, failures: int) -> float:
        first_ms, most_ms = self._settings.feed_retry_first_ms, self._settings.feed_retry_max_ms
        return min(first_ms * 2.0 ** min(failures - 1, 16), float(most_ms)) / 1000

    async def close(self) -> None:
        """Stop following anything."""
        polls = list(self._polls.values())
        self._announcer.close()
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)

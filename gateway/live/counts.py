"""Free, held and sold by section for the far view of an event: cheap, and twice a second at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from gateway.live.announcer import Announcer
from gateway.live.feed import UNKNOWN, SectionFeed, Watcher
from gateway.websocket.codec import Codec
from gateway.websocket.frames import Frames
from protocol.limits import COUNTS_PER_SECOND
from protocol.replies import Push, SectionsDelta


class _Tap:
    """Notes that one section of an event moved."""

    __slots__ = ("_counts", "_feed")

    def __init__(self, counts: EventCounts, feed: SectionFeed) -> None:
        self._counts = counts
        self._feed = feed

    def news(self) -> None:
        """Remember the section until the next round."""
        self._counts.touch(self._feed)


class EventCounts:
    """The counts of all sections; `version` grows with every round that changed something."""

    interval_s: Final = 1.0 / COUNTS_PER_SECOND
    at_once: Final = 1

    def __init__(self, event: str, feeds: Iterable[SectionFeed], announcer: Announcer) -> None:
        self.channel = event
        self.version = 0
        self.watchers: dict[Watcher, None] = {}
        self.taps = {feed: _Tap(self, feed) for feed in feeds}
        self._counts: dict[str, tuple[int, int, int]] = {}
        self._positions: dict[str, tuple[str, int]] = {}
        self._changed_at: dict[str, int] = {}
        self._touched: dict[SectionFeed, None] = {}
        self.frames = Frames()
        self.told_s = float("-inf")
        self._announcer = announcer
        for feed in self.taps:
            self._take(feed, 0)

    def touch(self, feed: SectionFeed) -> None:
        """Take the section into the next round."""
        self._touched[feed] = None
        self._announcer.announce(self)

    def begin(self) -> Sequence[Watcher]:
        """Tell everybody what changed since the last round, if anything did."""
        moved = [self._take(feed, self.version + 1) for feed in self._touched]
        self._touched.clear()
        if not any(moved):
            return ()
        self.version += 1
        self.frames.clear()
        return tuple(self.watchers)

    def _take(self, feed: SectionFeed, version: int) -> bool:
        if feed.seq == UNKNOWN or self._counts.get(feed.section) == feed.counts:
            return False
        self._counts[feed.section] = feed.counts
        self._positions[feed.section] = feed.position
        self._changed_at[feed.section] = version
        return True

    def frame(self, codec: Codec, after_version: int, sections: frozenset[str] | None) -> bytes | None:
        """The message with what changed after a version, or None when nothing did."""
        key = codec.name, after_version, sections
        frame = self.frames.get(key)
        if frame is None:
            changed = tuple(
                (section, *self._counts[section])
                for section, version in self._changed_at.items()
                if version > after_version and (sections is None or section in sections)
            )
            if not changed:
                return None
            push = Push("sections.delta", self.channel)
            at = {section: self._positions[section] for section, *_ in changed}
            frame = self.frames.keep(key, codec.push(push, SectionsDelta(changed, at)))
        return frame

    def stop(self) -> None:
        """No rounds any more."""
        self._announcer.forget(self)

"""What one connection watches: its place in every channel it subscribed to."""

from __future__ import annotations

from typing import Final, Literal

from gateway.codec import Codec
from gateway.counts import EventCounts
from gateway.directory import EventMap
from gateway.feed import UNKNOWN, SectionFeed
from gateway.hub import FeedHub
from gateway.lanes import Lanes
from protocol.errors import ErrorCode, Problem, problem
from protocol.limits import SUBSCRIPTIONS_MAX
from protocol.replies import ResetNotice, SubscribeReply
from protocol.requests import Position, SubscribeBody

Follows = Literal["deltas", "snapshot"]
BEHIND: Final = ResetNotice("behind")
REPLACED: Final = ResetNotice("history")


class SeatCursor:
    """A connection's place in a section's history; None: it needs a snapshot first."""

    __slots__ = ("_lanes", "feed", "position")

    def __init__(self, feed: SectionFeed, lanes: Lanes) -> None:
        self.feed = feed
        self.position: Position | None = None
        self._lanes = lanes

    def start(self, after: Position | None) -> Follows:
        """Go on after what the client knows if deltas lead from there; says what will follow."""
        self.position = after if after is not None and self.feed.reaches(after) else None
        self.news()
        return "snapshot" if self.position is None else "deltas"

    def news(self) -> None:
        """The feed moved."""
        self._lanes.mark(self)

    def pull(self, codec: Codec) -> list[bytes]:
        """Deltas when they lead from here to the newest status, otherwise a snapshot."""
        feed, before = self.feed, self.position
        if feed.seq == UNKNOWN or before == feed.position:
            return []
        self.position = feed.position
        if before is None:
            return [feed.snapshot_frame(codec)]
        if feed.reaches(before):
            return [feed.delta_frame(codec, before[1])]
        reason = BEHIND if before[0] == feed.history else REPLACED
        return [feed.reset_frame(codec, reason), feed.snapshot_frame(codec)]


class CountsCursor:
    """A connection's place in the counts of an event, or of some of its sections."""

    __slots__ = ("_lanes", "_version", "counts", "sections")

    def __init__(self, counts: EventCounts, lanes: Lanes, sections: frozenset[str] | None) -> None:
        self.counts = counts
        self.sections = sections
        self._lanes = lanes
        self._version = -1

    def news(self) -> None:
        """The counts moved."""
        self._lanes.mark(self)

    def pull(self, codec: Codec) -> list[bytes]:
        """What changed since the last time."""
        frame = self.counts.frame(codec, self._version, self.sections)
        self._version = self.counts.version
        return [] if frame is None else [frame]


class Watching:
    """The subscriptions of one connection, at most `SUBSCRIPTIONS_MAX`."""

    def __init__(self, hub: FeedHub, lanes: Lanes) -> None:
        self._hub = hub
        self._lanes = lanes
        self._seats: dict[str, SeatCursor] = {}
        self._counts: dict[str, CountsCursor] = {}

    def subscribe(self, event: EventMap, body: SubscribeBody) -> SubscribeReply | Problem:
        """Watch; subscribing again starts the channel anew from what the client says it knows."""
        if body.board:
            return problem(ErrorCode.INVALID, "This event has no board.")
        for name in body.sections or ():
            if name not in event.sections:
                return problem(ErrorCode.NOT_FOUND, "There is no such section.", objects=(name,))
        if body.detail == "counts":
            return self._watch_counts(event, body.sections)
        names = body.sections or tuple(event.sections)
        added = sum(f"{event.id}/{name}" not in self._seats for name in names)
        if len(self._seats) + len(self._counts) + added > SUBSCRIPTIONS_MAX:
            return problem(ErrorCode.LIMIT_EXCEEDED, f"{SUBSCRIPTIONS_MAX} channels at most.")
        return SubscribeReply(
            {
                cursor.feed.channel: cursor.start(body.after.get(cursor.feed.channel))
                for cursor in [self._watch_seats(event, name) for name in names]
            }
        )

    def _watch_seats(self, event: EventMap, section: str) -> SeatCursor:
        cursor = self._seats.get(f"{event.id}/{section}")
        if cursor is None:
            feed = self._hub.feed(event, section)
            cursor = self._seats[feed.channel] = SeatCursor(feed, self._lanes)
            self._hub.watch(feed, cursor)
        return cursor

    def _watch_counts(self, event: EventMap, sections: tuple[str, ...] | None) -> SubscribeReply | Problem:
        if event.id not in self._counts and len(self._seats) + len(self._counts) >= SUBSCRIPTIONS_MAX:
            return problem(ErrorCode.LIMIT_EXCEEDED, f"{SUBSCRIPTIONS_MAX} channels at most.")
        chosen = None if sections is None else frozenset(sections)
        counts = self._hub.counts(event)
        cursor = CountsCursor(counts, self._lanes, chosen)
        counts.watchers[cursor] = None
        before = self._counts.pop(event.id, None)
        if before is not None:
            self._drop_counts(before)
        self._counts[event.id] = cursor
        cursor.news()
        return SubscribeReply({event.id: "snapshot"})

    def unsubscribe(self, body: SubscribeBody) -> SubscribeReply:
        """Watch no more; what was not watched is no error. Gives the empty reply."""
        if body.detail == "counts":
            counts = self._counts.pop(body.event, None)
            if counts is not None:
                self._drop_counts(counts)
            return SubscribeReply({})
        prefix = f"{body.event}/"
        channels = [channel for channel in self._seats if channel.startswith(prefix)]
        if body.sections is not None:
            wanted = {prefix + name for name in body.sections}
            channels = [channel for channel in channels if channel in wanted]
        for channel in channels:
            self._drop_seats(self._seats.pop(channel))
        return SubscribeReply({})

    def sync(self, channel: str, after: Position) -> SubscribeReply | Problem:
        """Start a watched channel anew from what the client knows."""
        cursor = self._seats.get(channel)
        if cursor is None:
            return problem(ErrorCode.NOT_FOUND, "This channel is not subscribed to.")
        return SubscribeReply({channel: cursor.start(after)})

    def positions(self) -> dict[str, Position]:
        """Where the client is after all that was sent to it."""
        return {
            channel: cursor.position for channel, cursor in self._seats.items() if cursor.position is not None
        }

    def close(self) -> None:
        """Watch nothing any more."""
        for cursor in self._seats.values():
            self._drop_seats(cursor)
        for counts in self._counts.values():
            self._drop_counts(counts)
        self._seats.clear()
        self._counts.clear()

    def _drop_seats(self, cursor: SeatCursor) -> None:
        self._hub.unwatch(cursor.feed, cursor)
        self._lanes.forget(cursor)

    def _drop_counts(self, cursor: CountsCursor) -> None:
        self._hub.unwatch_counts(cursor.counts, cursor)
        self._lanes.forget(cursor)

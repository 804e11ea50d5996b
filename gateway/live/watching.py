"""What one connection watches: its place in every channel it subscribed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from gateway.analytics.live import BoardCursor, LiveBoard, LiveBoards
from gateway.live.counts import EventCounts
from gateway.live.crowd import NOTHING, Crowd, Knowledge
from gateway.live.hub import FeedHub
from gateway.sections.directory import EventMap
from gateway.websocket.codec import Codec
from gateway.websocket.lanes import Lanes
from protocol.errors import ErrorCode, Problem, problem
from protocol.limits import SUBSCRIPTIONS_MAX
from protocol.replies import SubscribeReply
from protocol.requests import Position, SubscribeBody

Follows = Literal["deltas", "snapshot"]


class SeatCursor:
    """What a connection knows of the sections of an event that it watches."""

    __slots__ = ("_lanes", "crowd", "known")

    def __init__(self, crowd: Crowd, lanes: Lanes) -> None:
        self.crowd = crowd
        self.known: Knowledge = NOTHING
        self._lanes = lanes

    def start(self, after: Mapping[str, Position | None]) -> dict[str, Follows]:
        """Go on after what the client knows of these channels where deltas lead on; says what will follow.

        Channels that are not of the crowd any more are forgotten.
        """
        feeds = self.crowd.feeds
        known = {channel: at for channel, at in self.known.items() if channel in feeds}
        follows: dict[str, Follows] = {}
        for channel, position in after.items():
            if position is not None and feeds[channel].reaches(position):
                known[channel] = position
                follows[channel] = "deltas"
            else:
                known.pop(channel, None)
                follows[channel] = "snapshot"
        self.known = known or NOTHING
        self.news()
        return follows

    def news(self) -> None:
        """A round of the crowd has begun."""
        self._lanes.mark(self)

    def pull(self, codec: Codec) -> Sequence[bytes]:
        """Deltas where they lead to what is known now, otherwise snapshots; a frame's worth of them."""
        step = self.crowd.step(codec, self.known)
        self.known = step.known
        if not step.done:
            self._lanes.mark(self)
        return step.messages


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

    def pull(self, codec: Codec) -> Sequence[bytes]:
        """What changed since the last time."""
        frame = self.counts.frame(codec, self._version, self.sections)
        self._version = self.counts.version
        return [] if frame is None else [frame]


class Watching:
    """The subscriptions of one connection, at most `SUBSCRIPTIONS_MAX`."""

    def __init__(self, hub: FeedHub, lanes: Lanes, boards: LiveBoards | None = None) -> None:
        self._hub = hub
        self._lanes = lanes
        self._live = boards
        self._seats: dict[str, SeatCursor] = {}
        self._counts: dict[str, CountsCursor] = {}
        self._boards: dict[str, BoardCursor] = {}

    def subscribe(self, event: EventMap, body: SubscribeBody) -> SubscribeReply | Problem:
        """Watch; subscribing again starts the channel anew from what the client says it knows."""
        for name in body.sections or ():
            if name not in event.sections:
                return problem(ErrorCode.NOT_FOUND, "There is no such section.", objects=(name,))
        if body.detail == "counts":
            return self._watch_counts(event, body.sections)
        names = body.sections or tuple(event.sections)
        cursor = self._seats.get(event.id)
        before = frozenset[str]() if cursor is None else cursor.crowd.sections
        sections = before.union(names)
        if self._channels + len(sections) - len(before) > SUBSCRIPTIONS_MAX:
            return problem(ErrorCode.LIMIT_EXCEEDED, f"{SUBSCRIPTIONS_MAX} channels at most.")
        channels = [f"{event.id}/{name}" for name in names]
        cursor = self._join(event, sections)
        return SubscribeReply(cursor.start({channel: body.after.get(channel) for channel in channels}))

    @property
    def _channels(self) -> int:
        return (
            len(self._counts)
            + len(self._boards)
            + sum(len(cursor.crowd.feeds) for cursor in self._seats.values())
        )

    def _join(self, event: EventMap, sections: frozenset[str]) -> SeatCursor:
        """Be of the crowd that watches these sections, and of no other of this event."""
        crowd = self._hub.crowd(event, sections)
        cursor = self._seats.get(event.id)
        if cursor is None:
            cursor = self._seats[event.id] = SeatCursor(crowd, self._lanes)
        crowd.members[cursor] = None
        if cursor.crowd is not crowd:
            before, cursor.crowd = cursor.crowd, crowd
            self._hub.leave(before, cursor)
        return cursor

    def _watch_counts(self, event: EventMap, sections: tuple[str, ...] | None) -> SubscribeReply | Problem:
        if event.id not in self._counts and self._channels >= SUBSCRIPTIONS_MAX:
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

    def watch_board(self, event: EventMap, allowed: Callable[[], bool]) -> SubscribeReply | Problem:
        """Watch the board of an event, as long as `allowed` says that it may be told here."""
        if self._live is None:
            return problem(ErrorCode.NOT_FOUND, "This server counts nothing.")
        self._drop_board(event.id)
        if self._channels >= SUBSCRIPTIONS_MAX:
            return problem(ErrorCode.LIMIT_EXCEEDED, f"{SUBSCRIPTIONS_MAX} channels at most.")

        def cursor(live: LiveBoard) -> BoardCursor:
            made = self._boards[event.id] = BoardCursor(live, self._lanes, allowed)
            return made

        live = self._live.watch(event, cursor)
        if live is None:
            return problem(ErrorCode.LIMIT_EXCEEDED, "Too many boards are watched here.")
        self._boards[event.id].news()
        return SubscribeReply({live.channel: "snapshot"})

    def unsubscribe(self, body: SubscribeBody) -> SubscribeReply:
        """Watch no more; what was not watched is no error. Gives the empty reply."""
        if body.board:
            self._drop_board(body.event)
            return SubscribeReply({})
        if body.detail == "counts":
            counts = self._counts.pop(body.event, None)
            if counts is not None:
                self._drop_counts(counts)
            return SubscribeReply({})
        cursor = self._seats.get(body.event)
        if cursor is not None:
            gone = cursor.crowd.sections if body.sections is None else frozenset(body.sections)
            self._stay(cursor, cursor.crowd.sections - gone)
        return SubscribeReply({})

    def _stay(self, cursor: SeatCursor, sections: frozenset[str]) -> None:
        """Watch these sections of what was watched."""
        event = cursor.crowd.event
        if sections:
            self._join(event, sections).start({})
        else:
            self._drop_seats(self._seats.pop(event.id))

    def sync(self, channel: str, after: Position) -> SubscribeReply | Problem:
        """Start a watched channel anew from what the client knows."""
        cursor = self._seats.get(channel.partition("/")[0])
        if cursor is None or channel not in cursor.crowd.feeds:
            return problem(ErrorCode.NOT_FOUND, "This channel is not subscribed to.")
        return SubscribeReply(cursor.start({channel: after}))

    def positions(self) -> dict[str, Position]:
        """Where the client is after all that was sent to it."""
        return {channel: at for cursor in self._seats.values() for channel, at in cursor.known.items()}

    def close(self) -> None:
        """Watch nothing any more."""
        for cursor in self._seats.values():
            self._drop_seats(cursor)
        for counts in self._counts.values():
            self._drop_counts(counts)
        for event in tuple(self._boards):
            self._drop_board(event)
        self._seats.clear()
        self._counts.clear()

    def _drop_seats(self, cursor: SeatCursor) -> None:
        self._hub.leave(cursor.crowd, cursor)
        self._lanes.forget(cursor)

    def _drop_counts(self, cursor: CountsCursor) -> None:
        self._hub.unwatch_counts(cursor.counts, cursor)
        self._lanes.forget(cursor)

    def _drop_board(self, event: str) -> None:
        cursor = self._boards.pop(event, None)
        if cursor is not None and self._live is not None:
            self._live.unwatch(cursor.live, cursor)
            self._lanes.forget(cursor)

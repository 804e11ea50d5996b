"""Connections that watch the same sections of an event, and what is said to all of them at once.

What a client knows is a mapping from channel to position, and it is shared: clients that
were told the same know the same, as one object. A message therefore leads from one
knowledge to the next, is made for the first client that is there, and is found by all the
others. Only who comes with a past of their own costs a message of their own, once: after
one round all know the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from gateway.live.abreast import reached_together
from gateway.live.announcer import Announcer
from gateway.live.feed import UNKNOWN, SectionFeed, Watcher
from gateway.sections.directory import EventMap
from gateway.websocket.codec import Codec
from protocol.limits import DELTAS_PER_SECOND
from protocol.replies import ResetNotice
from protocol.requests import Position

Knowledge = Mapping[str, Position]
"""Positions by channel; what is missing needs a snapshot first. Never changed once it is shared."""
NOTHING: Final[Knowledge] = {}
STEPS_MAX: Final = 64
"""Steps kept of a round: who goes along needs one, who comes anew another."""
ROUNDS_AT_ONCE: Final = 2
"""What happens to two sections at nearly the same time, as to a hold over both, is told without a pause."""
HELD_BACK_ROUNDS_MAX: Final = 10
"""For so many rounds, a second, news wait for those of other sections that they rest on."""
BEHIND: Final = ResetNotice("behind")
REPLACED: Final = ResetNotice("history")


class Step(msgspec.Struct, frozen=True):
    """Messages that lead to what is `known` then; `done` unless there was too much for one frame."""

    messages: tuple[bytes, ...]
    known: Knowledge
    done: bool = True


class Crowd:
    """The watchers of some sections of one event. What a round tells is fixed when it begins."""

    interval_s: Final = 1.0 / DELTAS_PER_SECOND
    at_once: Final = ROUNDS_AT_ONCE

    def __init__(
        self,
        event: EventMap,
        sections: frozenset[str],
        feeds: Iterable[SectionFeed],
        announcer: Announcer,
        frame_bytes: int,
    ) -> None:
        """A crowd without members, of the `feeds` of `sections`; `frame_bytes` bounds a step."""
        self.event = event
        self.sections = sections
        self.feeds = {feed.channel: feed for feed in feeds}
        self.members: dict[Watcher, None] = {}
        self.told_s = float("-inf")
        self._announcer = announcer
        self._frame_bytes = frame_bytes
        self._now: Knowledge = NOTHING
        self._held_back = 0
        self._steps: dict[tuple[str, int], tuple[Knowledge, Step]] = {}
        self._settle()

    def news(self) -> None:
        """One of the sections moved."""
        self._announcer.announce(self)

    def begin(self) -> Sequence[Watcher]:
        """A round begins: everybody is to know what is known now."""
        self._settle()
        return tuple(self.members)

    def _settle(self) -> None:
        if self._held_back >= HELD_BACK_ROUNDS_MAX:
            for feed in self.feeds.values():
                feed.forget_causes()
        self._now = self._in_order()
        self._steps.clear()
        if self._late(self._now):
            self._held_back += 1
            self._announcer.announce(self)
        else:
            self._held_back = 0

    def _in_order(self) -> dict[str, Position]:
        """The newest of every section that may be shown together with the others."""
        feeds = self.feeds.values()
        if not any(feed.rests for feed in feeds):
            return {feed.channel: feed.position for feed in feeds if feed.seq != UNKNOWN}
        reached = reached_together(feeds)
        return {
            feed.channel: (feed.history, reached[feed.stream])
            for feed in feeds
            if reached[feed.stream] != UNKNOWN
        }

    def _late(self, positions: Knowledge) -> list[str]:
        """The channels of which there is more than these positions say."""
        return [
            channel
            for channel, feed in self.feeds.items()
            if feed.seq != UNKNOWN and positions.get(channel) != feed.position
        ]

    def step(self, codec: Codec, known: Knowledge) -> Step:
        """What to say next to somebody who knows `known`."""
        if known is self._now:
            return Step((), known)
        # The key names the object, so the object is kept with it.
        key = codec.name, id(known)
        kept = self._steps.get(key)
        if kept is None:
            if len(self._steps) >= STEPS_MAX:
                self._steps.clear()
            kept = self._steps[key] = known, self._step_from(codec, known)
        return kept[1]

    def _step_from(self, codec: Codec, known: Knowledge) -> Step:
        messages: list[bytes] = []
        after = dict(known)
        size = 0
        rests = any(feed.rests for feed in self.feeds.values())
        for channel, target in self._now.items():
            feed, before = self.feeds[channel], after.get(channel)
            if before == target or feed.seq == UNKNOWN:
                continue
            if rests and feed.position != target and (before is None or not feed.reaches(before)):
                continue  # the whole status is of later than this round: it comes with the next one
            if size >= self._frame_bytes:
                return Step(tuple(messages), after, done=False)
            said, after[channel] = _lead(feed, codec, before, target)
            messages += said
            size += sum(map(len, said))
        return Step(tuple(messages), self._now if after == self._now else after)


def _lead(
    feed: SectionFeed, codec: Codec, before: Position | None, target: Position
) -> tuple[list[bytes], Position]:
    """The messages of one channel from `before` to `target`, or beyond it where only a snapshot helps."""
    if before is None:
        return [feed.snapshot_frame(codec)], feed.position
    if before[0] == feed.history and (target[0] != before[0] or target[1] < before[1]):
        return [], before  # they came after the round began and are ahead of it
    if target[0] == feed.history and feed.reaches(before):
        return [feed.delta_frame(codec, before[1], target[1])], target
    reason = BEHIND if before[0] == feed.history else REPLACED
    return [feed.reset_frame(codec, reason), feed.snapshot_frame(codec)], feed.position

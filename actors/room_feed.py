"""What a waiting room tells the world: its durable changes, in order, and nothing earlier.

The feed keeps a line of its own as of the last commit, because the room's state runs ahead of
what is durable.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence

from actors.room_wire import RoomChanges, RoomHeader, WholeLine
from actors.watchers import Watchers
from engine.queue.line import Line
from engine.queue.members import Ending
from engine.queue.news import News

VOIDING = frozenset((Ending.LEFT, Ending.REVOKED))


class RoomFeed:
    """The durable line of one room and its latest changes (at most `kept_max` records)."""

    def __init__(self, stream: int, history: str, kept_max: int) -> None:
        """A feed that `reset` gives its first position."""
        self._stream = stream
        self._history = history
        self._seq = 0
        self._line = Line()
        self._void: OrderedDict[str, int] = OrderedDict()
        self._kept: deque[News] = deque(maxlen=kept_max)
        self._watchers = Watchers()

    def reset(self, seq: int, header: RoomHeader, line: WholeLine) -> None:
        """Start from a state that is durable as it stands; what was before it is not told any more."""
        self._seq, self._header = seq, header
        self._line = Line.from_bits(line.bits, line.last)
        self._void = OrderedDict(line.void)
        self._kept.clear()

    @property
    def watched(self) -> bool:
        """Whether a gateway is waiting for news right now."""
        return bool(self._watchers)

    def publish(self, news: Sequence[News], header: RoomHeader, at_ms: int) -> None:
        """Show what a commit made durable: one item for each of its records, in order."""
        for each in news:
            self._apply(each)
        self._kept.extend(news)
        self._seq += len(news)
        self._header = header
        while self._void and next(iter(self._void.values())) <= at_ms:
            self._void.popitem(last=False)
        self._watchers.wake()

    def _apply(self, news: News) -> None:
        for taken in news.joined:
            self._line.append(taken)
        for admission in news.admitted:
            if self._line.taken(admission.slot):
                self._line.leave(admission.slot)
        for departure in news.departed:
            if departure.slot:
                self._line.leave(departure.slot)
            if departure.pass_expires_ms and departure.ending in VOIDING:
                self._void[departure.ticket] = departure.pass_expires_ms

    def wake(self) -> None:
        """Let everybody who waits go with what there is."""
        self._watchers.wake()

    async def wait(self, after_seq: int, timeout_s: float) -> RoomChanges:
        """Changes after `after_seq`: at once if there are any, else when the next commit comes."""
        if after_seq == self._seq:
            await self._watchers.wait(timeout_s)
        return self.since(after_seq)

    def since(self, after_seq: int) -> RoomChanges:
        """Changes after `after_seq`; the whole line when they are not kept any more."""
        kept = self._seq - after_seq
        if not 0 <= kept <= len(self._kept):
            return self._whole()
        news = [self._kept[index] for index in range(len(self._kept) - kept, len(self._kept))]
        return RoomChanges(
            self._stream,
            self._history,
            after_seq,
            self._seq,
            self._header,
            tuple([taken for each in news for taken in each.joined]),
            tuple([admission for each in news for admission in each.admitted]),
            tuple([departure for each in news for departure in each.departed]),
        )

    def _whole(self) -> RoomChanges:
        whole = WholeLine(self._line.bits(), self._line.last, tuple(self._void.items()))
        return RoomChanges(self._stream, self._history, -1, self._seq, self._header, whole=whole)

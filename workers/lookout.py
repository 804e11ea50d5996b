"""Which streams have records that wait, without looking at every stream each time.

Looking at all of them costs the database as much as there are streams: with a hundred thousand
a tenth of a second of a core. So that is done for a fiftieth of the time at most; in between
only those are looked at that had something lately, which are the ones that sell. A stream that
wakes up waits for the next look at all of them, seconds at the longest.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from engine.bus import Backlog

ALL_SHARE: Final = 49
"""After a look at all of them they are left alone for so many times as long as it took."""
ALL_PAUSE_MAX_S: Final = 5.0
"""However long it took because everybody else went first."""
LATELY_MAX: Final = 1_024
"""How many streams are remembered."""


class Backlogs(Protocol):
    """What knows of every stream how far it was read. May raise `StorageUnavailable`."""

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not read, the longest neglected first."""

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some, in the same order."""


class Lookout:
    """Looks for streams that wait."""

    def __init__(self, backlogs: Backlogs, streams_max: int, now_s: Callable[[], float]) -> None:
        """At most `streams_max` are found at a time; `now_s` is a monotonic clock."""
        self._backlogs: Final = backlogs
        self._streams_max: Final = streams_max
        self._now_s: Final = now_s
        self._lately: OrderedDict[int, None] = OrderedDict()
        self._all_at_s = 0.0

    async def look(self) -> list[Backlog]:
        """Streams that wait. Raises `StorageUnavailable`."""
        began_s = self._now_s()
        if began_s < self._all_at_s:
            found = await self._backlogs.behind_of(tuple(self._lately))
            return found[: self._streams_max]
        found = await self._backlogs.behind(self._streams_max)
        if len(found) < self._streams_max:  # else there are more, and they need not wait
            ended_s = self._now_s()
            self._all_at_s = ended_s + min((ended_s - began_s) * ALL_SHARE, ALL_PAUSE_MAX_S)
        self._remember(found)
        return found

    def _remember(self, found: Sequence[Backlog]) -> None:
        for each in found:
            self._lately[each.stream] = None
            self._lately.move_to_end(each.stream)
        while len(self._lately) > LATELY_MAX:
            self._lately.popitem(last=False)

"""How far each stream was relayed, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.announcements import ANNOUNCEMENTS
from engine.bus import Backlog
from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase


class MemoryRelay:
    """Positions over a `MemoryDatabase`. Every call raises `StorageUnavailable` while that is down."""

    def __init__(self, database: MemoryDatabase, now_ms: Callable[[], int]) -> None:
        """`now_ms` is the clock by which leases end."""
        self.positions: dict[int, int] = {}
        self._database = database
        self._now_ms = now_ms
        self._owner = ""
        self._epoch = 0
        self._until_ms = 0

    async def take_lease(self, owner: str, ttl_ms: int) -> int | None:
        """The epoch of the lease that `owner` has now; None while another one has it."""
        self._reach()
        now_ms = self._now_ms()
        if owner != self._owner:
            if now_ms < self._until_ms:
                return None
            self._owner, self._epoch = owner, self._epoch + 1
        self._until_ms = now_ms + ttl_ms
        return self._epoch

    async def give_up(self, owner: str) -> None:
        """Let go of the lease."""
        self._reach()
        if owner == self._owner:
            self._until_ms = 0

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not relayed."""
        self._reach()
        streams = {ANNOUNCEMENTS: self._database.announcements, **self._database.streams}
        found = (
            Backlog(number, self.positions.get(number, 0), stream.lease.next_seq - 1)
            for number, stream in sorted(streams.items())
        )
        waiting = [each for each in found if each.last_seq > each.after_seq]
        return sorted(waiting, key=lambda each: each.last_seq == 1)[:streams_max]

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some."""
        return [each for each in await self.behind(len(self._database.streams) + 1) if each.stream in streams]

    async def advance(self, epoch: int, moved: Sequence[Backlog]) -> bool:
        """Keep that these streams were relayed up to their `last_seq`; False for an old epoch."""
        self._reach()
        if epoch != self._epoch:
            return False
        for each in moved:
            self.positions[each.stream] = max(self.positions.get(each.stream, 0), each.last_seq)
        return True

    async def lag(self) -> int:
        """Records of all streams that were not relayed yet."""
        return sum(
            each.last_seq - each.after_seq for each in await self.behind(len(self._database.streams) + 1)
        )

    async def close(self) -> None:
        """Nothing to close. May be called twice."""

    def _reach(self) -> None:
        if self._database.down:
            raise StorageUnavailable("the database is down")

"""The projector: counts what the journal says, stream by stream, each record once.

How far a stream was counted is kept in one transaction with what was counted of it, so a
crash, a repeat or a second projector changes nothing: whoever comes with an older
position writes nothing and reads anew. One projector works at a time all the same, under
a lease, because two would do each other's work.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec
import structlog

from engine.analytics import OrderFact, Projected, Resume
from engine.bus import Backlog
from engine.journal import JournalCorrupt, StreamUnknown
from workers.limits import ProjectorLimits
from workers.lookout import Lookout
from workers.pacing import Rest, no_rest
from workers.ports import Journal
from workers.projections.folding import Counted, Folding
from workers.projections.ledger import Ledger, decode_ledger
from workers.supervision import Leases, Turn, go_on

log = structlog.get_logger()


class Tables(Protocol):
    """Where counts are kept. May raise `StorageUnavailable`."""

    async def behind(self, streams_max: int) -> list[Backlog]:
        """Streams with records that were not counted."""

    async def behind_of(self, streams: Sequence[int]) -> list[Backlog]:
        """Those of these that have some."""

    async def resume(self, stream: int) -> Resume | None:
        """How far a stream was counted; None for one that was not begun."""

    async def known(self, orders: Sequence[str]) -> Mapping[str, OrderFact]:
        """The orders that there are of these."""

    async def add(self, projected: Projected) -> bool:
        """Add a batch if the stream was counted just up to where it begins; all of it, or (False) nothing."""


class ProjectorFigures:
    """What a projector did so far; `behind` are the records that its last look found waiting."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.records = 0
        self.failures = 0
        self.behind = 0


class Projector:
    """Counts until it is stopped, whatever goes away meanwhile."""

    def __init__(
        self,
        owner: str,
        journal: Journal,
        tables: Tables,
        leases: Leases,
        limits: ProjectorLimits,
        now_s: Callable[[], float],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`owner` is a name that no other life of a projector has; `now_s` is a monotonic clock."""
        self.figures = ProjectorFigures()
        self._lookout = Lookout(tables, limits.streams_per_round, now_s)
        self._turn = Turn(owner, leases, limits.lease_ms, now_s)
        self._counter = Counter(journal, tables, limits)
        self._limits = limits
        self._now_s = now_s
        self._chance = chance

    async def run(self, rest: Rest = no_rest) -> None:
        """Count until cancelled, and rest after each round that found something."""
        await go_on(self.round, self._limits, rest, self._failed, self._now_s, self._chance)

    async def leave(self) -> None:
        """Let go of the lease, so that the next projector need not wait for its end."""
        await self._turn.give_up()

    async def round(self) -> int:
        """Count some of what waits; how many records that were. 0 also while it is another one's turn."""
        if await self._turn.take() is None:
            return 0
        waiting = await self._lookout.look()
        self.figures.behind = sum(each.last_seq - each.after_seq for each in waiting)
        counted = await self._counter.count_all(waiting)
        self.figures.records += counted
        self.figures.behind -= counted
        return counted

    def _failed(self, error: Exception, pause_s: float) -> None:
        self.figures.failures += 1
        log.warning("projector_waits", reason=str(error), seconds=round(pause_s, 3))


class Counter:
    """Counts batches of streams into tables; what is needed to go on is kept for some of them."""

    def __init__(self, journal: Journal, tables: Tables, limits: ProjectorLimits) -> None:
        """Nothing is known yet."""
        self._tables = tables
        self._journal = journal
        self._limits = limits
        self._folding = Folding(journal)
        self._kept: OrderedDict[int, Counted] = OrderedDict()
        self._corrupt: set[int] = set()

    async def count_all(self, waiting: Iterable[Backlog]) -> int:
        """A batch of each of these streams; how many records that were. Raises `StorageUnavailable`."""
        counted = 0
        for each in waiting:
            if each.stream not in self._corrupt:
                counted += await self._count(each)
        return counted

    async def _count(self, waiting: Backlog) -> int:
        try:
            return await self.count(waiting.stream)
        except (JournalCorrupt, StreamUnknown, msgspec.MsgspecError, LookupError):
            # What comes behind a damaged record cannot be counted; the other streams can.
            log.exception("projection_stream_corrupt", stream=waiting.stream)
            self._corrupt.add(waiting.stream)
            return 0

    async def count(self, stream: int) -> int:
        """A batch of one stream; how many records were counted, here and now."""
        # Taken out while it moves on: of a batch that fails nothing is kept.
        counted = self._kept.pop(stream, None) or await self._counted(stream)
        records = await self._journal.read(stream, counted.seq, self._limits.records_per_batch)
        if not records:
            return 0
        projected = await self._folding.fold(stream, counted, records, self._tables.known)
        if not await self._tables.add(projected):
            return 0  # another one counted them: the next round reads how far
        counted.seq = projected.seq
        self._kept[stream] = counted
        if len(self._kept) > self._limits.streams_kept_max:
            self._kept.popitem(last=False)
        return len(records)

    async def _counted(self, stream: int) -> Counted:
        resume = await self._tables.resume(stream)
        return Counted(0, Ledger()) if resume is None else Counted(resume.seq, decode_ledger(resume.state))

"""The relay: tails every stream of the journal in order and sends what it finds.

It moves its position only past what the outlet has for good, so nothing is lost; after a crash
it sends some news again, so everybody who takes them keeps what was taken. One relay works
at a time. Should two do so for a moment (the first was frozen for longer than its lease),
the first one's position counts no more, and both send the same messages under the same ids.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import structlog

from engine.bus import Backlog
from engine.journal import JournalCorrupt
from workers.errors import LeaseLost
from workers.kinds import KINDS
from workers.limits import RelayLimits
from workers.lookout import Lookout
from workers.message import Message
from workers.pacing import Rest, no_rest
from workers.ports import Journal, Outlet, Positions
from workers.supervision import Turn, go_on
from workers.tellers import Tellers

log = structlog.get_logger()


class RelayFigures:
    """What a relay did so far. `behind` are the records that its last look found waiting."""

    def __init__(self) -> None:
        self.records = 0
        self.messages = 0
        self.rounds = 0
        self.failures = 0
        self.behind = 0
        self.leading = False


class Relay:
    """Relays until it is stopped, whatever goes away meanwhile."""

    def __init__(
        self,
        owner: str,
        journal: Journal,
        positions: Positions,
        outlet: Outlet,
        limits: RelayLimits,
        now_s: Callable[[], float],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`owner` is a name that no other life of a relay has; `now_s` is a monotonic clock."""
        self.figures = RelayFigures()
        self._lookout = Lookout(positions, limits.streams_per_round, now_s)
        self._turn = Turn(owner, positions, limits.lease_ms, now_s)
        self._journal = journal
        self._positions = positions
        self._outlet = outlet
        self._limits = limits
        self._now_s = now_s
        self._chance = chance
        self._tellers = Tellers(journal)
        self._corrupt: set[int] = set()

    async def run(self, rest: Rest = no_rest) -> None:
        """Relay until cancelled, and rest after each round that found something."""
        await go_on(self.round, self._limits, rest, self._failed, self._now_s, self._chance)

    async def leave(self) -> None:
        """Let go of the lease, so that the next relay need not wait for its end."""
        self.figures.leading = False
        await self._turn.give_up()

    async def round(self) -> int:
        """Relay some of what waits; how many records that were. 0 also when another relay has the lease.

        Raises `BusError` and `StorageError`; what was sent until then may be sent again.
        """
        epoch = await self._turn.take()
        self.figures.leading = epoch is not None
        if epoch is None:
            return 0
        found = await self._lookout.look()
        waiting = [each for each in found if each.stream not in self._corrupt]
        self.figures.behind = sum(each.last_seq - each.after_seq for each in waiting)
        share = self._share(waiting)
        if share:
            # After it is known which records they are: what is asked for before one is written counts for it.
            await self._outlet.look()
        # Asked once a round: a sale's records are many, and their kinds are few.
        wanted = frozenset(filter(self._outlet.wants, KINDS))
        messages = [message for each in share for message in await self._read(each, wanted)]
        if messages:
            await self._outlet.send(messages)
        sent = [each for each in share if each.stream not in self._corrupt]
        if sent and not await self._positions.advance(epoch, sent):
            self._turn.lost()
            raise LeaseLost("another relay has taken over")
        return self._count(sent, len(messages))

    def _failed(self, error: Exception, pause_s: float) -> None:
        self.figures.failures += 1
        log.warning("relay_waits", reason=str(error), seconds=round(pause_s, 3))

    def _share(self, waiting: list[Backlog]) -> list[Backlog]:
        """As much of each stream as fits into a round; no stream keeps the others waiting."""
        if not waiting:
            return []
        each_max = max(self._limits.records_per_round // len(waiting), 1)
        return [
            Backlog(one.stream, one.after_seq, min(one.last_seq, one.after_seq + each_max)) for one in waiting
        ]

    async def _read(self, share: Backlog, wanted: frozenset[str]) -> list[Message]:
        try:
            records = await self._journal.read(
                share.stream, share.after_seq, share.last_seq - share.after_seq
            )
            return await self._tellers.messages(share.stream, records, wanted.__contains__)
        except JournalCorrupt:
            # Its own streams stop: news behind a damaged record would be out of order.
            log.exception("relay_stream_corrupt", stream=share.stream)
            self._corrupt.add(share.stream)
            return []

    def _count(self, sent: list[Backlog], messages: int) -> int:
        records = sum(each.last_seq - each.after_seq for each in sent)
        self.figures.records += records
        self.figures.messages += messages
        self.figures.rounds += 1
        self.figures.behind = max(self.figures.behind - records, 0)
        return records

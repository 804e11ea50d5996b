"""The relay: tails every stream of the journal in order and sends what it finds.

It moves its position only past what the outlet has for good, so nothing is lost; after a crash
it sends some news again, so everybody who takes them keeps what was taken. One relay works
at a time. Should two do so for a moment (the first was frozen for longer than its lease),
the first one's position counts no more, and both send the same messages under the same ids.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Final

import structlog

from engine.bus import Backlog
from engine.journal import JournalCorrupt, StorageError
from workers.errors import BusError, LeaseLost
from workers.kinds import KINDS
from workers.limits import RelayLimits
from workers.message import Message
from workers.pacing import Rest, no_rest
from workers.ports import Journal, Outlet, Positions
from workers.supervision import Backoff
from workers.tellers import Tellers

log = structlog.get_logger()
RENEW_SHARE: Final = 3
"""A lease is renewed when a third of it is over."""


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
        self._owner = owner
        self._journal = journal
        self._positions = positions
        self._outlet = outlet
        self._limits = limits
        self._now_s = now_s
        self._chance = chance
        self._tellers = Tellers(journal)
        self._epoch: int | None = None
        self._renew_at_s = 0.0
        self._corrupt: set[int] = set()

    async def run(self, rest: Rest = no_rest) -> None:
        """Relay until cancelled, and rest after each round that found something."""
        backoff = Backoff(self._limits.retry_first_s, self._limits.retry_max_s, self._chance)
        while True:
            try:
                pause_s = await self._timed_round(rest)
                backoff.reset()
            except (BusError, StorageError) as error:
                self.figures.failures += 1
                pause_s = backoff.next_s()
                log.warning("relay_waits", reason=str(error), seconds=round(pause_s, 3))
            await asyncio.sleep(pause_s)

    async def leave(self) -> None:
        """Let go of the lease, so that the next relay need not wait for its end."""
        self.figures.leading = False
        # It ends by itself where it cannot be given up.
        with contextlib.suppress(StorageError):
            await self._positions.give_up(self._owner)

    async def round(self) -> int:
        """Relay some of what waits; how many records that were. 0 also when another relay has the lease.

        Raises `BusError` and `StorageError`; what was sent until then may be sent again.
        """
        epoch = await self._lease()
        self.figures.leading = epoch is not None
        if epoch is None:
            return 0
        found = await self._positions.behind(self._limits.streams_per_round)
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
            self._epoch = None
            raise LeaseLost("another relay has taken over")
        return self._count(sent, len(messages))

    async def _timed_round(self, rest: Rest) -> float:
        began_s = self._now_s()
        relayed = await self.round()
        if not relayed:
            return self._limits.idle_s
        return rest(self._now_s() - began_s)

    async def _lease(self) -> int | None:
        """The epoch of our lease, renewed in time; None while another relay has it."""
        now_s = self._now_s()
        if self._epoch is None or now_s >= self._renew_at_s:
            self._epoch = await self._positions.take_lease(self._owner, self._limits.lease_ms)
            self._renew_at_s = now_s + self._limits.lease_ms / 1000 / RENEW_SHARE
        return self._epoch

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

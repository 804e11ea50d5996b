"""Group commit: one block in flight, the next one filling, and an honest end to every doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Final

from actors.block import Block
from actors.limits import ShellLimits
from actors.ports import Clock, SectionStore
from engine.enums import at_hand
from engine.journal import Lease, StorageUnavailable
from telemetry.meters import METERS, SIZES

COMMIT_SECONDS: Final = METERS.histogram(
    "holdfast_commit_seconds", "How long a block took to become durable."
)
COMMIT_RECORDS: Final = METERS.histogram(
    "holdfast_commit_records", "Records that became durable together.", SIZES
)
STORAGE_LOST: Final = METERS.counter("holdfast_storage_lost_total", "Commits that storage did not answer.")


@at_hand
class Fate(Enum):
    """What became of a block."""

    DURABLE = auto()
    FENCED = auto()


class Committer:
    """Writes blocks of one stream under one lease, and finds out what became of them.

    A lost reply to a commit is settled by the lease row: the same epoch and position mean
    that it did not happen and is sent again, the position after the block that it did,
    another epoch that somebody else owns the stream. Until that is settled nothing else
    is written.
    """

    def __init__(
        self, store: SectionStore, lease: Lease, asked_s: float, clock: Clock, limits: ShellLimits
    ) -> None:
        """A committer for the stream that `lease` names, which was asked for at `asked_s` (monotonic)."""
        self._store = store
        self._stream = lease.stream
        self._epoch = lease.epoch
        self._clock = clock
        self._limits = limits
        self.available = True
        self._confirmed = asked_s

    @property
    def confirmed_lately(self) -> bool:
        """Whether the lease was seen to be ours within `lease_check_ms`."""
        age_ms = (self._clock.monotonic() - self._confirmed) * 1000
        return age_ms <= self._limits.lease_check_ms

    async def commit(self, block: Block[Any], on_doubt: Callable[[], None]) -> Fate:
        """Make a block durable, however long the store is away.

        `on_doubt` is called once when the store fails, so that nobody waits for it.
        """
        delay_ms = self._limits.retry_first_ms
        while True:
            asked_at = self._clock.monotonic()
            try:
                fate = await self._attempt(block)
            except StorageUnavailable:
                self.available = False
                STORAGE_LOST.value += 1
                on_doubt()
                await asyncio.sleep(delay_ms / 1000)
                delay_ms = min(delay_ms * 2, self._limits.retry_max_ms)
                continue
            self.available = True
            if fate is Fate.DURABLE:
                # The lease was ours at some time after `asked_at`; counting from there is safe.
                self._confirmed = asked_at
                COMMIT_SECONDS.observe(self._clock.monotonic() - asked_at)
                COMMIT_RECORDS.observe(len(block.records))
            return fate

    async def _attempt(self, block: Block[Any]) -> Fate:
        if block.records and self.available:
            durable = await self._store.append(
                self._stream, self._epoch, block.first_seq, block.last_at_ms, block.records
            )
            return Fate.DURABLE if durable else Fate.FENCED
        return await self._settle(block)

    async def _settle(self, block: Block[Any]) -> Fate:
        """Ask the lease row what is true, and send the block if it is not there yet."""
        position = await self._store.position(self._stream)
        if position.epoch != self._epoch:
            return Fate.FENCED
        if position.next_seq == block.first_seq + len(block.records):
            return Fate.DURABLE
        if position.next_seq != block.first_seq:
            return Fate.FENCED
        durable = await self._store.append(
            self._stream, self._epoch, block.first_seq, block.last_at_ms, block.records
        )
        return Fate.DURABLE if durable else Fate.FENCED

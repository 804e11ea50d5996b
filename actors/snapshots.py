"""Snapshots off the hot path: a cheap copy on the loop, the encoding in a thread."""

from __future__ import annotations

import asyncio

import structlog

from actors.keeper import Encoding, Keeper
from actors.limits import ShellLimits
from actors.ports import Clock, SectionStore
from engine.journal import Lease, StorageUnavailable, StoredSnapshot

log = structlog.get_logger()


class Snapshots:
    """Decides when a section is due for a snapshot and takes one at a time."""

    def __init__(
        self, store: SectionStore, lease: Lease, last_seq: int, clock: Clock, limits: ShellLimits
    ) -> None:
        """Snapshots of the stream that `lease` names; the newest one stands at `last_seq`."""
        self._store = store
        self._lease = lease
        self._clock = clock
        self._limits = limits
        self._last_seq = last_seq
        self._last_at = clock.monotonic()
        self._running: asyncio.Task[None] | None = None

    def consider(self, keeper: Keeper) -> None:
        """Take a snapshot of a state that is durable as it stands, if one is due."""
        records = keeper.seq - self._last_seq
        age_ms = (self._clock.monotonic() - self._last_at) * 1000
        due = records >= self._limits.snapshot_every_records or (
            records > 0 and age_ms >= self._limits.snapshot_every_ms
        )
        if due and self._running is None:
            self._running = self._begin(keeper)

    async def finish(self, keeper: Keeper) -> None:
        """Take a last snapshot, waiting for one that is under way."""
        if self._running is not None:
            await self._running
        if keeper.seq > self._last_seq:
            await self._begin(keeper)

    def _begin(self, keeper: Keeper) -> asyncio.Task[None]:
        encoding = keeper.snapshot()
        self._last_seq = keeper.seq
        self._last_at = self._clock.monotonic()
        task = asyncio.get_running_loop().create_task(self._save(encoding, keeper.seq))
        task.add_done_callback(self._ended)
        return task

    def _ended(self, _task: asyncio.Task[None]) -> None:
        self._running = None

    async def _save(self, encoding: Encoding, seq: int) -> None:
        try:
            data, digest_text = await asyncio.to_thread(encoding)
            snapshot = StoredSnapshot(seq=seq, digest=digest_text, data=data)
            await self._store.save_snapshot(self._lease.stream, self._lease.epoch, snapshot)
        except StorageUnavailable:
            # It only saves time at the next recovery; the one after it will do as well.
            log.warning("snapshot_not_saved", stream=self._lease.stream, seq=seq)
        except Exception:
            log.exception("snapshot_failed", stream=self._lease.stream, seq=seq)

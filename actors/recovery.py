"""How a section comes back: take the lease, load the snapshot, replay the tail, check, serve."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
import structlog

from actors.keeper import Keeper
from actors.limits import ShellLimits
from actors.ports import Clock, SectionStore
from engine.journal import JournalCorrupt, Lease, StorageUnavailable, StreamSource, StreamUnknown
from engine.snapshot import digest_of

log = structlog.get_logger()
Make = Callable[[StreamSource], Keeper]


class Recovered(msgspec.Struct, frozen=True):
    """A stream ready to serve, and the right to write it.

    `asked_s` and `taken_s` are the monotonic times just before and after the lease was taken.
    """

    keeper: Keeper
    lease: Lease
    snapshot_seq: int
    asked_s: float
    taken_s: float


async def recover_patiently(
    store: SectionStore, stream: int, owner: str, limits: ShellLimits, make: Make, clock: Clock
) -> Recovered | None:
    """Recover however long the store is away, and serve when that is safe; None without such a stream."""
    delay_ms = limits.retry_first_ms
    while True:
        try:
            recovered = await recover(store, stream, owner, limits.recovery_read_records, make, clock)
        except StreamUnknown:
            return None
        except StorageUnavailable as error:
            log.warning("recovery_waits_for_storage", stream=stream, error=str(error))
        except Exception:
            # A corrupt journal, or a bug. Selling from books that may be wrong is worse than
            # not selling: a person must look. The other sections of this process go on.
            log.exception("recovery_failed", stream=stream)
            delay_ms = limits.retry_max_ms
        else:
            await _outwait_predecessor(recovered, limits, clock)
            return recovered
        await asyncio.sleep(delay_ms / 1000)
        delay_ms = min(delay_ms * 2, limits.retry_max_ms)


async def _outwait_predecessor(recovered: Recovered, limits: ShellLimits, clock: Clock) -> None:
    """Say nothing while a predecessor that still lives may answer reads from its memory.

    It does so for `lease_check_ms` after it last asked whether it owns the stream, which was
    before the lease was taken from it. Whoever hears from here hears from it no more.
    """
    if recovered.lease.epoch > 1:
        until_s = recovered.taken_s + limits.lease_check_ms / 1000
        await asyncio.sleep(until_s - clock.monotonic())


async def recover(
    store: SectionStore, stream: int, owner: str, page: int, make: Make, clock: Clock
) -> Recovered:
    """Own the stream and rebuild its state as of the last durable record.

    `page` is how many records are read at a time; `make` gives an empty keeper. Raises
    `StorageUnavailable` (try again), `StreamUnknown`, or `JournalCorrupt` when what is stored
    cannot be trusted.
    """
    source = await store.source(stream)
    # The lease first: after it no other owner can add a record to what is read below.
    asked_s = clock.monotonic()
    lease = await store.take_over(stream, owner)
    taken_s = clock.monotonic()
    keeper, snapshot_seq = await _restored(store, source, make)
    while keeper.seq < lease.next_seq - 1:
        records = await store.read(stream, keeper.seq, page)
        if not records:
            raise JournalCorrupt(f"stream {stream}: records after {keeper.seq} are missing")
        for stored in records:
            if stored.seq != keeper.seq + 1:
                raise JournalCorrupt(f"stream {stream}: {keeper.seq} is followed by {stored.seq}")
            keeper.apply(stored.data)
    breaches = keeper.breaches()
    if breaches:
        raise JournalCorrupt(f"stream {stream}: {breaches[0]}")
    keeper.begin()
    return Recovered(keeper, lease, snapshot_seq, asked_s, taken_s)


async def _restored(store: SectionStore, source: StreamSource, make: Make) -> tuple[Keeper, int]:
    """What the newest snapshot says, or an empty keeper: the journal is the truth, a snapshot saves time."""
    keeper, stream = make(source), source.stream
    snapshot = await store.newest_snapshot(stream)
    if snapshot is None:
        return keeper, 0
    if digest_of(snapshot.data) != snapshot.digest:  # also a number in it may be damaged, and be huge
        log.warning("snapshot_damaged", stream=stream, seq=snapshot.seq)
        return keeper, 0
    try:
        found = keeper.restore(snapshot.data)
    except (msgspec.DecodeError, ValueError):
        log.warning("snapshot_unreadable", stream=stream, seq=snapshot.seq)
        return make(source), 0
    if found != snapshot.digest or keeper.seq != snapshot.seq:
        log.warning("snapshot_untrue", stream=stream, seq=snapshot.seq)
        return make(source), 0
    return keeper, snapshot.seq

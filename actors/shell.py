"""A section's shell: everything about one section that is neither pure nor Ray.

Life: RECOVERING (takes the lease, rebuilds the state) -> SERVING -> LEFT (idle, its last
snapshot stored) or FENCED (somebody else owns the stream: it answers nothing more).

An ask is handled in one synchronous step, so the section needs no lock: dedupe, stamp,
decide, append, evolve; its answer and its changes leave when the commit that covers them
is durable. What it merely read waits for the same commit if anything it saw is not
durable yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import assert_never

import structlog

from actors import answers
from actors.batch import Batch
from actors.block import Block
from actors.committer import Committer, Fate
from actors.feed import Change, Feed
from actors.limits import ShellLimits
from actors.ports import Clock, IdSource, SectionStore
from actors.recovery import Recovered, recover
from actors.snapshots import Snapshots
from actors.wire import Answer, Changes
from engine.commands import Entry, ExpireHolds, Request
from engine.decide import decide
from engine.decisions import Accepted, Read, Rejected, Replayed
from engine.events import Record, Refused
from engine.evolve import evolve
from engine.journal import JournalCorrupt, StorageUnavailable, StreamUnknown
from engine.record_codec import encode_record
from engine.state import SectionState, next_deadline
from engine.views import area_free, counts, render, render_found

log = structlog.get_logger()
_SYSTEM = Request(principal="system", command=ExpireHolds(), role="system")


class Activation(Enum):
    """Where a shell is in its life."""

    RECOVERING = auto()
    SERVING = auto()
    UNKNOWN = auto()
    LEFT = auto()
    FENCED = auto()


class SectionShell:
    """One section of one event: owns its state, its journal and its feed."""

    def __init__(
        self,
        stream: int,
        owner: str,
        store: SectionStore,
        clock: Clock,
        ids: IdSource,
        limits: ShellLimits,
        on_fenced: Callable[[int], None],
    ) -> None:
        """A shell that is not started; `on_fenced` must make sure that it never answers again."""
        self.stream = stream
        self.activation = Activation.RECOVERING
        self.last_asked = clock.monotonic()
        self._owner = owner
        self._store = store
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._on_fenced = on_fenced
        self._served = asyncio.Event()
        self._work = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to recover; the shell serves when that is done."""
        self._task = asyncio.get_running_loop().create_task(self._live(), name=f"section-{self.stream}")

    async def _live(self) -> None:
        recovered = await self._recover()
        if recovered is None:
            self.activation = Activation.UNKNOWN
            self._served.set()
            return
        self._begin(recovered)
        await self._commit_forever()

    async def _recover(self) -> Recovered | None:
        """Recover however long the store is away; None when there is no such stream."""
        delay_ms = self._limits.retry_first_ms
        while True:
            try:
                return await recover(
                    self._store, self.stream, self._owner, self._limits.recovery_read_records
                )
            except StreamUnknown:
                return None
            except StorageUnavailable as error:
                log.warning("recovery_waits_for_storage", stream=self.stream, error=str(error))
            except JournalCorrupt as error:
                # Selling from books that are wrong is worse than not selling: a person must look.
                log.error("journal_corrupt", stream=self.stream, error=str(error))
                delay_ms = self._limits.retry_max_ms
            await asyncio.sleep(delay_ms / 1000)
            delay_ms = min(delay_ms * 2, self._limits.retry_max_ms)

    def _begin(self, recovered: Recovered) -> None:
        state = recovered.state
        self._state: SectionState = state
        self._history = recovered.source.history
        self._committer = Committer(self._store, recovered.lease, self._clock, self._limits)
        self._snapshots = Snapshots(
            self._store, recovered.lease, recovered.snapshot_seq, self._clock, self._limits
        )
        self._feed = Feed(self.stream, self._history, self._limits.changes_kept_max)
        areas = [area_free(state, index) for index in range(len(state.layout.area_names))]
        self._feed.reset(state.seq, state.public_statuses(), areas, counts(state))
        self._filling = Block(state.seq + 1)
        self._in_flight = False
        self.activation = Activation.SERVING
        self._served.set()
        self._schedule_expiry()
        log.info("section_serving", stream=self.stream, epoch=recovered.lease.epoch, seq=state.seq)

    @property
    def state(self) -> SectionState:
        """The section's state, which may be ahead of what is durable; for tests and snapshots."""
        return self._state

    async def served(self) -> None:
        """Wait until the shell serves, or is known not to."""
        await self._served.wait()

    # -- asks ---------------------------------------------------------------------------

    def handle(self, request: Request, batch: Batch, index: int) -> None:
        """Take one ask; its answer goes into `batch` at `index`, now or after the commit."""
        self.last_asked = self._clock.monotonic()
        refusal = self._not_now()
        if refusal is not None:
            batch.put(index, refusal)
            return
        at_ms = max(self._clock.now_ms(), self._state.at_ms)
        self._expire(at_ms)
        self._decide(request, at_ms, batch, index)

    def _not_now(self) -> Answer | None:
        match self.activation:
            case Activation.SERVING:
                if not self._committer.available:
                    return answers.STORAGE_UNAVAILABLE
                waiting = len(self._filling.writes) + len(self._filling.reads)
                return answers.OVERLOADED if waiting >= self._limits.mailbox_max else None
            case Activation.UNKNOWN:
                return answers.NOT_FOUND
            case Activation.RECOVERING | Activation.LEFT | Activation.FENCED:
                return answers.RECOVERING
        assert_never(self.activation)

    def _decide(self, request: Request, at_ms: int, batch: Batch, index: int) -> None:
        state = self._state
        entry = Entry(at_ms, self._ids.fresh(self.stream, at_ms), request)
        decision = decide(state, entry)
        match decision:
            case Accepted(record):
                self._append(record)
                view = render(state.layout, state.terms, record.event, state.seq, self._history)
                self._filling.writes.append((batch, index, answers.accepted(view, state.seq)))
            case Rejected(record, refusal):
                if record is not None:
                    self._append(record)
                    self._filling.writes.append((batch, index, answers.refused(refusal, state.seq)))
                else:
                    self._read(batch, index, answers.refused(refusal, state.seq))
            case Replayed(outcome):
                self._read(batch, index, self._replay(outcome.event, outcome.seq))
            case Read(found):
                view = render_found(state.layout, state.terms, found, state.seq, self._history)
                self._read(batch, index, answers.accepted(view, state.seq))
            case _:
                assert_never(decision)

    def _replay(self, event: object, seq: int) -> Answer:
        if isinstance(event, Refused):
            return answers.refused(event.refusal, seq, replayed=True)
        view = render(self._state.layout, self._state.terms, event, seq, self._history)
        return answers.accepted(view, seq, replayed=True)

    def _append(self, record: Record) -> None:
        """Put a record into the filling block and let it change the state."""
        state = self._state
        touched = evolve(state, record)
        block = self._filling
        block.records.append(encode_record(record))
        block.last_at_ms = record.at_ms
        statuses = state.public_status
        block.changes.append(
            Change(
                tuple((seat, statuses(seat)) for seat in touched.seats),
                tuple((area, area_free(state, area)) for area in touched.areas),
            )
        )
        self._work.set()

    def _read(self, batch: Batch, index: int, answer: Answer) -> None:
        """Answer what has no effect: at once if all it saw is durable and the lease is fresh."""
        if not self._in_flight and self._filling.empty and self._committer.confirmed_lately:
            batch.put(index, answer)
            return
        self._filling.reads.append((batch, index, answer))
        self._work.set()

    # -- commits ------------------------------------------------------------------------

    async def _commit_forever(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while not self._filling.empty:
                if not await self._commit_one():
                    return
            if self.activation is Activation.LEFT:
                return

    async def _commit_one(self) -> bool:
        """Commit what has gathered; False when the stream belongs to somebody else."""
        state, block = self._state, self._filling
        at_cut = counts(state)
        self._filling = Block(state.seq + 1)
        self._in_flight = True
        fate = await self._committer.commit(block, lambda: self._give_up(block))
        self._in_flight = False
        if fate is Fate.FENCED:
            self.activation = Activation.FENCED
            self._give_up(block)
            self._on_fenced(self.stream)
            return False
        block.answer()
        if block.changes:
            self._feed.publish(block.changes, at_cut)
        self._schedule_expiry()
        if self._filling.empty:
            self._snapshots.consider(state)
        return True

    def _give_up(self, block: Block) -> None:
        """Nobody shall wait for a store that is away."""
        block.give_up(answers.OUTCOME_UNKNOWN, answers.STORAGE_UNAVAILABLE)
        self._filling.give_up(answers.OUTCOME_UNKNOWN, answers.STORAGE_UNAVAILABLE)

    # -- time ---------------------------------------------------------------------------

    def _expire(self, at_ms: int) -> None:
        """End holds that are due, before anything else is judged at this time."""
        deadline = next_deadline(self._state)
        if deadline is None or deadline > at_ms:
            return
        decision = decide(self._state, Entry(at_ms, "", _SYSTEM))
        if isinstance(decision, Accepted):
            self._append(decision.record)

    def _schedule_expiry(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = next_deadline(self._state)
        if deadline is not None:
            delay_s = max(0, deadline - self._clock.now_ms()) / 1000
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self.activation is Activation.SERVING and self._committer.available:
            self._expire(max(self._clock.now_ms(), self._state.at_ms))
        # Anything appended reschedules after its commit; a timer that came early must not be lost.
        if self._filling.empty and not self._in_flight:
            self._schedule_expiry()

    # -- news and leaving ---------------------------------------------------------------

    async def changes(self, after_seq: int) -> Changes | None:
        """Durable changes after `after_seq` (a long poll), or None while the shell does not serve."""
        if self.activation is not Activation.SERVING:
            return None
        return await self._feed.wait(after_seq, self._limits.changes_wait_ms / 1000)

    @property
    def idle(self) -> bool:
        """Whether nobody has asked or watched for `passivate_after_ms` and nothing is pending."""
        if self.activation is not Activation.SERVING or self._feed.watched:
            return False
        quiet_ms = (self._clock.monotonic() - self.last_asked) * 1000
        settled = self._filling.empty and not self._in_flight and not self._state.holds
        return settled and quiet_ms >= self._limits.passivate_after_ms

    async def leave(self) -> None:
        """Stop serving: store a last snapshot and wait until everything decided is durable."""
        serving = self.activation is Activation.SERVING
        self.activation = Activation.LEFT
        if self._timer is not None:
            self._timer.cancel()
        if serving:
            self._work.set()
            assert self._task is not None
            await self._task
            self._feed.close()
            await self._snapshots.finish(self._state)
        elif self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

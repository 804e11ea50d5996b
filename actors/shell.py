"""A stream's shell: everything about it that is neither pure nor Ray, nor its keeper's affair.

Life: RECOVERING (takes the lease, rebuilds the state) -> SERVING -> LEFT (idle, its last
snapshot stored) or FENCED (somebody else owns the stream, or a bug parted memory from
storage: it answers nothing more). UNKNOWN is the end of a shell whose stream does not exist.

An answer and its changes leave when the commit that covers them is durable. What merely
read waits for the same commit if anything it saw is not durable yet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from typing import Any, assert_never

import msgspec
import structlog

from actors import answers
from actors.batch import Batch
from actors.block import Block
from actors.committer import Committer, Fate
from actors.keeper import Keeper
from actors.keepers import keeper_of
from actors.limits import ShellLimits
from actors.ports import Clock, IdSource, SectionStore
from actors.recovery import Recovered, recover_patiently
from actors.section import Section
from actors.snapshots import Snapshots
from actors.wire import Answer, StreamRequest
from engine.enums import at_hand
from engine.state import SectionState

log = structlog.get_logger()
PARTING_S = 0.2
"""How long a section that met a bug lets its last answers leave before its process ends."""


@at_hand
class Activation(Enum):
    """Where a shell is in its life."""

    RECOVERING = auto()
    SERVING = auto()
    UNKNOWN = auto()
    LEFT = auto()
    FENCED = auto()


class SectionShell:
    """One stream: owns its journal, and the `keeper` of its state and feed once it serves."""

    keeper: Keeper

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
        self._owner = owner
        self._store = store
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._on_fenced = on_fenced
        self._last_asked = clock.monotonic()
        self._served = asyncio.Event()
        self._work = asyncio.Event()
        self._in_flight = False
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> SectionState:
        """A section's state, ahead of what is durable. Raises `TypeError` for other streams."""
        if isinstance(self.keeper, Section):
            return self.keeper.state
        raise TypeError(f"stream {self.stream} is no section")

    # -- coming to life -------------------------------------------------------------------

    def start(self) -> None:
        """Begin to recover; the shell serves when that is done."""
        self._task = asyncio.get_running_loop().create_task(self._live(), name=f"section-{self.stream}")

    async def served(self) -> None:
        """Wait until the shell serves, or is known not to."""
        await self._served.wait()

    async def _live(self) -> None:
        limits = self._limits
        make = partial(keeper_of, self._clock, self._ids, limits.changes_kept_max)
        recovered = await recover_patiently(self._store, self.stream, self._owner, limits, make, self._clock)
        if recovered is None:
            self.activation = Activation.UNKNOWN
            self._served.set()
            return
        try:
            self._begin(recovered)
            await self._commit_forever()
        except Exception:  # only a successor, which starts from what is stored, can go on
            log.exception("section_failed", stream=self.stream)
            self._end()

    def _begin(self, recovered: Recovered) -> None:
        lease = recovered.lease
        self.keeper = recovered.keeper
        self._committer = Committer(self._store, lease, recovered.asked_s, self._clock, self._limits)
        self._snapshots = Snapshots(self._store, lease, recovered.snapshot_seq, self._clock, self._limits)
        self.activation = Activation.SERVING
        self._served.set()
        self._schedule_expiry()
        log.info("section_serving", stream=self.stream, epoch=lease.epoch, seq=self.keeper.seq)

    # -- asks -----------------------------------------------------------------------------

    def handle(self, request: StreamRequest, batch: Batch, index: int) -> None:
        """Take one ask; its answer goes into `batch` at `index`, now or after the commit."""
        self._last_asked = self._clock.monotonic()
        answer = self._not_now()
        if answer is not None:
            batch.put(index, answer)
            return
        try:
            answer = self.keeper.handle(request, batch, index)
        except Exception:
            log.exception("section_failed", stream=self.stream)
            self._meet_bug()
            batch.put(index, answers.INTERNAL)
            return
        if answer is not None:
            self._read(batch, index, answer)
        if not self.keeper.filling.empty:
            self._work.set()

    def _not_now(self) -> Answer | None:
        match self.activation:
            case Activation.SERVING:
                if not self._committer.available:
                    return answers.STORAGE_UNAVAILABLE
                full = self.keeper.filling.waiting >= self._limits.mailbox_max
                return answers.OVERLOADED if full else None
            case Activation.UNKNOWN:
                return answers.NOT_FOUND
            case Activation.RECOVERING | Activation.LEFT | Activation.FENCED:
                return answers.RECOVERING
        assert_never(self.activation)

    def _read(self, batch: Batch, index: int, answer: Answer) -> None:
        """Answer what has no effect: at once if all it saw is durable and the lease is fresh."""
        filling = self.keeper.filling
        if not self._in_flight and filling.empty and self._committer.confirmed_lately:
            batch.put(index, answer)
        else:
            filling.reads.append((batch, index, answer))

    # -- commits --------------------------------------------------------------------------

    async def _commit_forever(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while not self.keeper.filling.empty:
                if self.activation is Activation.FENCED or not await self._commit_one():
                    return
            if self.activation is Activation.LEFT:
                return

    async def _commit_one(self) -> bool:
        """Commit what has gathered; False when the stream belongs to somebody else."""
        block = self.keeper.cut()
        self._in_flight = True
        try:
            fate = await self._committer.commit(block, lambda: self._give_up(block))
        except Exception:
            self._give_up(block)
            raise
        self._in_flight = False
        if fate is Fate.FENCED:
            self._give_up(block)
            self._end()
            return False
        block.answer()
        if block.changes:
            self.keeper.publish(block)
        self._schedule_expiry()
        if self.keeper.filling.empty and self.activation is not Activation.FENCED:
            self._snapshots.consider(self.keeper)
        return True

    def _give_up(self, block: Block[Any]) -> None:
        """Nobody shall wait for a store that is away."""
        for each in (block, self.keeper.filling):
            each.give_up(answers.OUTCOME_UNKNOWN, answers.STORAGE_UNAVAILABLE)

    def _meet_bug(self) -> None:
        """The state may be half changed: nothing that rests on it may become durable.

        The end waits until the answers are out, or the request that met the bug would be
        repeated and meet it in every life.
        """
        self.activation = Activation.FENCED
        self.keeper.filling.give_up(answers.OUTCOME_UNKNOWN, answers.STORAGE_UNAVAILABLE)
        asyncio.get_running_loop().call_later(PARTING_S, self._on_fenced, self.stream)

    def _end(self) -> None:
        self.activation = Activation.FENCED
        self.keeper.filling.give_up(answers.OUTCOME_UNKNOWN, answers.STORAGE_UNAVAILABLE)
        self._on_fenced(self.stream)

    # -- time -----------------------------------------------------------------------------

    def _schedule_expiry(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self.keeper.due_ms()
        if deadline is not None and self.activation is Activation.SERVING:
            delay_ms = min(deadline - self._clock.now_ms(), self._limits.timer_max_ms)
            self._timer = asyncio.get_running_loop().call_later(max(0, delay_ms) / 1000, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self.activation is Activation.FENCED:
            return
        if self._committer.available:
            try:
                self.keeper.expire(self.keeper.now_ms())
            except Exception:
                log.exception("section_failed", stream=self.stream)
                self._meet_bug()
                return
        if not self.keeper.filling.empty:
            self._work.set()  # its commit schedules the next one
        elif not self._in_flight:
            self._schedule_expiry()

    # -- news and leaving -----------------------------------------------------------------

    async def changes(self, after_seq: int) -> msgspec.Struct | None:
        """Durable changes after `after_seq` (a long poll), or None while the shell does not serve."""
        if self.activation is not Activation.SERVING:
            return None
        return await self.keeper.changes(after_seq, self._limits.changes_wait_ms / 1000)

    @property
    def idle(self) -> bool:
        """Whether nobody asked or watched for `passivate_after_ms` and nothing is under way."""
        if self.activation is not Activation.SERVING or self.keeper.watched:
            return False
        quiet_ms = (self._clock.monotonic() - self._last_asked) * 1000
        settled = self.keeper.filling.empty and not self._in_flight and not self.keeper.busy
        return settled and quiet_ms >= self._limits.passivate_after_ms

    async def leave(self) -> None:
        """Stop serving: wait until everything decided is durable and store a last snapshot."""
        served, self.activation = self.activation is Activation.SERVING, Activation.LEFT
        if self._timer is not None:
            self._timer.cancel()
        if self._task is None:
            return
        if not served:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            return
        self._work.set()
        await self._task
        self.keeper.close()
        await self._snapshots.finish(self.keeper)

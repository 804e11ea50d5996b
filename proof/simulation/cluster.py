"""The cluster: named actors, their incarnations, and what befalls the processes they run in.

As Ray does it: an actor that died is started again under its name, one that hangs is found
out after a while, and an old incarnation may live on beside the new one, still reached by
gateways that have not heard of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from actors.host import SectionHost
from actors.limits import ShellLimits
from actors.shell import Activation, SectionShell
from proof.simulation.calls import Call
from proof.simulation.ledger import SeededIds
from proof.simulation.part import Strike
from proof.simulation.processes import NodeClock
from proof.simulation.storage import Storage
from proof.simulation.world import World

RESTART_S: Final = 0.4
SWEEP_S: Final = 1.5
LIMITS: Final = ShellLimits(
    snapshot_every_records=40, snapshot_every_ms=3_000, passivate_after_ms=2_500, lease_check_ms=80
)
"""Snapshots and naps come often, so that a short sale sees them."""


class Incarnation:
    """One life of an actor: a process, its machine's clock, and the host of sections in it."""

    def __init__(self, name: str, number: int, world: World, storage: Storage, cluster: Cluster) -> None:
        self.actor = name
        self.died_at = 0.0
        self.calls: dict[Call, asyncio.Task[None]] = {}
        self.clock = cluster.clock_of(name, number)
        self.process = world.process(f"{name}#{number}", lambda _process: cluster.died(self))
        self.host = self.process.context.run(self._open, world, storage)
        self.process.spawn(self._sweep())

    def _open(self, world: World, storage: Storage) -> SectionHost:
        store, ids = storage.section_store(), SeededIds(world.chance(self.process.name))
        return SectionHost(self.process.name, store, self.clock, ids, LIMITS, self._fenced)

    def _fenced(self, _stream: int) -> None:
        self.process.end_itself()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            await self.host.sweep()

    @property
    def shells(self) -> list[SectionShell]:
        """The sections that it has open."""
        return list(self.host._shells.values())


class Cluster:
    """All actors by name; the newest incarnation of each is the last in its list."""

    name = "cluster"
    sometimes: tuple[str, ...] = (
        "two incarnations lived side by side",
        "a frozen actor came back after its successor had begun",
        "a section left and came back",
        "a hold ended by its time",
    )

    def __init__(self, world: World, storage: Storage) -> None:
        self._world = world
        self._storage = storage
        self._chance = world.chance(self.name)
        self._lives: dict[str, list[Incarnation]] = {}
        self._clocks: dict[tuple[str, int], NodeClock] = {}
        self._born = 0
        self.on_death: Callable[[Incarnation], None] = lambda _life: None

    async def start(self) -> None:
        """Nothing: an actor is started when it is first asked for."""

    def clock_of(self, actor: str, number: int) -> NodeClock:
        """The clock of the machine that runs an incarnation; every other one is on a second machine."""
        return self._clocks.setdefault((actor, number % 2), NodeClock(self._world.loop))

    def living(self, actor: str) -> list[Incarnation]:
        """The incarnations of an actor that are not dead, oldest first."""
        return [life for life in self._lives.get(actor, ()) if life.process.alive]

    def reach(self, actor: str) -> Incarnation | None:
        """The incarnation that answers to a name; None while it is being started again."""
        lives = self._lives.get(actor, ())
        if living := self.living(actor):
            return living[-1]
        if lives and self._world.loop.time() - lives[-1].died_at < RESTART_S:
            return None
        return self._begin(actor)

    def _begin(self, actor: str) -> Incarnation:
        lives = self._lives.setdefault(actor, [])
        if any(life.process.alive for life in lives):
            self._world.ledger.sometimes("two incarnations lived side by side")
        self._born += 1
        life = Incarnation(actor, self._born, self._world, self._storage, self)
        lives.append(life)
        self._world.ledger.trace(b"B", life.process.name.encode())
        return life

    def died(self, life: Incarnation) -> None:
        """A process is gone: who waits for it may hear of that, and its name is free for the next one."""
        life.died_at = self._world.loop.time()
        self._world.ledger.trace(b"D", life.process.name.encode())
        self.on_death(life)

    # -- faults ---------------------------------------------------------------------------

    def faults(self) -> Mapping[str, Strike]:
        """What befalls processes and clocks."""
        return {
            "actor killed": self._kill,
            "actor frozen": self._freeze,
            "actor frozen until its successor serves": self._hang,
            "second incarnation": self._double,
            "clock jumps forward": lambda: self._jump(1),
            "clock jumps back": lambda: self._jump(-1),
        }

    def _any(self) -> Incarnation | None:
        living = [life for lives in self._lives.values() for life in lives if life.process.running]
        return self._chance.choice(living) if living else None

    def _kill(self) -> None:
        if (life := self._any()) is not None:
            life.process.kill()

    def _owner(self, stream: int) -> Incarnation | None:
        for life in self.newest():
            if life.process.running and any(shell.stream == stream for shell in life.shells):
                return life
        return None

    def kill_owner(self, stream: int) -> None:
        """Kill whoever decides for a stream, if anybody does."""
        if (life := self._owner(stream)) is not None:
            life.process.kill()

    def double_owner(self, stream: int) -> None:
        """Begin a successor of whoever decides for a stream, who lives on beside it."""
        if (life := self._owner(stream)) is not None:
            self._begin(life.actor)

    def _freeze(self) -> None:
        if (life := self._any()) is not None:
            life.process.freeze()
            self._world.later(self._chance.pause(1.0), life.process.thaw)

    def _hang(self) -> None:
        """The probe gives a hung actor up; what it was about to do it does when it comes back."""
        if (life := self._any()) is not None:
            life.process.freeze()
            self._world.later(self._chance.pause(1.5), self._succeed, life)

    def _succeed(self, old: Incarnation) -> None:
        if old.process.alive and not self._world.healed:
            self._begin(old.actor)
        self._world.later(self._chance.pause(1.5), self._come_back, old)

    def _come_back(self, old: Incarnation) -> None:
        if old.process.frozen:
            newer = self.living(old.actor)[-1]
            if any(shell.activation is Activation.SERVING for shell in newer.shells):
                self._world.ledger.sometimes("a frozen actor came back after its successor had begun")
            old.process.thaw()

    def _double(self) -> None:
        """A node is taken for dead and is not: both serve whoever reaches them."""
        if (life := self._any()) is not None:
            self._begin(life.actor)

    def _jump(self, direction: int) -> None:
        if self._clocks:
            clock = self._chance.choice(list(self._clocks.values()))
            clock.skew_ms += direction * self._chance.between(100, 20_000)

    # -- the end --------------------------------------------------------------------------

    def heal(self) -> None:
        """Thaw what is frozen; of each actor the newest incarnation stays."""
        for actor in self._lives:
            living = self.living(actor)
            for life in living:
                life.process.thaw()
            for old in living[:-1]:
                old.process.kill()

    async def settle(self) -> None:
        """Nothing yet: an owner that nobody asks does not learn that it was replaced. The judge asks."""

    def at_rest(self) -> bool:
        """Whether every section that is open serves, and all that it decided is durable."""
        return all(self._rests(shell) for life in self.newest() for shell in life.shells)

    def _rests(self, shell: SectionShell) -> bool:
        """Whether all that a section has decided is durable, or it has let go of its stream."""
        match shell.activation:
            case Activation.SERVING:
                return shell.keeper.seq == self._storage.last_seq(shell.stream)
            case Activation.RECOVERING | Activation.FENCED:
                return False
            case Activation.LEFT | Activation.UNKNOWN:
                return True

    def newest(self) -> Iterator[Incarnation]:
        """The incarnation of each actor that is in charge."""
        for actor in self._lives:
            living = self.living(actor)
            if living:
                yield living[-1]

    def audit(self) -> Iterator[str]:
        """What failed inside, and whether live states are what the journal gives: see `judge`."""
        return iter(())

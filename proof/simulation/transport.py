"""The way between gateways and actors: batches that are late, lost, doubled or overtaken."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from proof.simulation.calls import Call
from proof.simulation.cluster import Cluster, Incarnation
from proof.simulation.ledger import Chance
from proof.simulation.part import Strike
from proof.simulation.world import World

HOP_S: Final = 0.0003
SPELL_S: Final = 4.0
NOTICE_S: Final = 0.3
"""How long it takes at most until a caller learns that the actor it spoke to is dead."""


class CallWeather(msgspec.Struct):
    """How likely it is now that one call meets each of these."""

    lost: float = 0.0
    reply_lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    reply_late: float = 0.0
    stale: float = 0.0


class Network:
    """All channels of all gateways, as a part of the world."""

    name = "network"
    sometimes: tuple[str, ...] = ("a call met a dead actor", "a doubled call was carried out twice")

    def __init__(self, world: World, cluster: Cluster) -> None:
        self.world = world
        self.chance: Chance = world.chance(self.name)
        self.weather = CallWeather()
        self.cluster = cluster
        cluster.on_death = self.orphaned

    async def start(self) -> None:
        """Nothing has to be started."""

    def faults(self) -> Mapping[str, Strike]:
        """Spells in which calls fare badly."""
        return {
            "calls lost": lambda: self._spell(lost=0.15),
            "call replies lost": lambda: self._spell(reply_lost=0.15),
            "calls doubled": lambda: self._spell(doubled=0.3),
            "calls late and overtaken": lambda: self._spell(late=0.3),
            "call replies late": lambda: self._spell(reply_late=0.2),
            "gateways reach an old incarnation": lambda: self._spell(stale=0.7),
        }

    def _spell(self, **chances: float) -> None:
        for name, probability in chances.items():
            setattr(self.weather, name, probability)
        self.world.later(self.chance.pause(SPELL_S), self._clear, tuple(chances))

    def _clear(self, names: tuple[str, ...]) -> None:
        for name in names:
            setattr(self.weather, name, 0.0)

    def heal(self) -> None:
        """From now on every call arrives once, and soon."""
        self.weather = CallWeather()

    async def settle(self) -> None:
        """Calls end by themselves."""

    def audit(self) -> Iterator[str]:
        """A network has no books."""
        return iter(())

    # -- calls ----------------------------------------------------------------------------

    def send(self, actor: str, call: Call) -> None:
        """Put a call on the wire."""
        chance, weather, fault = self.chance, self.weather, self.world.ledger.fault
        if chance.happens(weather.lost):
            fault("call lost")
            if chance.happens(0.5):  # the others hear nothing at all and wait for their own time-out
                self.world.later(chance.pause(NOTICE_S), call.break_, "the connection ended")
            return
        copies = 1
        if chance.happens(weather.doubled):
            fault("call doubled")
            copies = 2
        for _ in range(copies):
            delay_s = HOP_S + chance.random() * HOP_S
            if chance.happens(weather.late):
                fault("call late")
                delay_s += chance.pause(0.3)
            self.world.later(delay_s, self._arrive, actor, call)

    def _arrive(self, actor: str, call: Call) -> None:
        life = self._reached(actor)
        if life is None:
            self.world.ledger.sometimes("a call met a dead actor")
            self.world.later(self.chance.pause(NOTICE_S), call.break_, "the actor is dead")
        else:
            life.process.call(self._begin, life, call)

    def _reached(self, actor: str) -> Incarnation | None:
        """Mostly the newest incarnation; at times one that should be dead."""
        living = self.cluster.living(actor)
        if len(living) > 1 and self.chance.happens(self.weather.stale):
            self.world.ledger.fault("call reached an old incarnation")
            return living[0]
        return self.cluster.reach(actor)

    def _begin(self, life: Incarnation, call: Call) -> None:
        """In the actor's process: carry it out; if the process dies the caller hears of it, or not."""
        life.calls[call] = asyncio.get_running_loop().create_task(self._carry_out(life, call))

    async def _carry_out(self, life: Incarnation, call: Call) -> None:
        try:
            data = await (life.host.changes(call.data) if call.watches else life.host.handle(call.data))
        except Exception as error:  # noqa: BLE001 - as Ray does: the caller gets what went wrong
            self.world.later(HOP_S, call.break_, repr(error))
        else:
            self._reply(call, data)
        life.calls.pop(call, None)

    def _reply(self, call: Call, data: bytes) -> None:
        chance, weather, fault = self.chance, self.weather, self.world.ledger.fault
        if call.answer.done():
            self.world.ledger.sometimes("a doubled call was carried out twice")
        if chance.happens(weather.reply_lost):
            fault("call reply lost")
            if chance.happens(0.5):
                self.world.later(chance.pause(NOTICE_S), call.break_, "the connection ended")
            return
        delay_s = HOP_S + chance.random() * HOP_S
        if chance.happens(weather.reply_late):
            fault("call reply late")
            delay_s += chance.pause(1.5)
        self.world.later(delay_s, call.resolve, data)

    def orphaned(self, life: Incarnation) -> None:
        """The process of these calls is dead."""
        for call in list(life.calls):
            if not call.answer.done():
                self.world.ledger.sometimes("a call met a dead actor")
                if not self.chance.happens(0.1):
                    self.world.later(self.chance.pause(NOTICE_S), call.break_, "the actor died")


class SimulatedChannel:
    """`actors.channel.Channel` over the simulated network."""

    def __init__(self, actor: str, network: Network) -> None:
        self._actor = actor
        self._network = network

    def handle(self, data: bytes) -> asyncio.Future[bytes]:
        """Send a batch."""
        return self._send(data, watches=False)

    def changes(self, data: bytes) -> asyncio.Future[bytes]:
        """Long-poll for changes."""
        return self._send(data, watches=True)

    def _send(self, data: bytes, *, watches: bool) -> asyncio.Future[bytes]:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._network.send(self._actor, Call(data, answer, watches=watches))
        return answer


class SimulatedChannels:
    """`actors.channel.Channels` of one gateway."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def channel(self, actor: str) -> SimulatedChannel:
        """The channel of the actor with this name."""
        return SimulatedChannel(actor, self._network)

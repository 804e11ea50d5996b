"""A broker in the simulated world: one durable queue, and connections that break at the worst moment."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from proof.simulation.part import Strike
from proof.simulation.world import World
from workers.errors import BrokerAway
from workers.message import Message

HOP_S: Final = 0.002
LOOK_S: Final = 0.02
SPELL_S: Final = 3.0


class Broker:
    """What it has confirmed it never loses; what it has not it may have all the same, or in part."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = world.chance("broker")
        self._ready: deque[Message] = deque()
        self._seen: set[str] = set()
        self._given: dict[str, list[Message]] = {}
        self._up = True
        self._breaks = 0.0

    @property
    def empty(self) -> bool:
        """Whether everything was acknowledged."""
        return not self._ready and not any(self._given.values())

    async def publish(self, messages: Sequence[Message]) -> None:
        """Store a batch in its order and confirm it. Raises `BrokerAway`."""
        await self._travel()
        ledger = self._world.ledger
        if self._breaks and self._chance.happens(self._breaks):
            kept = self._chance.between(0, len(messages) - 1)
            if kept:
                ledger.sometimes("a batch was stored in part")
            self._store(messages[:kept])
            raise BrokerAway("the connection was lost")
        self._store(messages)
        if self._chance.happens(self._breaks):
            ledger.sometimes("a confirm was lost")
            raise BrokerAway("the connection was lost")
        await self._travel()

    def _store(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if message.id in self._seen:
                self._world.ledger.sometimes("a message came again")
            self._seen.add(message.id)
            self._ready.append(message)

    async def next(self, session: str, most: int) -> list[Message]:
        """Some messages, at least one, which are this session's until it acknowledges them or ends."""
        while not (self._up and self._ready):  # noqa: ASYNC110 - a poll is all that a client sees
            await asyncio.sleep(LOOK_S)
        await asyncio.sleep(self._chance.pause(HOP_S))
        count = min(most, len(self._ready))
        if not count or not self._up:
            return await self.next(session, most)
        batch = [self._ready.popleft() for _ in range(count)]
        self._given.setdefault(session, []).extend(batch)
        return batch

    async def acknowledge(self, session: str, count: int) -> None:
        """The first `count` of what a session has are done, unless the connection breaks over it."""
        await asyncio.sleep(self._chance.pause(HOP_S))
        if not self._up or self._chance.happens(self._breaks):
            self.drop(session)
            return
        del self._given.setdefault(session, [])[:count]

    def drop(self, session: str) -> None:
        """A session ended: what it had comes again, before everything else and in its order."""
        given = self._given.pop(session, [])
        if given:
            self._world.ledger.sometimes("what was not acknowledged came again")
        self._ready.extendleft(reversed(given))

    async def _travel(self) -> None:
        if not self._up:
            raise BrokerAway("the broker is down")
        await asyncio.sleep(self._chance.pause(HOP_S))
        if not self._up:
            raise BrokerAway("the broker went down")

    def faults(self) -> Mapping[str, Strike]:
        """Outages, and spells in which connections break."""
        return {"broker outage": self._outage, "broker spell of broken connections": self._spell}

    def _outage(self) -> None:
        self._up = False
        for session in list(self._given):
            self.drop(session)
        self._world.later(self._chance.pause(1.0), self._come_up)

    def _come_up(self) -> None:
        self._up = True

    def _spell(self) -> None:
        self._breaks = 0.2
        self._world.later(self._chance.pause(SPELL_S), self._clear)

    def _clear(self) -> None:
        self._breaks = 0.0

    def heal(self) -> None:
        """Up, and with whole connections."""
        self._come_up()
        self._clear()


class BrokerAsOutlet:
    """`workers.ports.Outlet` at the simulated broker."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def look(self) -> None:
        """There is nothing to learn."""

    def wants(self, kind: str) -> bool:
        """Everything, as at a real one."""
        return bool(kind)

    async def send(self, messages: Sequence[Message]) -> None:
        """Return once it has confirmed. Raises `BrokerAway`."""
        await self._broker.publish(messages)

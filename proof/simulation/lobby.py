"""The waiting room as a part of the world: who opens and pauses it, and whether it let in whom it should.

The room is one more stream of the cluster, so its actor is killed, frozen and doubled, and its
commits are lost, like those of sections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

from actors.room import Room
from engine.queue.commands import (
    AdmitNext,
    AnyRoomCommand,
    GatherRoom,
    OpenRoom,
    PauseRoom,
    ResumeRoom,
    RoomRequest,
)
from engine.queue.events import decode_room_record
from engine.queue.replay import replay_room
from engine.queue.snapshot import room_digest
from proof.auditor.audit import Auditor
from proof.auditor.passes import RoomBooks, check_passes
from proof.auditor.possessions import by_the_house
from proof.auditor.records import Placed
from proof.simulation.cluster import Cluster
from proof.simulation.gateways import Gateways
from proof.simulation.part import Strike
from proof.simulation.storage import Storage
from proof.simulation.world import World

DEADLINE_MS: Final = 4_000
THINK_S: Final = 2.5
PAUSE_S: Final = 0.6
AGAIN_S: Final = 0.3
SLACK_MS: Final = 12_000
"""What lies between a gateway that looks at a pass and the section's record, at the worst."""
CLOCKS: Final = ("clock jumps forward", "clock jumps back", "gateway's clock jumps")


class Lobby:
    """The room of the event on sale, if it has one, and the doorman."""

    name = "lobby"
    sometimes: tuple[str, ...] = (
        "a draw was made",
        "somebody was let in",
        "a room came back after its owner was gone",
        "a place or pass ended by its time",
        "a room was paused",
    )

    def __init__(self, world: World, storage: Storage, cluster: Cluster, gateways: Gateways) -> None:
        self._world = world
        self._storage = storage
        self._cluster = cluster
        self._gateways = gateways
        self._chance = world.chance(self.name)
        self._doorman: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Let the doorman begin."""
        if self._storage.event.queue is not None:
            work = self._keep_the_door()
            self._doorman = self._world.loop.create_task(work, context=self._world.context)

    async def _keep_the_door(self) -> None:
        await self._insist(GatherRoom())
        await asyncio.sleep(self._chance.pause(0.5))
        await self._insist(OpenRoom())
        while not self._world.healed:
            await asyncio.sleep(self._chance.pause(THINK_S))
            if self._chance.happens(0.3):
                await self._ask(AdmitNext(self._chance.between(1, 3)))
            else:
                await self._insist(PauseRoom())
                await asyncio.sleep(self._chance.pause(PAUSE_S))
                await self._insist(ResumeRoom())

    async def _insist(self, command: AnyRoomCommand) -> None:
        """Ask until there is an answer; a room that is over or further on says no, which is one."""
        answered = False
        while not (answered or self._world.healed):
            answered = await self._ask(command)
            await asyncio.sleep(AGAIN_S)

    async def _ask(self, command: AnyRoomCommand) -> bool:
        queue = self._storage.event.queue
        if queue is None or not self._gateways.living:
            return False
        gateway = self._chance.choice(self._gateways.living)
        request = RoomRequest("usr_staff", command, role="staff")
        answered: asyncio.Future[bool] = self._world.loop.create_future()

        async def ask() -> None:
            answer = await gateway.router.ask(queue.stream, request, DEADLINE_MS)
            if not answered.done():
                answered.set_result(answer.code in (None, "hold_mismatch", "invalid", "sold_out"))

        gateway.process.spawn(ask())
        # A gateway that dies answers nothing, and its doorman asks another one.
        self._world.later(DEADLINE_MS / 500, _give_up, answered)
        return await answered

    def faults(self) -> Mapping[str, Strike]:
        """What befalls the room's owner alone; whatever befalls streams befalls it as well."""
        return {"room's owner killed": self._kill}

    def _kill(self) -> None:
        for life in self._cluster.newest():
            if life.process.running and any(self._is_room(shell.stream) for shell in life.shells):
                self._world.ledger.sometimes("a room came back after its owner was gone")
                life.process.kill()
                return

    def _is_room(self, stream: int) -> bool:
        queue = self._storage.event.queue
        return queue is not None and queue.stream == stream

    def heal(self) -> None:
        """Nothing that the cluster does not repair."""

    async def settle(self) -> None:
        """A room comes to rest with the cluster."""

    def audit(self) -> Iterator[str]:
        """Replay it, look at its live state, and hold who held seats against whom it let in."""
        if self._doorman is not None and self._doorman.done() and (error := self._doorman.exception()):
            yield f"room: the doorman failed: {error!r}"
        queue = self._storage.event.queue
        if queue is None:
            return
        stored = self._storage.database.streams[queue.stream].records
        books = RoomBooks()
        for row in stored:
            books.take(row.data)
        records = [decode_room_record(row.data) for row in stored]
        state, breaches = replay_room(enumerate(records, 1))
        yield from (f"room: {breach}" for breach in breaches)
        for life in self._cluster.newest():
            for shell in life.shells:
                keeper = getattr(shell, "keeper", None)
                if isinstance(keeper, Room) and room_digest(keeper.state) != room_digest(state):
                    yield "room: the live state is not what the journal gives"
        self._count({str(record.event.__struct_config__.tag) for record in records})
        jumped = any(self._world.ledger.faults[name] for name in CLOCKS)
        wrong = check_passes(books, self._holds(), None if jumped else SLACK_MS)
        yield from (f"room: {each}" for each in wrong)

    def _count(self, kinds: set[str]) -> None:
        seen = {
            "drawn": "a draw was made",
            "admitted": "somebody was let in",
            "expired": "a place or pass ended by its time",
            "paused": "a room was paused",
        }
        for kind, name in seen.items():
            if kind in kinds:
                self._world.ledger.sometimes(name)

    def _holds(self) -> Iterator[tuple[str, str, int]]:
        for section in self._storage.event.sections:
            stored = self._storage.database.streams[section.stream]
            auditor = Auditor(stored.source)
            for row in stored.records:
                entry = auditor.take(row)
                if entry is not None and isinstance(entry.what, Placed) and not by_the_house(entry.key):
                    yield entry.what.hold, entry.principal, entry.at_ms


def _give_up(answered: asyncio.Future[bool]) -> None:
    if not answered.done():
        answered.set_result(False)

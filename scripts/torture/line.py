"""A queued event under fire: people join, wait, are let in, hold a seat with their pass, and go home."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Final

from client import HoldfastClient, HoldfastError, WaitingRoom
from client.errors import Conflict, Forbidden
from protocol.queue import QueueUpdate
from scripts.torture.company import PATIENCE_S, calling, entered, insisting
from scripts.torture.promises import Promises
from scripts.torture.scene import Scene

VISITORS: Final = 8
RATE_PER_MINUTE: Final = 120
"""Slower than they come, so that some wait whenever the room is struck."""
TERMS: Final = {"mode": "fifo", "rate_per_minute": RATE_PER_MINUTE}


class Line:
    """Visitors, each a new person; `places` counts those that were acknowledged."""

    def __init__(self, scene: Scene, event: str, promises: Promises) -> None:
        """`event` has a waiting room that is open."""
        self.event: Final = event
        self.places = 0
        self._scene: Final = scene
        self._promises: Final = promises
        self._numbers: Final = count(1)

    @classmethod
    async def opened(cls, scene: Scene, event: str, promises: Promises) -> Line:
        """Open the waiting room of an event."""
        async with calling(scene, "organiser", "organiser") as staff:
            for step in ("gather", "open"):
                (await insisting(staff, f"/events/{event}/queue/{step}")).raise_for_status()
        scene.rooms.append(f"queue:{event}")
        return cls(scene, event, promises)

    async def go(self, stopping: asyncio.Event) -> None:
        """Keep some people in line until told to stop; whoever waits then is let in yet."""
        async with asyncio.TaskGroup() as visitors:
            for _ in range(VISITORS):
                visitors.create_task(self._come_again(stopping))

    async def _come_again(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await self._visit(f"visitor-{next(self._numbers)}")

    async def goes_on(self) -> None:
        """A newcomer gets a place."""
        name = f"newcomer-{next(self._numbers)}"
        async with entered(self._scene, name) as client, WaitingRoom(client, self.event) as room:
            await room.join()
            self.places += 1
            await room.leave()

    async def _visit(self, name: str) -> None:
        positions: list[int] = []

        def note(update: QueueUpdate) -> None:
            if update.position is not None:
                positions.append(update.position)

        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                entered(self._scene, name) as client,
                WaitingRoom(client, self.event, note) as room,
            ):
                joined = await room.join()
                self.places += 1
                queue_pass = await room.admitted()
                self._keeps_place(name, joined.ticket, room, positions)
                await self._buy(name, client, queue_pass)
                await room.leave()
        except TimeoutError:
            self._promises.late(f"{name} had a place and was not let in within {PATIENCE_S:.0f} s")
        except HoldfastError as error:
            self._promises.late(f"{name} in line was left with {error!r}")

    def _keeps_place(self, name: str, ticket: str, room: WaitingRoom, positions: list[int]) -> None:
        kept = ticket if room.place is None else room.place.ticket
        self._promises.expect(ticket, kept, f"{name}'s place")
        self._promises.expect(sorted(positions, reverse=True), positions, f"{name}'s positions")

    async def _buy(self, name: str, client: HoldfastClient, queue_pass: str) -> None:
        try:
            hold = await client.hold_best(self.event, 1, queue_pass=queue_pass)
        except (Forbidden, Conflict) as refusal:
            self._promises.late(f"{name} was let in and refused: {refusal!r}")
            return
        await client.release(hold.hold)

    async def check(self) -> None:
        """Everybody has been let in, or has been told of."""

    async def audit(self, dsn: str) -> None:
        """The auditor of the books looks at rooms too."""

    def told(self) -> Sequence[str]:
        """How many there were."""
        return (f"{self.places:,} places in line acknowledged",)

"""Where a trial plays: a server, the links to and from it that we can disturb, and the blows to them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, TypeVar

from psutil import Process

from bench.server_process import ServerProcess
from scripts.torture import processes
from scripts.torture.disk import SmallDisk
from scripts.torture.faults import OUTAGES, Fault
from scripts.torture.outside import Outside, Staff
from scripts.torture.processes import Victims, one_of
from scripts.torture.proxy import Proxy

SILENT_S: Final = 2.0
FULL_S: Final = 2.0
DELAY_S: Final = 0.02
SLICE_BYTES: Final = 256

_KILLED: Final[Mapping[Fault, Victims]] = {
    Fault.ACTOR: processes.actors,
    Fault.CALLS_LOST: processes.actors,
    Fault.GATEWAY: processes.gateways,
    Fault.BACKEND: processes.backends,
    Fault.PAID_GATEWAY: processes.gateways,
    Fault.CART_ACTOR: processes.actors,
    Fault.WORKERS: processes.workers,
}
_KILLED_WITH_RAY: Final[Mapping[Fault, Victims]] = {
    Fault.RAYLET: processes.raylets,
    Fault.DIRECTORY: processes.directories,
    Fault.KEEPER: processes.keepers,
}
_PAUSED: Final[Mapping[Fault, Victims]] = {
    Fault.ACTOR_PAUSE: processes.actors,
    Fault.GATEWAY_PAUSE: processes.gateways,
    Fault.WORKERS_PAUSE: processes.workers,
}
_ON_DATABASE_LINK: Final = {Fault.LINK_CUT, Fault.LINK_SILENT, Fault.LINK_SLOW, Fault.REPLY_LOST}
_ON_BUYERS_LINK: Final = {Fault.CLIENTS_CUT, Fault.CLIENTS_SILENT, Fault.CLIENTS_SLOW}


@dataclass(frozen=True)
class Scene:
    """A server and what can be done to it.

    `url` is where its buyers go; `dsn` is its database when that is not the embedded one; `rooms`
    are the names of the actors that have a waiting room.
    """

    server: ServerProcess
    url: str
    dsn: str | None = None
    database_link: Proxy | None = None
    buyers_link: Proxy | None = None
    disk: SmallDisk | None = None
    outside: Outside | None = None
    rooms: list[str] = field(default_factory=list)

    async def take_away(self, fault: Fault) -> None:
        """End what a sale does not rest on."""
        await _there(self.outside).take_away(fault)

    async def bring_back(self, fault: Fault) -> None:
        """Start it again."""
        await _there(self.outside).bring_back(fault)

    async def strike(self, fault: Fault, randomness: Random) -> None:
        """Deal the blow; comes back when it is over, though what it hit may not be back yet."""
        server = self.server
        if fault in OUTAGES:
            raise LookupError(f"{fault} has a beginning and an end of its own")
        if fault in _KILLED:
            await processes.kill(await one_of(server, _KILLED[fault], randomness))
        elif fault in _KILLED_WITH_RAY:
            await self._strike_ray(_KILLED_WITH_RAY[fault], randomness)
        elif fault in _PAUSED:
            await processes.pause(await one_of(server, _PAUSED[fault], randomness))
        elif fault in _ON_DATABASE_LINK:
            await _disturb(_there(self.database_link), fault)
        elif fault in _ON_BUYERS_LINK:
            await _disturb(_there(self.buyers_link), fault)
        else:
            await self._strike_specially(fault, randomness)

    async def _strike_specially(self, fault: Fault, randomness: Random) -> None:
        match fault:
            case Fault.HANG:
                processes.hang(await one_of(self.server, processes.actors, randomness))
            case Fault.RAYLET_HANG:
                raylet = await one_of(self.server, processes.raylets, randomness)
                processes.hang(raylet)
                await processes.replaced(self.server, processes.raylets, raylet)
            case Fault.ROOM:
                await processes.kill(await self._room(randomness))
            case Fault.ROOM_HANG:
                processes.hang(await self._room(randomness))
            case Fault.WORKER:
                await asyncio.to_thread(self._staff.kill_one, randomness)
            case Fault.WORKER_PAUSE:
                await processes.pause(*self._staff.processes)
            case Fault.DATABASE | Fault.PAID_DATABASE:
                postmaster = await one_of(self.server, processes.postmasters, randomness)
                await processes.kill(postmaster)
                await processes.database_back(self.server, postmaster)
            case Fault.DATABASE_PAUSE:
                await processes.pause(*processes.databases(self.server))
            case Fault.DISK_FULL:
                await self._fill_disk()
            case _:
                raise LookupError(f"nobody knows how to deal {fault}")

    async def _room(self, randomness: Random) -> Process:
        return await one_of(self.server, processes.listeners(randomness.choice(self.rooms)), randomness)

    @property
    def _staff(self) -> Staff:
        return _there(_there(self.outside).staff)

    async def _strike_ray(self, victims: Victims, randomness: Random) -> None:
        """Comes back when another Ray is being started: until then actors may go on without it."""
        raylet = await one_of(self.server, processes.raylets, randomness)
        await processes.kill(await one_of(self.server, victims, randomness))
        await processes.replaced(self.server, processes.raylets, raylet)

    async def _fill_disk(self) -> None:
        disk = _there(self.disk)
        disk.fill()
        try:
            await asyncio.sleep(FULL_S)
        finally:
            disk.empty()


async def _disturb(link: Proxy, fault: Fault) -> None:
    try:
        match fault:
            case Fault.LINK_CUT | Fault.CLIENTS_CUT:
                link.cut()
            case Fault.REPLY_LOST:
                link.lose_next_reply()
            case Fault.LINK_SILENT | Fault.CLIENTS_SILENT:
                link.hold_back()
                await asyncio.sleep(SILENT_S)
            case _:
                link.delay_s, link.slice_bytes = DELAY_S, SLICE_BYTES
                await asyncio.sleep(SILENT_S)
    finally:
        link.go_on()


T = TypeVar("T")


def _there(part: T | None) -> T:
    """A part of the scene that the fault needs. Raises `LookupError`."""
    if part is None:
        raise LookupError("this fault needs a scene with more in it")
    return part

"""What a sale does not rest on: RabbitMQ and its workers, Redis, a mail server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Final

import psutil

from scripts.services.hooks import Receiver
from scripts.services.post_office import PostOffice
from scripts.services.rabbitmq import RabbitNode
from scripts.services.redis_node import RedisNode
from scripts.torture.faults import Fault

WORKERS: Final = 2
"""One works, the other stands by."""
STOP_S: Final = 30.0


class Staff:
    """Worker processes beside a server, started again as a process manager does."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment: Final = environment
        self._log: Final = log
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def processes(self) -> list[psutil.Process]:
        """Those that live."""
        return [psutil.Process(each.pid) for each in self._processes if each.poll() is None]

    def fill(self) -> None:
        """Start as many as are missing."""
        self._processes = [each for each in self._processes if each.poll() is None]
        while len(self._processes) < WORKERS:
            with self._log.open("ab") as log:
                command = [sys.executable, "-m", "holdfast", "worker", "all"]
                self._processes.append(subprocess.Popen(command, stderr=log, env=dict(self._environment)))

    def kill_one(self, randomness: Random) -> None:
        """Kill one of them; another takes its place."""
        victim = randomness.choice(self._processes)
        victim.kill()
        victim.wait()
        self.fill()

    def stop(self) -> None:
        """End all in good order."""
        for each in self._processes:
            each.terminate()
        for each in self._processes:
            try:
                each.wait(STOP_S)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


class Outside:
    """Mail and webhooks are received here; the rest is there in a scene that has it."""

    def __init__(
        self,
        office: PostOffice,
        receiver: Receiver,
        broker: RabbitNode | None = None,
        cache: RedisNode | None = None,
    ) -> None:
        self.office: Final = office
        self.receiver: Final = receiver
        self.staff: Staff | None = None
        self._nodes: Final[dict[Fault, RabbitNode | RedisNode | None]] = {
            Fault.BROKER: broker,
            Fault.CACHE: cache,
        }

    async def take_away(self, fault: Fault) -> None:
        """End one of them at once."""
        if fault is Fault.POST:
            await self.office.stop()
        else:
            await asyncio.to_thread(self._node(fault).kill)

    async def bring_back(self, fault: Fault) -> None:
        """Start it again where it was."""
        if fault is Fault.POST:
            await self.office.start()
        else:
            await asyncio.to_thread(self._node(fault).start)

    def _node(self, fault: Fault) -> RabbitNode | RedisNode:
        node = self._nodes.get(fault)
        if node is None:
            raise LookupError(f"this scene has nothing for {fault}")
        return node

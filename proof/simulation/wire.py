"""Connections to the database server: statements in order, each at the mercy of both ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

import msgspec

from engine.journal import StorageError, StorageUnavailable
from persistence.memory.database import MemoryDatabase
from proof.simulation.ledger import Chance
from proof.simulation.processes import PROCESS, Process
from proof.simulation.world import World

T = TypeVar("T")
STATEMENT_TIMEOUT_S: Final = 3.0
"""A client gives up a statement that takes longer, and its connection with it."""
HOP_S: Final = 0.0004
COMMIT_S: Final = 0.001
REPLY_TRAVELS: Final = 0.3
"""So often a reply takes time of its own; else the way there counts for both, which is cheaper to play."""


class Weather(msgspec.Struct):
    """How likely it is now that one statement meets each of these."""

    request_lost: float = 0.0
    reply_lost: float = 0.0
    slow: float = 0.0
    crash_before: float = 0.0
    crash_after: float = 0.0
    outlives: float = 0.0


class Server:
    """The database server: executes statements one at a time, each whole or not at all."""

    def __init__(self, world: World, chance: Chance) -> None:
        self.world = world
        self.chance = chance
        self.database = MemoryDatabase()
        self.weather = Weather()
        self.up = True
        self.connections: dict[Connection, None] = {}

    def go_down(self, seconds: float) -> None:
        """Break every connection; what was not executed is lost, what was is durable."""
        self.up = False
        for connection in list(self.connections):
            connection.lose()
        self.world.later(seconds, self.come_up)

    def come_up(self) -> None:
        """Accept connections again."""
        self.up = True

    def end_connections(self, owner: str, but: tuple[Connection, ...]) -> None:
        """End an owner's connections, as a successor does; statements on their way may outlive it."""
        for connection in list(self.connections):
            if connection.owner == owner and connection not in but:
                if self.chance.happens(self.weather.outlives):
                    self.world.ledger.fault("statement outlives its connection")
                    connection.outlived = True
                connection.lose()


class Connection:
    """One connection of one process. A lost one is never used again; its user makes a new one."""

    def __init__(self, server: Server) -> None:
        self.owner = ""
        self.lost = False
        self.outlived = False
        self._server = server
        self._free_at = 0.0
        self._waiting: dict[asyncio.Future[Any], None] = {}
        server.connections[self] = None

    def lose(self) -> None:
        """It is gone: whoever waits learns that the outcome is unknown."""
        self.lost = True
        self._server.connections.pop(self, None)
        waiting, self._waiting = self._waiting, {}
        for future in waiting:
            if not future.done():
                future.set_exception(StorageUnavailable("the connection was lost"))

    async def run(self, statement: Callable[[], T], *, writes: bool = False) -> T:
        """Execute a statement on the server. Raises `StorageUnavailable` and what it raises."""
        server = self._server
        loop = server.world.loop
        if not server.up:
            await asyncio.sleep(HOP_S)
            self.lose()
            raise StorageUnavailable("the server is down")
        future: asyncio.Future[T] = loop.create_future()
        self._waiting[future] = None
        delay_s = HOP_S + server.chance.random() * HOP_S
        if writes:
            delay_s += COMMIT_S
        if server.chance.happens(server.weather.slow):
            server.world.ledger.fault("storage slow")
            delay_s += server.chance.pause(STATEMENT_TIMEOUT_S / 2)
        # One after the other: a later statement never overtakes an earlier one.
        self._free_at = max(self._free_at, loop.time() + delay_s)
        arrival = partial(self._execute, statement, future, PROCESS.get() if writes else None)
        loop.call_at(self._free_at, arrival, context=server.world.context)
        if self._free_at - loop.time() > STATEMENT_TIMEOUT_S:
            server.world.ledger.fault("statement given up by its client and executed later")
            server.world.later(STATEMENT_TIMEOUT_S, self._give_up)
        return await future

    def _give_up(self) -> None:
        """The client hangs up; what is on its way to the server arrives all the same."""
        self.outlived = True
        self.lose()

    def _execute(self, statement: Callable[[], T], future: asyncio.Future[T], writer: Process | None) -> None:
        server = self._server
        chance, weather, ledger = server.chance, server.weather, server.world.ledger
        if not server.up or (self.lost and not self.outlived):
            self.lose()
            return
        if chance.happens(weather.request_lost):
            ledger.fault("storage request lost")
            self.lose()
            return
        if writer is not None and chance.happens(weather.crash_before):
            ledger.fault("actor killed before the commit")
            writer.kill()
            return
        try:
            result = statement()
        except StorageError as error:
            self._reply(future, None, error)
            return
        if writer is not None and chance.happens(weather.crash_after):
            ledger.fault("actor killed after the commit, before its reply")
            writer.kill()
        if chance.happens(weather.reply_lost):
            ledger.fault("storage reply lost")
            self.lose()
            return
        if chance.happens(REPLY_TRAVELS):
            server.world.later(HOP_S, self._reply, future, result, None)
        else:
            self._reply(future, result, None)

    def _reply(self, future: asyncio.Future[Any], result: object, error: StorageError | None) -> None:
        self._waiting.pop(future, None)
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

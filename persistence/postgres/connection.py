"""One connection that is opened when it is first needed, and again after it was lost.

A statement that was sent is never cancelled: cancelling a commit leaves its outcome
unknown and the connection in doubt. Its caller may give up waiting; the statement
runs on, and one that takes too long loses its whole connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg

from engine.journal import StorageUnavailable
from persistence.postgres.errors import DRIVER_ERRORS, unavailable

T = TypeVar("T")

UNNAMED = "holdfast"
CONNECT_TIMEOUT_S = 5.0
CLOSE_TIMEOUT_S = 2.0

# The server gives up on a dead peer within about ten seconds, on a lock within two, and takes one core
# for a question at most: none of ours is worth the cores that sell.
SERVER_SETTINGS: dict[str, str] = {
    "client_connection_check_interval": "2s",
    "idle_in_transaction_session_timeout": "5s",
    "jit": "off",
    "lock_timeout": "2s",
    "max_parallel_workers_per_gather": "0",
    "tcp_keepalives_count": "3",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_user_timeout": "10000",
}


class DedicatedConnection:
    """A connection of one owner's own; calls from several tasks take turns.

    `timeout_s` bounds a statement from the moment its turn comes. `application_name` may be
    changed at any time: whatever runs next runs under the new name. Tables are looked for in
    `search_path`, if there is one.
    """

    def __init__(
        self, dsn: str, application_name: str, timeout_s: float, *, search_path: str | None = None
    ) -> None:
        self.application_name = application_name
        self._dsn = dsn
        self._timeout_s = timeout_s
        self._settings = (
            SERVER_SETTINGS if search_path is None else SERVER_SETTINGS | {"search_path": search_path}
        )
        self._turn = asyncio.Lock()
        self._connection: asyncpg.Connection | None = None
        self._carried_name = ""
        self._closed = False

    @property
    def backend(self) -> int | None:
        """Process id of the server's backend behind this connection, while there is one."""
        connection = self._connection
        return None if connection is None or connection.is_closed() else connection.get_server_pid()

    async def fetch(self, statement: str, *arguments: object) -> list[Any]:
        """Run a statement and return its rows. Raises `StorageUnavailable`."""
        return await self.run(lambda connection: connection.fetch(statement, *arguments))

    async def execute(self, statement: str, *arguments: object) -> str:
        """Run a statement and return its command tag (`INSERT 0 3`). Raises `StorageUnavailable`."""
        return await self.run(lambda connection: connection.execute(statement, *arguments))

    async def run(self, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Do `work` on the connection, alone and to its end, also when the caller is cancelled."""
        return await asyncio.shield(asyncio.ensure_future(self.run_uncancelled(work)))

    async def run_uncancelled(self, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """As `run`, for a caller that nobody cancels; it spares the loop three turns."""
        async with self._turn:
            try:
                connection = await self._opened()
                guard = asyncio.get_running_loop().call_later(self._timeout_s, connection.terminate)
                try:
                    await self._carry_name(connection)
                    return await work(connection)
                finally:
                    guard.cancel()
            except DRIVER_ERRORS as error:
                lost = self._connection is None or self._connection.is_closed()
                away = unavailable(error, connection_lost=lost)
                if away is None:
                    raise
                self._drop()
                raise away from error

    async def close(self) -> None:
        """Close the connection after the statement that runs; nothing can be run any more."""
        self._closed = True
        async with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None:
                # A server that is away cannot say good-bye; the driver has dropped the socket then.
                with contextlib.suppress(*DRIVER_ERRORS):
                    await connection.close(timeout=CLOSE_TIMEOUT_S)

    async def _opened(self) -> asyncpg.Connection:
        if self._closed:
            raise StorageUnavailable("the store was closed")
        if self._connection is None or self._connection.is_closed():
            self._carried_name = self.application_name
            settings = {**self._settings, "application_name": self._carried_name}
            self._connection = await asyncpg.connect(
                self._dsn, server_settings=settings, timeout=CONNECT_TIMEOUT_S
            )
        return self._connection

    async def _carry_name(self, connection: asyncpg.Connection) -> None:
        if self._carried_name != self.application_name:
            name = self.application_name
            await connection.execute("SELECT set_config('application_name', $1, false)", name)
            self._carried_name = name

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

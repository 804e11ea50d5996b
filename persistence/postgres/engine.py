"""SQLAlchemy's engine over asyncpg, for everything that is off the hot path."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from engine.journal import StorageUnavailable
from persistence.postgres.connection import CONNECT_TIMEOUT_S, SERVER_SETTINGS, UNNAMED
from persistence.postgres.errors import DRIVER_ERRORS, unavailable

T = TypeVar("T")

POOL_SIZE_MAX = 8


def catalogue_engine(dsn: str) -> AsyncEngine:
    """An engine for `dsn`, in asyncpg's own notation, whose pool notices connections that were lost.

    It notices by what the loop has read of them: asking the server each time (`pool_pre_ping`) takes
    three round trips, and finds no more of a server whose host is gone than the statement itself.
    """

    async def connect() -> asyncpg.Connection:
        settings = {**SERVER_SETTINGS, "application_name": UNNAMED}
        return await asyncpg.connect(dsn, server_settings=settings, timeout=CONNECT_TIMEOUT_S)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=2,
        max_overflow=POOL_SIZE_MAX - 2,
    )
    event.listen(engine.sync_engine, "checkout", _refuse_lost)
    return engine


class Reader:
    """Reads over an engine's pool: without `BEGIN` and `COMMIT`, so that a statement is one round trip.

    That a server has ended a connection may be heard no sooner than with the first statement over it.
    Nothing changes by being read, so what met such an end is asked once more over another connection.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Statements of one `read` need not agree with each other."""
        self._engine: Final = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def read(self, ask: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `ask` reads. It may be called twice. Raises `StorageUnavailable`."""
        with outages_named():
            async with self._engine.connect() as connection:
                try:
                    return await ask(connection)
                except (DBAPIError, *DRIVER_ERRORS) as error:
                    if _away(error) is None:
                        raise
                    await connection.invalidate()
            async with self._engine.connect() as connection:
                return await ask(connection)


def _refuse_lost(connection: Any, _record: Any, _fairy: Any) -> None:
    """Have the pool take another connection for one that has ended."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server has ended this connection")


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction over an engine's pool, committed at its end. Raises `StorageUnavailable`."""
    with outages_named():
        async with engine.begin() as connection:
            yield connection


@contextmanager
def outages_named() -> Iterator[None]:
    """Raise what SQLAlchemy or the driver says of a server that is away as `StorageUnavailable`."""
    try:
        yield
    except (DisconnectionError, PoolTimeout) as error:
        raise StorageUnavailable(f"PostgreSQL is away: {error}") from error
    except (DBAPIError, *DRIVER_ERRORS) as error:
        away = _away(error)
        if away is None:
            raise
        raise away from error


def _away(error: BaseException) -> StorageUnavailable | None:
    """The driver's own error is the cause of the one that SQLAlchemy wraps around it."""
    if not isinstance(error, DBAPIError):
        return unavailable(error, connection_lost=True)
    cause = error.orig.__cause__ if error.orig is not None else None
    return unavailable(cause or error, connection_lost=error.connection_invalidated)

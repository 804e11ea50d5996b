"""SQLAlchemy's engine over asyncpg, for everything that is off the hot path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from engine.journal import StorageUnavailable
from persistence.postgres.connection import CONNECT_TIMEOUT_S, SERVER_SETTINGS, UNNAMED
from persistence.postgres.errors import DRIVER_ERRORS, unavailable

POOL_SIZE_MAX = 8


def catalogue_engine(dsn: str) -> AsyncEngine:
    """An engine for `dsn`, in asyncpg's own notation, whose pool notices connections that were lost."""

    async def connect() -> asyncpg.Connection:
        settings = {**SERVER_SETTINGS, "application_name": UNNAMED}
        return await asyncpg.connect(dsn, server_settings=settings, timeout=CONNECT_TIMEOUT_S)

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_pre_ping=True,
        pool_size=2,
        max_overflow=POOL_SIZE_MAX - 2,
    )


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

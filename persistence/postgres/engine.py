"""SQLAlchemy's engine over asyncpg, for everything that is off the hot path."""

from __future__ import annotations

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from persistence.postgres.connection import CONNECT_TIMEOUT_S, SERVER_SETTINGS, UNNAMED

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

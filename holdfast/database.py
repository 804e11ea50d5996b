"""The database that commands work on: the one whose URL is set, else the embedded server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from holdfast.settings import Settings
from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade
from persistence.safety import check_durability


class Database(msgspec.Struct):
    """Where the database is; `embedded` is the server of ours, if it is one."""

    dsn: str
    embedded: EmbeddedPostgres | None


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """A database that is up, safe and migrated.

    The embedded server is started, or attached to, and left at the end. Raises
    `StorageUnavailable` or a `PersistenceError` that says what stands in the way.
    """
    embedded = None
    if settings.database_url is None:
        embedded = EmbeddedPostgres(settings.data_dir)
        dsn = await asyncio.to_thread(embedded.start)
    else:
        dsn = settings.database_url
    try:
        await check_durability(dsn, allow_unsafe=settings.allow_unsafe_database)
        await upgrade(dsn)
        yield Database(dsn, embedded)
    finally:
        if embedded is not None:
            await asyncio.to_thread(embedded.stop)

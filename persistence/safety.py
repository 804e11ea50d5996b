"""Refuses a server that could lose what it acknowledged."""

from __future__ import annotations

import asyncpg

from engine.journal import StorageUnavailable
from persistence.errors import UnsafeDatabase
from persistence.postgres.connection import CONNECT_TIMEOUT_S
from persistence.postgres.errors import DRIVER_ERRORS, unavailable

SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


async def check_durability(dsn: str, *, allow_unsafe: bool = False) -> None:
    """Raise `UnsafeDatabase` when a setting that durability rests on is off, naming all that are.

    `allow_unsafe` is for throw-away data: it only asks whether the server answers. Raises
    `StorageUnavailable` when it does not.
    """
    try:
        connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)
        try:
            values = {name: await connection.fetchval(f"SHOW {name}") for name in SETTINGS}
        finally:
            await connection.close()
    except DRIVER_ERRORS as error:
        away: StorageUnavailable | None = unavailable(error, connection_lost=True)
        if away is None:
            raise
        raise away from error
    off = [name for name, value in values.items() if value == "off"]
    if off and not allow_unsafe:
        raise UnsafeDatabase(
            f"the database runs with {', '.join(off)} off and may lose acknowledged bookings"
        )

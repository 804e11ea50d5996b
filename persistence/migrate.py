"""Brings a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from persistence.postgres.engine import catalogue_engine

# Any number will do, as long as it is always the same one: it names the lock.
LOCK_KEY = 0x686F6C6466617374


async def upgrade(dsn: str) -> None:
    """Apply the migrations that are missing, all or none.

    Several processes may call this at once: one migrates, the others wait for it.
    """
    engine = catalogue_engine(dsn)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))
            await connection.run_sync(_run_alembic)
    finally:
        await engine.dispose()


def _run_alembic(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

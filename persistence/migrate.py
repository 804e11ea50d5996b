"""Brings a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from persistence.errors import SchemaNewer
from persistence.postgres.engine import catalogue_engine, outages_named

# Any number will do, as long as it is always the same one: it names the lock.
LOCK_KEY = 0x686F6C6466617374


async def upgrade(dsn: str) -> None:
    """Apply the migrations that are missing, all or none.

    Several processes may call this at once: one migrates, the others wait for it. Raises
    `SchemaNewer`, `StorageUnavailable`.
    """
    engine = catalogue_engine(dsn)
    try:
        with outages_named():
            async with engine.begin() as connection:
                # Whoever is first may take its time; the usual two seconds are for those who sell.
                await connection.execute(sa.text("SET LOCAL lock_timeout = '5min'"))
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY)))
                await connection.run_sync(_run_alembic)
    finally:
        await engine.dispose()


def _run_alembic(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")


def _refuse_newer(connection: sa.Connection, ours: ScriptDirectory) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {each.revision for each in ours.walk_revisions()}
    if found is not None and found not in known:
        raise SchemaNewer(
            f"the database was migrated to {found} by a newer Holdfast; this one knows {max(known)} at most"
            " and changed nothing"
        )

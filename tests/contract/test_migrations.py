"""The schema that migrations make is the one that the code expects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from persistence.errors import SchemaNewer
from persistence.migrate import upgrade
from persistence.postgres.account_tables import AccountTable
from persistence.postgres.engine import catalogue_engine
from tests.contract.conftest import server_dsn
from tests.databases import fresh_database

MAPPED = AccountTable.metadata
TABLES = {"journal", "leases", "snapshots", "plans", "events", "streams", "orders"} | {
    "payments",
    "gatherings",
    "waitlists",
    "sandbox_intents",
    "tickets",
    "checkins",
    "organisers",
    "memberships",
    "relays",
    "relay_positions",
    "inbox",
    "dead_letters",
    "letters",
    "deliveries",
    "audit_trail",
    "webhook_endpoints",
    "replays",
    "accounts",
    "auth_challenges",
    "auth_sessions",
    "refresh_tokens",
    "revocations",
    "api_keys",
    "venues",
    "listings",
    "offers",
    "surveys",
    "turned_away",
    *(f"projected_{each}" for each in ("streams", "steps", "minutes", "sales", "orders")),
}
OF_EXTENSIONS = {"spatial_ref_sys"}


@pytest.fixture
async def empty_dsn(request: pytest.FixtureRequest, server: str) -> AsyncIterator[str]:
    """A database without any table."""
    async with fresh_database(server_dsn(request, server), migrated=False) as dsn:
        yield dsn


async def test_processes_that_start_together_migrate_once(empty_dsn: str) -> None:
    """Migrating from several sides at once, and again, gives one schema."""
    await asyncio.gather(*(upgrade(empty_dsn) for _ in range(4)))
    await upgrade(empty_dsn)
    connection = await asyncpg.connect(empty_dsn)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    await connection.close()
    assert {*TABLES, "alembic_version"} == {row["tablename"] for row in tables} - OF_EXTENSIONS


async def test_a_database_of_a_newer_version_is_refused(empty_dsn: str) -> None:
    """By a version that would misread it; nothing is changed, and it says which is which."""
    await upgrade(empty_dsn)
    connection = await asyncpg.connect(empty_dsn)
    try:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaNewer, match="9999 by a newer Holdfast"):
            await upgrade(empty_dsn)
        assert "9999" == await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()


async def test_the_catalogues_tables_are_the_migrated_ones(dsn: str) -> None:
    """The mapped tables differ in nothing from what the migrations made."""

    def differences(connection: Connection) -> list[object]:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in MAPPED.tables}
        context = MigrationContext.configure(connection, opts={**options, "compare_type": True})
        return list(compare_metadata(context, MAPPED))

    engine = catalogue_engine(dsn)
    async with engine.connect() as connection:
        assert [] == await connection.run_sync(differences)
    await engine.dispose()

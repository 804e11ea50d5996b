"""The PostgreSQL servers that tests run against."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade

REAL_URL = os.environ.get("HOLDFAST_TEST_DATABASE_URL")
CONNECT_MAX_S = 5.0
_templates: dict[str, str] = {}
"""The migrated database of each server that others are copied from."""


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """A directory outside pytest's own, which only the user who runs pytest may pass through."""
    directory = Path(tempfile.mkdtemp(prefix="holdfast-test-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def embedded_server() -> Iterator[str]:
    """The DSN of an embedded server of one's own."""
    with temporary_directory() as directory:
        server = EmbeddedPostgres(directory)
        try:
            yield server.start()
        finally:
            server.stop()


@asynccontextmanager
async def fresh_database(server_dsn: str, *, migrated: bool = True) -> AsyncIterator[str]:
    """A database of one's own on a server, dropped at the end."""
    name = _new_name()
    connection = await asyncpg.connect(server_dsn)
    try:
        source = await _migrated_once(connection, server_dsn) if migrated else "template1"
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        try:
            yield _dsn_of(server_dsn, name)
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()


async def _migrated_once(connection: asyncpg.Connection, server_dsn: str) -> str:
    """A database of this server to copy: a copy comes sooner than the migrations once more."""
    if server_dsn not in _templates:
        name = _new_name()
        await connection.execute(f"CREATE DATABASE {name}")
        await upgrade(_dsn_of(server_dsn, name))
        _templates[server_dsn] = name
    return _templates[server_dsn]


async def drop_templates() -> None:
    """Leave nothing on servers that outlive the tests; the others took theirs along."""
    while _templates:
        server_dsn, name = _templates.popitem()
        with suppress(OSError, asyncpg.PostgresError):
            connection = await asyncpg.connect(server_dsn, timeout=CONNECT_MAX_S)
            try:
                await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            finally:
                await connection.close()


def _new_name() -> str:
    return f"holdfast_test_{secrets.token_hex(6)}"


def _dsn_of(server_dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(server_dsn)._replace(path=f"/{name}"))

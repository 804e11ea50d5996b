"""The PostgreSQL servers that tests run against."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from persistence.embedded import EmbeddedPostgres
from persistence.migrate import upgrade

REAL_URL = os.environ.get("HOLDFAST_TEST_DATABASE_URL")


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
    name = f"holdfast_test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(server_dsn)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        dsn = urlunsplit(urlsplit(server_dsn)._replace(path=f"/{name}"))
        try:
            if migrated:
                await upgrade(dsn)
            yield dsn
        finally:
            await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await connection.close()

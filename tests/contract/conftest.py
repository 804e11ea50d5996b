"""Runs every contract test on each home that stores have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.backends import Backend, MemoryBackend, PostgresBackend
from tests.databases import REAL_URL, embedded_server, fresh_database
from tests.services import EMBEDDED, SERVER, used

POSTGRES = ["embedded", *(["server"] if REAL_URL else [])]


@pytest.fixture(scope="session")
def embedded_dsn() -> Iterator[str]:
    """The embedded server that all contract tests share."""
    with embedded_server() as dsn:
        yield dsn


def server_dsn(request: pytest.FixtureRequest, server: str) -> str:
    """Where the server is that a parameter names."""
    used(request, SERVER if server == "server" else EMBEDDED)
    if server == "server" and REAL_URL:
        return REAL_URL
    dsn: str = request.getfixturevalue("embedded_dsn")
    return dsn


@pytest.fixture(params=POSTGRES)
def server(request: pytest.FixtureRequest) -> str:
    """The name of each PostgreSQL there is."""
    name: str = request.param
    return name


@pytest.fixture
async def dsn(request: pytest.FixtureRequest, server: str) -> AsyncIterator[str]:
    """A migrated database of the test's own, on each PostgreSQL there is."""
    async with fresh_database(server_dsn(request, server)) as dsn:
        yield dsn


@pytest.fixture
async def postgres(dsn: str) -> AsyncIterator[PostgresBackend]:
    """Each PostgreSQL there is."""
    backend = PostgresBackend(dsn)
    yield backend
    await backend.close()


@pytest.fixture(params=["memory", *POSTGRES])
async def backend(request: pytest.FixtureRequest) -> AsyncIterator[Backend]:
    """Memory, and each PostgreSQL there is."""
    if request.param == "memory":
        yield MemoryBackend()
        return
    async with fresh_database(server_dsn(request, request.param)) as dsn:
        backend = PostgresBackend(dsn)
        yield backend
        await backend.close()

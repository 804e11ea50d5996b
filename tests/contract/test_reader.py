"""What is read over the pool: whoever reads does not notice that the server has ended a connection."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from engine.journal import StorageUnavailable
from persistence.postgres.engine import Reader, catalogue_engine
from tests.contract.backends import PostgresBackend

OWN = sa.text("SELECT pg_backend_pid()")
END = "SELECT pg_terminate_backend($1, 30000)"
"""Waits until the backend has gone."""


@pytest.fixture
async def engine(postgres: PostgresBackend) -> AsyncIterator[AsyncEngine]:
    """The pool of a catalogue."""
    engine = catalogue_engine(postgres.dsn)
    yield engine
    await engine.dispose()


async def own(connection: AsyncConnection) -> Any:
    """Which backend of the server answers."""
    return await connection.scalar(OWN)


async def test_a_connection_that_ended_while_it_was_idle_costs_nobody_an_error(
    engine: AsyncEngine, postgres: PostgresBackend
) -> None:
    """The next read goes over another one."""
    reader = Reader(engine)
    first = await reader.read(own)
    async with postgres.connected() as operator:
        assert await operator.fetchval(END, first)
        second = await reader.read(own)
        assert first != second
        assert second == await reader.read(own)


async def test_a_read_whose_connection_ends_under_it_is_asked_once_more(
    engine: AsyncEngine, postgres: PostgresBackend
) -> None:
    """Nothing was heard of the end before the statement was put; the second time it is answered."""
    reader, asked = Reader(engine), []
    async with postgres.connected() as operator:

        async def ended_at_first(connection: AsyncConnection) -> Any:
            asked.append(await own(connection))
            if len(asked) == 1:
                await operator.fetchval(END, asked[0])
            return await own(connection)

        told = await reader.read(ended_at_first)
    assert 2 == len(set(asked))
    assert told == asked[1]


async def test_a_read_is_not_asked_a_third_time(engine: AsyncEngine, postgres: PostgresBackend) -> None:
    """Who ends every connection is away, and is called that."""
    reader, asked = Reader(engine), []
    async with postgres.connected() as operator:

        async def always_ended(connection: AsyncConnection) -> Any:
            asked.append(await own(connection))
            await operator.fetchval(END, asked[-1])
            return await own(connection)

        with pytest.raises(StorageUnavailable):
            await reader.read(always_ended)
    assert 2 == len(asked)
    assert await reader.read(own) not in asked


async def test_a_wrong_statement_is_asked_once(engine: AsyncEngine) -> None:
    """A bug of ours is raised as what it is."""
    asked = []

    async def wrong(connection: AsyncConnection) -> Any:
        asked.append(1)
        return await connection.scalar(sa.text("SELECT nothing FROM nowhere"))

    with pytest.raises(ProgrammingError, match="nowhere"):
        await Reader(engine).read(wrong)
    assert [1] == asked

"""Appends of several streams that wait for one connection: one commit, and a fence for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from engine.journal import Lease, StorageUnavailable
from persistence.postgres.appending import TOGETHER_MAX
from persistence.postgres.store import PostgresSectionStore
from tests.contract.backends import AT_MS, PostgresBackend, new_streams, settled

OWNER = "one"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'"
END = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE application_name = $1"
COMMITS = "SELECT count(DISTINCT xmin::text) FROM journal WHERE stream = ANY ($1::bigint[]) AND seq = 2"


async def owned(postgres: PostgresBackend, count: int) -> tuple[PostgresSectionStore, list[int]]:
    """A store that owns some new streams, each with its genesis record alone."""
    streams, store = await new_streams(postgres, count), postgres.open_store()
    for stream in streams:
        await store.take_over(stream, OWNER)
    return store, streams


@asynccontextmanager
async def gathering(
    postgres: PostgresBackend, store: PostgresSectionStore, stream: int
) -> AsyncIterator[None]:
    """While this lasts an append to `stream` is on its way, and what is added meanwhile gathers."""
    async with postgres.connected() as blocker, postgres.connected() as observer:
        await blocker.execute("BEGIN")
        await blocker.execute("SELECT 1 FROM leases WHERE stream = $1 FOR UPDATE", stream)
        first = asyncio.ensure_future(store.append(stream, 1, 2, AT_MS, [b"first"]))

        async def blocked() -> bool:
            return bool(await observer.fetchval(WAITING, OWNER))

        await settled(first, blocked)
        yield
        await blocker.execute("COMMIT")
        assert await first


async def added(
    store: PostgresSectionStore, wanted: Sequence[tuple[int, int, int, list[bytes]]]
) -> list[asyncio.Task[bool]]:
    """Appends of (stream, epoch, first number, records) that have begun to wait."""
    tasks = [
        asyncio.create_task(store.append(stream, epoch, seq, AT_MS, records))
        for stream, epoch, seq, records in wanted
    ]
    await asyncio.sleep(0)
    return tasks


async def data_of(store: PostgresSectionStore, stream: int) -> list[bytes]:
    """What was appended to a stream, verified as it is read."""
    return [record.data for record in await store.read(stream, 1, 100)]


async def test_what_gathers_is_one_commit(postgres: PostgresBackend) -> None:
    """Appends of four streams that wait for a fifth are one transaction, each with its own records."""
    store, (first, *others) = await owned(postgres, 5)
    async with gathering(postgres, store, first):
        wanted = [(stream, 1, 2, [b"a%d" % stream, b"b%d" % stream]) for stream in others]
        waiting = await added(store, wanted)
    assert [True] * 4 == await asyncio.gather(*waiting)
    for stream in others:
        assert [b"a%d" % stream, b"b%d" % stream] == await data_of(store, stream)
        assert Lease(stream, 1, 4) == await store.position(stream)
    async with postgres.connected() as connection:
        assert 1 == await connection.fetchval(COMMITS, others)


async def test_a_fenced_block_takes_nothing_from_its_neighbours(postgres: PostgresBackend) -> None:
    """Of blocks in one statement the stale and the misnumbered write nothing, and the sound ones stand."""
    store, (first, sound, stale, misnumbered) = await owned(postgres, 4)
    async with gathering(postgres, store, first):
        wanted = [
            (stale, 0, 2, [b"stale"]),
            (sound, 1, 2, [b"sound"]),
            (misnumbered, 1, 3, [b"misnumbered"]),
        ]
        waiting = await added(store, wanted)
    assert [False, True, False] == await asyncio.gather(*waiting)
    found = [await data_of(store, stream) for stream in (stale, sound, misnumbered)]
    assert [[], [b"sound"], []] == found


async def test_of_two_blocks_for_one_number_one_stands(postgres: PostgresBackend) -> None:
    """A number is given once, also when both who want it share a statement."""
    store, (first, wanted, other) = await owned(postgres, 3)
    async with gathering(postgres, store, first):
        waiting = await added(
            store, [(wanted, 1, 2, [b"x"]), (other, 1, 2, [b"y"]), (wanted, 1, 2, [b"z", b"z"])]
        )
    won = await asyncio.gather(*waiting)
    assert 1 == won[0] + won[2]
    assert await data_of(store, wanted) == ([b"x"] if won[0] else [b"z", b"z"])
    assert [b"y"] == await data_of(store, other)


async def test_a_lost_statement_leaves_all_its_blocks_in_doubt(postgres: PostgresBackend) -> None:
    """Whose statement lost its connection is told so, and finds by its lease that nothing was written."""
    store, (first, *others) = await owned(postgres, 3)
    async with postgres.connected() as blocker, postgres.connected() as observer:
        await blocker.execute("BEGIN")
        await blocker.execute("SELECT 1 FROM leases WHERE stream = $1 FOR UPDATE", others[0])
        async with gathering(postgres, store, first):
            waiting = await added(store, [(stream, 1, 2, [b"a"]) for stream in others])

        async def blocked() -> bool:
            return bool(await observer.fetchval(WAITING, OWNER))

        await settled(waiting[0], blocked)
        await observer.execute(END, OWNER)
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        await blocker.execute("ROLLBACK")
    assert [StorageUnavailable, StorageUnavailable] == [type(outcome) for outcome in outcomes]
    assert [2, 2] == [(await store.position(stream)).next_seq for stream in others]
    assert await store.append(others[0], 1, 2, AT_MS, [b"a"])


@pytest.mark.parametrize("count", [TOGETHER_MAX + 2])
async def test_no_statement_carries_more_than_its_limit(postgres: PostgresBackend, count: int) -> None:
    """More streams than a statement may carry take another one."""
    store, (first, *others) = await owned(postgres, count)
    async with gathering(postgres, store, first):
        waiting = await added(store, [(stream, 1, 2, [b"a"]) for stream in others])
    assert all(await asyncio.gather(*waiting))
    async with postgres.connected() as connection:
        assert 2 == await connection.fetchval(COMMITS, others)

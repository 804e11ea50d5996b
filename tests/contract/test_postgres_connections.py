"""What the PostgreSQL store does with connections, locks and servers that go away."""

from __future__ import annotations

import asyncio
import pickle

import asyncpg
import pytest

from engine.journal import Lease, StorageUnavailable, StoredSnapshot
from persistence.checksum import record_checksum
from persistence.errors import UnsafeDatabase
from persistence.postgres.store import SQL, open_store
from persistence.safety import check_durability
from tests.contract.backends import AT_MS, PostgresBackend, new_stream, settled

WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE application_name = $1 AND datname = current_database() AND wait_event_type = 'Lock'
"""
BACKENDS = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()"
)


async def test_a_take_over_waits_for_an_append_in_flight(postgres: PostgresBackend) -> None:
    """An append that has not committed blocks a take-over, which then sees its records."""
    stream, new = await new_stream(postgres), postgres.open_store()
    async with postgres.connected() as zombie, postgres.connected() as observer:
        await zombie.execute("BEGIN")
        written = await zombie.execute(SQL["append_records"], stream, 0, 2, AT_MS, [b"late"], [0])
        assert written == "INSERT 0 1"
        taking = asyncio.ensure_future(new.take_over(stream, "new"))

        async def blocked() -> bool:
            return bool(await observer.fetchval(WAITING, "new"))

        await settled(taking, blocked)
        await zombie.execute("COMMIT")
        assert Lease(stream, 1, 3) == await taking
        written = await zombie.execute(SQL["append_records"], stream, 0, 3, AT_MS, [b"later"], [0])
        assert written == "INSERT 0 0"


async def test_an_append_waits_for_a_take_over_in_flight_and_is_fenced(postgres: PostgresBackend) -> None:
    """An owner that writes while another takes its lease waits, and then writes nothing."""
    stream, old = await new_stream(postgres), postgres.open_store()
    await old.take_over(stream, "old")
    async with postgres.connected() as successor, postgres.connected() as observer:
        await successor.execute("BEGIN")
        await successor.fetch(SQL["take_lease"], stream, "new")
        writing = asyncio.ensure_future(old.append(stream, 1, 2, AT_MS, [b"stale"]))

        async def blocked() -> bool:
            return bool(await observer.fetchval(WAITING, "old"))

        await settled(writing, blocked)
        await successor.execute("COMMIT")
        assert not await writing
    assert Lease(stream, 2, 2) == await old.position(stream)


async def test_a_take_over_ends_the_old_owners_backends(postgres: PostgresBackend) -> None:
    """A stuck transaction of the previous owner does not hold the lease against the next."""
    stream, new = await new_stream(postgres), postgres.open_store()
    await postgres.open_store().take_over(stream, "old")
    stuck = await asyncpg.connect(postgres.dsn, server_settings={"application_name": "old"})
    await stuck.execute("BEGIN")
    await stuck.execute(SQL["append_records"], stream, 1, 2, AT_MS, [b"stuck"], [0])
    assert Lease(stream, 2, 2) == await new.take_over(stream, "new")
    async with postgres.connected() as observer:
        assert await observer.fetchval(BACKENDS, "old") == 0
        assert await observer.fetchval(BACKENDS, "new") == 1
    stuck.terminate()


async def test_both_connections_carry_the_owners_name(postgres: PostgresBackend) -> None:
    """The reading connection, opened before the owner is known, is renamed like the writer's."""
    stream, store = await new_stream(postgres), postgres.open_store()
    await store.source(stream)
    await store.take_over(stream, "one")
    await store.source(stream)
    async with postgres.connected() as observer:
        assert await observer.fetchval(BACKENDS, "one") == 2


@pytest.mark.parametrize("owner", ["", "x" * 64, "söder", "two\nlines"])
async def test_an_owner_that_postgres_would_rename_is_refused(postgres: PostgresBackend, owner: str) -> None:
    """A name that the server would cut or rewrite could not be found again."""
    with pytest.raises(ValueError, match="printable"):
        await postgres.open_store().take_over(await new_stream(postgres), owner)


async def test_a_killed_backend_leaves_nothing_half_done(postgres: PostgresBackend) -> None:
    """An append whose backend is ended before it commits has not happened and can be repeated."""
    stream, store = await new_stream(postgres), postgres.open_store()
    await store.take_over(stream, "one")
    async with postgres.connected() as locker, postgres.connected() as observer:
        await locker.execute("BEGIN")
        await locker.execute("SELECT 1 FROM leases WHERE stream = $1 FOR UPDATE", stream)
        append = asyncio.ensure_future(store.append(stream, 1, 2, AT_MS, [b"a"]))

        async def blocked() -> bool:
            return bool(await observer.fetchval(WAITING, "one"))

        await settled(append, blocked)
        await observer.fetch(SQL["end_connections"], "one", [])
        with pytest.raises(StorageUnavailable):
            await append
        await locker.execute("COMMIT")
    assert Lease(stream, 1, 2) == await store.position(stream)
    assert await store.append(stream, 1, 2, AT_MS, [b"a"])


async def test_a_caller_that_gives_up_cancels_no_commit(postgres: PostgresBackend) -> None:
    """A cancelled append runs to its end; who asks next on this store sees it done."""
    stream, store = await new_stream(postgres), postgres.open_store()
    await store.take_over(stream, "one")
    async with postgres.connected() as locker, postgres.connected() as observer:
        await locker.execute("BEGIN")
        await locker.execute("SELECT 1 FROM leases WHERE stream = $1 FOR UPDATE", stream)
        append = asyncio.ensure_future(store.append(stream, 1, 2, AT_MS, [b"a"]))

        async def blocked() -> bool:
            return bool(await observer.fetchval(WAITING, "one"))

        await settled(append, blocked)
        append.cancel()
        with pytest.raises(asyncio.CancelledError):
            await append
        await locker.execute("COMMIT")
    assert Lease(stream, 1, 3) == await store.position(stream)


async def test_a_statement_that_takes_too_long_loses_its_connection(postgres: PostgresBackend) -> None:
    """After the time-out the outcome is unknown, and the next call works on a new connection."""
    stream, store = await new_stream(postgres), postgres.open_store(timeout_s=1.0)
    await store.take_over(stream, "one")
    async with postgres.connected() as locker:
        await locker.execute("BEGIN")
        await locker.execute("SELECT 1 FROM leases WHERE stream = $1 FOR UPDATE", stream)
        with pytest.raises(StorageUnavailable):
            await store.append(stream, 1, 2, AT_MS, [b"a"])
        await locker.execute("COMMIT")
    assert (await store.take_over(stream, "one")).epoch == 2
    assert await store.append(stream, 2, (await store.position(stream)).next_seq, AT_MS, [b"b"])


async def test_a_damaged_snapshot_is_passed_over(postgres: PostgresBackend) -> None:
    """When the newest snapshot is damaged the older one is given."""
    stream, store = await new_stream(postgres), postgres.open_store()
    await store.take_over(stream, "one")
    older, newer = StoredSnapshot(1, "d1", b"state 1"), StoredSnapshot(2, "d2", b"state 2")
    await store.save_snapshot(stream, 1, older)
    await store.save_snapshot(stream, 1, newer)
    await postgres.execute("UPDATE snapshots SET data = 'x' WHERE stream = $1 AND seq = 2", stream)
    assert older == await store.newest_snapshot(stream)


async def test_snapshots_are_packed_and_those_that_are_not_can_be_read(postgres: PostgresBackend) -> None:
    """A large one takes little room; what was stored before the mark was there is read as it is."""
    stream, store = await new_stream(postgres), postgres.open_store()
    await store.take_over(stream, "one")
    plain, large = StoredSnapshot(1, "d1", b"state 1"), StoredSnapshot(2, "d2", b"state " * 10_000)
    insert = (
        "INSERT INTO snapshots (stream, seq, epoch, digest, checksum, data) VALUES ($1, 1, 1, $2, $3, $4)"
    )
    checksum = record_checksum(stream, 1, 1, plain.data)
    await postgres.execute(insert, stream, plain.digest, checksum, plain.data)
    await store.save_snapshot(stream, 1, large)
    assert [large, plain] == await store.snapshots(stream)
    assert large == await store.newest_snapshot(stream)
    async with postgres.connected() as connection:
        size = "SELECT octet_length(data) FROM snapshots WHERE stream = $1 AND seq = 2"
        assert await connection.fetchval(size, stream) < len(large.data) / 100


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    """Nobody listens: the store says so and can be asked again."""
    store = open_store("postgresql://holdfast@127.0.0.1:1/holdfast")
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await store.position(1)
    await store.close()


async def test_a_wrong_call_is_no_outage(postgres: PostgresBackend) -> None:
    """An argument that cannot be sent is raised as the bug that it is."""
    store = postgres.open_store()
    await store.position(await new_stream(postgres))
    with pytest.raises(asyncpg.DataError):
        await store.position("one")  # type: ignore[arg-type]  # the bug under test


def test_open_store_travels_by_reference() -> None:
    """Processes elsewhere are sent the function, not a copy of it."""
    assert open_store is pickle.loads(pickle.dumps(open_store))  # noqa: S301 - our own bytes


async def test_a_database_that_may_forget_is_refused(dsn: str) -> None:
    """A server that does not wait for its disk is refused by name, unless that is asked for."""
    await check_durability(dsn)
    connection = await asyncpg.connect(dsn)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    await connection.close()
    with pytest.raises(UnsafeDatabase, match="synchronous_commit"):
        await check_durability(dsn)
    await check_durability(dsn, allow_unsafe=True)

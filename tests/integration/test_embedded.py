"""The embedded server as commands share it, lose it and bring it back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import asyncpg
import psutil
import pytest

from engine.journal import Lease, StorageUnavailable
from persistence.embedded import EmbeddedPostgres
from persistence.errors import EmbeddedServerError, UnsafeDatabase
from persistence.migrate import upgrade
from persistence.postgres.store import PostgresSectionStore
from persistence.safety import check_durability
from tests.contract.backends import AT_MS, PostgresBackend, new_stream
from tests.databases import temporary_directory

ANOTHER_PROCESS = """
import sys
from pathlib import Path
from persistence.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data directory without a server in it."""
    with temporary_directory() as directory:
        yield directory


def kill(pid: int | None) -> None:
    """End a process at once, and wait until it runs no more."""
    assert pid is not None
    process = psutil.Process(pid)
    process.send_signal(signal.SIGKILL)
    psutil.wait_procs([process], timeout=0)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        os.sched_yield()


async def ask_until_refused(store: PostgresSectionStore, stream: int) -> NoReturn:
    """Ask until the last process of a killed server has noticed that its postmaster is gone."""
    while True:
        await store.position(stream)


async def number_of_backends(dsn: str) -> int:
    """Prove that the server at `dsn` answers."""
    connection = await asyncpg.connect(dsn)
    count: int = await connection.fetchval("SELECT count(*) FROM pg_stat_activity")
    await connection.close()
    return count


async def test_a_killed_server_comes_back_with_its_journal(data_dir: Path) -> None:
    """After kill -9 of the postmaster a store is refused, and after a start all it wrote is there."""
    server = EmbeddedPostgres(data_dir)
    dsn = server.start()
    try:
        await upgrade(dsn)
        backend = PostgresBackend(dsn)
        stream, store = await new_stream(backend), backend.open_store()
        await store.take_over(stream, "one")
        for round_number in range(3):
            assert await store.append(stream, 1, 2 + round_number, AT_MS, [b"kept"])
            kill(server.pid)
            assert not server.alive()
            with pytest.raises(StorageUnavailable):
                await ask_until_refused(store, stream)
            assert dsn == server.start()
            assert server.alive()
            assert Lease(stream, 1, 3 + round_number) == await store.position(stream)
        assert (await backend.catalogue.events(1)).events
        await backend.close()
    finally:
        server.stop()


async def test_the_last_user_stops_the_server(data_dir: Path) -> None:
    """A command that leaves does not take the server away from one that stays."""
    first, second = EmbeddedPostgres(data_dir), EmbeddedPostgres(data_dir)
    dsn = first.start()
    assert dsn == second.start()
    first.stop()
    first.stop()
    assert second.alive()
    assert await number_of_backends(dsn)
    second.stop()
    assert not second.alive()
    assert second.pid is None


def test_a_user_that_was_killed_does_not_count(data_dir: Path) -> None:
    """The server outlives a killed command and ends with the next one."""
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(data_dir)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        dsn = other.stdout.readline().strip()
        other.kill()
        other.communicate()
    server = EmbeddedPostgres(data_dir)
    assert server.alive()
    assert dsn == server.start()
    server.stop()
    assert not server.alive()


def test_a_reused_process_id_is_not_taken_for_the_server(data_dir: Path) -> None:
    """A `postmaster.pid` that names some other living process does not keep the server from starting."""
    server = EmbeddedPostgres(data_dir)
    server.start()
    pid_file = data_dir / "postgres" / "cluster" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill(server.pid)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not server.alive()
    server.start()
    try:
        assert server.alive()
    finally:
        server.stop()


async def test_an_interrupted_making_is_made_again(data_dir: Path) -> None:
    """What an interrupted first start left behind does no harm."""
    draft = data_dir / "postgres" / "cluster.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(data_dir)
    dsn = server.start()
    try:
        assert await number_of_backends(dsn)
    finally:
        server.stop()


async def test_a_long_path_is_no_obstacle(data_dir: Path) -> None:
    """A data directory whose path is too long for a socket gets its socket elsewhere, for a while."""
    deep = data_dir / ("long" * 20) / ("longer" * 10)
    server, other = EmbeddedPostgres(deep), EmbeddedPostgres(deep)
    dsn = server.start()
    try:
        assert dsn == other.start()
        assert await number_of_backends(dsn)
    finally:
        other.stop()
        server.stop()


def test_another_versions_cluster_is_refused(data_dir: Path) -> None:
    """A cluster that another PostgreSQL made is named, not touched."""
    server = EmbeddedPostgres(data_dir)
    server.start()
    server.stop()
    (data_dir / "postgres" / "cluster" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 9"):
        server.start()
    server.stop()


def test_a_server_that_cannot_start_says_where_its_log_is(data_dir: Path) -> None:
    """A setting that PostgreSQL refuses is an error that names the log."""
    server = EmbeddedPostgres(data_dir)
    server.start()
    server.stop()
    with (data_dir / "postgres" / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("fsync = perhaps\n")
    with pytest.raises(EmbeddedServerError, match=r"server\.log"):
        server.start()
    server.stop()


async def test_the_embedded_server_is_safe_unless_told_otherwise(data_dir: Path) -> None:
    """It keeps what it acknowledges; with fsync off in its own settings it is refused."""
    server = EmbeddedPostgres(data_dir)
    await check_durability(server.start())
    server.stop()
    with (data_dir / "postgres" / "cluster" / "postgresql.conf").open("a") as settings:
        settings.write("fsync = off\nfull_page_writes = off\n")
    dsn = server.start()
    try:
        with pytest.raises(UnsafeDatabase, match="fsync, full_page_writes off"):
            await check_durability(dsn)
    finally:
        server.stop()
    with pytest.raises(StorageUnavailable):
        await check_durability(dsn)


async def test_only_named_accounts_may_connect(data_dir: Path) -> None:
    """The server knows its clients by their system account and listens on no port."""
    server = EmbeddedPostgres(data_dir)
    dsn = server.start()
    try:
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SHOW listen_addresses") == ""
        rules = await connection.fetch("SELECT type, auth_method FROM pg_hba_file_rules")
        assert [("local", "peer")] == [tuple(rule) for rule in rules]
        await connection.close()
        store = PostgresSectionStore(dsn.replace("holdfast@", "postgres@"))
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await store.position(1)
        await store.close()
    finally:
        server.stop()

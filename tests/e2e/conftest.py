from __future__ import annotations

import asyncio
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from bench.server_process import ServerProcess
from holdfast.database import open_database
from holdfast.settings import Settings
from holdfast.verify_history import check_history
from tests.databases import temporary_directory
from tests.e2e.world import World, random_port
from tests.recording import FileRecording

LOG_SHOWN_CHARS = 6_000


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """One server for all tests that leave it as they found it."""
    with temporary_directory() as directory, ServerProcess(directory / "data", random_port()) as running:
        yield running


@pytest.fixture(scope="session")
def recording(server: ServerProcess) -> Iterator[FileRecording]:
    """What all tests of the shared server were told, held against its journals at the end."""
    with temporary_directory() as directory:
        history = directory / "history.jsonl"
        recorded = FileRecording(history)
        yield recorded
        recorded.to.close()
        breaches = asyncio.run(_breaches(server, history))
        assert not breaches, "\n".join(breaches)


async def _breaches(server: ServerProcess, history: Path) -> list[str]:
    async with open_database(Settings(data_dir=server.data_dir)) as database:
        report = await check_history(database.dsn, [history])
    return [str(breach) for breach in report.breaches]


@pytest.fixture
def world(server: ServerProcess, recording: FileRecording) -> World:
    """The shared server as its users meet it."""
    return World(server, recording)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers of a test that failed said."""
    report = yield
    if report.failed:
        arguments = getattr(item, "funcargs", {})
        for name, value in arguments.items():
            if isinstance(value, World):
                report.sections.append((f"log of {name}", value.server.log[-LOG_SHOWN_CHARS:]))
    return report

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from bench.server_process import ServerProcess
from tests.databases import temporary_directory
from tests.e2e.world import World, random_port

LOG_SHOWN_CHARS = 6_000


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """One server for all tests that leave it as they found it."""
    with temporary_directory() as directory, ServerProcess(directory / "data", random_port()) as running:
        yield running


@pytest.fixture
def world(server: ServerProcess) -> World:
    """The shared server as its users meet it."""
    return World(server)


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

"""What all tests share: a run against services ends by saying which there were."""

from __future__ import annotations

import asyncio
import sys

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import settings

from tests.summary import NEEDING, services_lines, used_by

settings.register_profile("steady", deadline=None)  # nothing is timed: the machine may do much else
settings.load_profile("steady")


def pytest_sessionfinish() -> None:
    """Take down what tests were copied from, where any were."""
    databases = sys.modules.get("tests.databases")
    if databases is not None:
        asyncio.run(databases.drop_templates())


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what ran against what, where anything could have run against a service."""
    reports = [
        report
        for kind in ("passed", "failed")
        for report in terminalreporter.stats.get(kind, ())
        if isinstance(report, pytest.TestReport)
    ]
    if not any(report.nodeid.startswith(NEEDING) for report in reports):
        return
    terminalreporter.section("what ran against what")
    for line in services_lines(used_by(reports)):
        terminalreporter.write_line(line)

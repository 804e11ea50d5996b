"""Two lanes of one run: some folders and files are left to a second pytest; the first one tells of all.

    pytest -p tests.lanes --ignore=tests/unit --beside=tests/pages --beside=tests/contract

The lanes share the services that the environment names and nothing else. The second one writes
each report down as it comes; the first, when its own tests are done, takes them up as its own:
one summary, one closing line, one exit status. What the second leaves without a report (a crash,
say) is a failure. It ends with the first, however that ends.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import pytest

TOLD_CHARS_MAX: Final = 8_000
END_MAX_S: Final = 60.0
"""So long the second lane has to stop its servers when the first was interrupted."""
GOOD: Final = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option for who runs the tests, two between the lanes."""
    group = parser.getgroup("lanes")
    group.addoption("--beside", action="append", default=[], help="a folder or file for the second lane")
    group.addoption("--tell", help="the file that the second lane writes its reports to")
    group.addoption("--lifeline", type=int, help="a pipe that closes when the first lane is gone")


def pytest_configure(config: pytest.Config) -> None:
    """Be the lane that was asked for, if any was."""
    folders = config.getoption("beside")
    if config.getoption("tell"):
        config.pluginmanager.register(Telling(config))
    elif folders and not config.option.collectonly:
        config.option.ignore = [*(config.option.ignore or []), *folders]
        config.pluginmanager.register(Beside(config, folders))


class Telling:
    """The second lane: every report is a line of a file, and nobody is left alone for long."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._file = open(config.getoption("tell"), "a", encoding="utf-8")  # noqa: SIM115, PTH123 - open for the whole run
        lifeline = config.getoption("lifeline")
        if lifeline is not None:
            # Whoever is started in the background by a shell would take no notice of it.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A step of a test is done."""
        self._tell(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What cannot be collected is told, too."""
        if not report.passed:
            self._tell(report)

    def pytest_unconfigure(self) -> None:
        """Nothing more will be told."""
        self._file.close()

    def _tell(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        told = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._file.write(json.dumps(told, default=str) + "\n")
        self._file.flush()


def _end_with(lifeline: int) -> None:
    """Wait until the other end is closed, and end as by Ctrl-C: fixtures stop what they started."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGINT)


class Beside:
    """The first lane's view of the second."""

    def __init__(self, config: pytest.Config, folders: list[str]) -> None:
        self._config = config
        self._folders = folders
        self._scratch = Path(tempfile.mkdtemp(prefix="holdfast-lane-"))
        self._told = self._scratch / "reports.jsonl"
        self._failures = 0
        self._process: subprocess.Popen[bytes] | None = None

    def pytest_report_header(self) -> str:
        """A line at the top."""
        return f"beside: {', '.join(self._folders)}"

    def pytest_sessionstart(self) -> None:
        """Start the second lane."""
        lifeline, self._lifeline = os.pipe()
        self._told.touch()
        words = ["-p", "tests.lanes", "-p", "no:cacheprovider", "--tell", str(self._told)]
        words += ["--lifeline", str(lifeline), *self._folders]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lifeline,),
                start_new_session=True,  # Ctrl-C reaches the first lane, which then lets go of this one
            )
        os.close(lifeline)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Wait for the second lane and take its reports up, or end it where the run was broken off."""
        if self._process is None:
            return
        if exitstatus not in (*GOOD, pytest.ExitCode.TESTS_FAILED):
            self._break_off(self._process)
            return
        self._process.wait()
        os.close(self._lifeline)
        with self._told.open(encoding="utf-8") as told:
            self._take_up(told)
        if self._process.returncode not in GOOD and not self._failures:
            self._fail(f"It ended with status {self._process.returncode}:\n{self._last_words()}")
        if session.testsfailed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_unconfigure(self) -> None:
        """Leave nothing lying about."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def _log(self) -> Path:
        return self._scratch / "output.txt"

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-TOLD_CHARS_MAX:]

    def _break_off(self, process: subprocess.Popen[bytes]) -> None:
        os.close(self._lifeline)
        try:
            process.wait(END_MAX_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _take_up(self, told: IO[str]) -> None:
        hook = self._config.hook
        for report in self._reports(told):
            self._failures += report.failed
            if isinstance(report, pytest.CollectReport):
                hook.pytest_collectreport(report=report)
                continue
            if report.when == "setup":
                hook.pytest_runtest_logstart(nodeid=report.nodeid, location=report.location)
            hook.pytest_runtest_logreport(report=report)

    def _reports(self, told: IO[str]) -> Iterator[Any]:
        for line in told:
            report = self._config.hook.pytest_report_from_serializable(
                config=self._config, data=json.loads(line)
            )
            if isinstance(report.longrepr, list):  # why a test was skipped: a tuple until it was written
                report.longrepr = tuple(report.longrepr)
            yield report

    def _fail(self, why: str) -> None:
        where = ("tests", None, "the second lane")
        report = pytest.TestReport("tests: the second lane", where, {}, "failed", why, "call")
        self._config.hook.pytest_runtest_logreport(report=report)

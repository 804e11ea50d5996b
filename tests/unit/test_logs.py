from __future__ import annotations

import ast
import contextlib
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

import pytest
import structlog

from holdfast.logs import LOST, configure_logs
from holdfast.section_store import open_section_store

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("actors", "gateway", "holdfast", "persistence", "telemetry", "workers")
WRITE: Final = tuple(
    f"log.{level}" for level in ("debug", "info", "warning", "error", "exception", "critical")
)


@pytest.fixture(autouse=True)
def defaults_again() -> Iterator[None]:
    """Leave the logs of other tests alone."""
    handlers = list(logging.root.handlers)
    yield
    logging.root.handlers[:] = handlers
    structlog.reset_defaults()


def test_what_actors_log_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, from the chosen level on, as gateways and the supervisor do it."""
    open_section_store("postgresql://nobody@nowhere/nothing", "warning", "holdfast-1")
    log = structlog.get_logger()
    log.info("section_serving")
    log.error("fenced", stream=7)
    lines = capsys.readouterr().err.splitlines()
    assert [("fenced", "error", 7)] == [
        (line["event"], line["level"], line["stream"]) for line in map(json.loads, lines)
    ]


def test_what_libraries_warn_of_is_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Once, however often the logs were set up, and with its traceback."""
    for _ in range(2):
        configure_logs("info")
    library = logging.getLogger("aiormq.connection")
    try:
        raise OSError("refused")
    except OSError as error:
        library.exception("error when creating transport: %r", error)
    library.warning("blocked")
    library.info("connected")
    line, warned = map(json.loads, capsys.readouterr().err.splitlines())
    assert ("library_failed", "error", "aiormq.connection") == (line["event"], line["level"], line["library"])
    assert "error when creating transport: OSError('refused')" == line["said"]
    assert line["exception"].endswith("OSError: refused")
    assert ("library_warned", "blocked") == (warned["event"], warned["said"])


@pytest.fixture
def full_disk() -> Iterator[TextIO]:
    """A file that never has room, opened as Python opens standard error."""
    file = io.TextIOWrapper(io.BufferedWriter(io.FileIO("/dev/full", "w")), line_buffering=True)
    yield file
    with contextlib.suppress(OSError):
        file.close()


def test_a_line_that_has_no_room_stops_nobody(full_disk: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever logs goes on when the log's disk is full, and the line is counted as lost."""
    monkeypatch.setattr("sys.stderr", full_disk)
    configure_logs("info")
    lost = LOST.value
    structlog.get_logger().error("child_died")
    assert lost + 1 == LOST.value


def _lines(source: str) -> Iterator[ast.Call]:
    """The calls of a module that write a line of the log."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).removeprefix("_") in WRITE:
            yield node


def test_no_line_says_twice_what_happened() -> None:
    """`event` is what happened, which comes first: named once more, the line would fail, and all after it."""
    sources = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    lines = [(path, line) for path in sources for line in _lines(path.read_text())]
    assert lines, "there is something to look at"
    twice = [
        f"{path}:{line.lineno}" for path, line in lines if "event" in {each.arg for each in line.keywords}
    ]
    assert [] == twice

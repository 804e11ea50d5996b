from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import structlog

from holdfast.section_store import open_section_store


@pytest.fixture(autouse=True)
def defaults_again() -> Iterator[None]:
    """Leave the logs of other tests alone."""
    yield
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

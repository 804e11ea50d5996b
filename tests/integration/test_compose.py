"""Docker Compose understands what is to be deployed, where its client is installed; that takes no engine."""

from __future__ import annotations

import subprocess

import pytest

from tests.services import COMPOSE, used
from tests.summary import compose_client
from tests.unit.doc_pages import ROOT

CLIENT_MAX_S = 60
FILES = ("docker-compose.yml", "docker-compose.ports.yml")


@pytest.mark.parametrize("files", [FILES[:1], FILES])
def test_the_system_is_valid(files: tuple[str, ...], request: pytest.FixtureRequest) -> None:
    """Alone, and with the ports for development."""
    client = compose_client()
    if client is None:
        pytest.skip("no client of Docker Compose: tests/unit/test_compose_schema.py alone has read the files")
    used(request, COMPOSE)
    named = [word for file in files for word in ("-f", file)]
    done = subprocess.run(
        [*client, *named, "config", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CLIENT_MAX_S,
        check=False,
    )
    assert 0 == done.returncode, done.stderr

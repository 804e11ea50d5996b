"""Docker Compose understands what is to be deployed, where its client is installed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.unit.doc_pages import ROOT

CLIENT_MAX_S = 30
FILES = ("docker-compose.yml", "docker-compose.ports.yml")


def _compose(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", "compose", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CLIENT_MAX_S,
        check=False,
    )


@pytest.mark.parametrize("files", [FILES[:1], FILES])
def test_the_system_is_valid(files: tuple[str, ...]) -> None:
    """Alone, and with the ports for development."""
    if shutil.which("docker") is None or _compose("version").returncode != 0:
        pytest.skip("no client of Docker Compose: tests/unit/test_deployment.py alone has read the files")
    named = [word for file in files for word in ("-f", file)]
    done = _compose(*named, "config", "--quiet")
    assert 0 == done.returncode, done.stderr

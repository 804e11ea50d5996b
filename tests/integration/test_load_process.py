"""A load generator in a process of its own is heard to its end, however much it complains meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from bench.load_process import LoadProcess, begin_load
from bench.loadgen import LoadSpec
from bench.server_process import ServerFailed

COMPLAINTS: Final = """
import sys
sys.stderr.write("no room in a pipe for this\\n" * 10_000)
print("said", flush=True)
sys.stdin.read()
sys.exit("its last words")
"""
SPEC: Final = LoadSpec("http://127.0.0.1:1", "holds", 0, 0.0, 0.0, "evt_none", 0, (), "run")


@pytest.fixture
def loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that complains at length, says a word, and fails at its end."""
    (tmp_path / "loud.py").write_text(COMPLAINTS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "loud"


def test_complaints_keep_nobody_from_going_on(loud: str) -> None:
    """More of them than a pipe takes: it says its word all the same, and of its failure the end is told."""
    with LoadProcess(loud) as load:
        load.expect(b"said")
        begin_load(load, SPEC)
        with pytest.raises(ServerFailed, match="its last words"):
            load.finish(SPEC)

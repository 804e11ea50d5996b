"""What a figure was measured on: without it, a figure says little."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import msgspec
import psutil


class Machine(msgspec.Struct, frozen=True):
    """Processor, cores that this process may use, memory, system, Python."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str


def this_machine() -> Machine:
    """The machine we run on."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def commit() -> str | None:
    """The commit that the running code was checked out at, with a `+` when files were changed."""
    folder = Path(__file__).parent

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return None

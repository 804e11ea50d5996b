"""Runs what is to catch a mutant, and tells whether it did."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from enum import Enum, auto
from time import monotonic
from typing import Final, assert_never

import msgspec

from proof.mutants.mutant import VIOLATED, BySales, ByTests, Killer
from proof.mutants.tree import Copy

TEST_TIMEOUT_S: Final = 30
"""A test that hangs has noticed, too."""
PROCESS_TIMEOUT_S: Final = 600.0
TESTS_FAILED: Final = 1
"""What pytest says of tests that ran and failed; of what it could not collect it says something else."""
WORDS_MAX: Final = 160
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) [^:]*::(.+?)(?: - .*)?$", re.MULTILINE)


class Verdict(Enum):
    """What a killer says of the tree it ran in."""

    CAUGHT = auto()
    SURVIVED = auto()
    BROKEN = auto()


class Finding(msgspec.Struct, frozen=True):
    """What came of one killer: `words` are of the test that failed, or of the sale."""

    killer: Killer
    verdict: Verdict
    seconds: float
    words: str


def run(killer: Killer, copy: Copy) -> Finding:
    """Run a killer in a copy."""
    began = monotonic()
    try:
        done = subprocess.run(
            _command(killer),
            cwd=copy.root,
            env=copy.environment(),
            capture_output=True,
            text=True,
            timeout=PROCESS_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        words = f"no end within {PROCESS_TIMEOUT_S:.0f} s"
        return Finding(killer, Verdict.BROKEN, monotonic() - began, words)
    return Finding(
        killer, _verdict(killer, done.returncode), monotonic() - began, _words(done.stdout, done.stderr)
    )


def _command(killer: Killer) -> Sequence[str]:
    match killer:
        case ByTests(selection):
            return [
                *(sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"),
                *("-o", f"timeout={TEST_TIMEOUT_S}", *selection),
            ]
        case BySales(count, first):
            return [sys.executable, "-m", "proof.mutants.seeds", str(first), str(count)]
        case _ as never:
            assert_never(never)


def _verdict(killer: Killer, status: int) -> Verdict:
    """What an exit status says: anything but all is well and that something is wrong is a run that failed."""
    match status:
        case 0:
            return Verdict.SURVIVED
        case _ if status == (TESTS_FAILED if isinstance(killer, ByTests) else VIOLATED):
            return Verdict.CAUGHT
        case _:
            return Verdict.BROKEN


def _words(output: str, errors: str) -> str:
    failed = _FAILED.search(output)
    if failed:
        return failed[1]
    last = (output.strip() or errors.strip()).splitlines()[-1:]
    return "".join(last)[:WORDS_MAX]

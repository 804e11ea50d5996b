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

from proof.mutants.limits import Limits, Took
from proof.mutants.mutant import DOUBTFUL, VIOLATED, BySales, ByTests, Killer
from proof.mutants.tree import Copy

TESTS_FAILED: Final = 1
"""What pytest says of tests that ran and failed; of what it could not collect it says something else."""
WORDS_MAX: Final = 160
_LONGEST: Final = re.compile(r"^([\d.]+)s (?:setup|call|teardown) ", re.MULTILINE)
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) [^:]*::(.+?)(?: - .*)?$", re.MULTILINE)


class Verdict(Enum):
    """What a killer says of the tree it ran in."""

    CAUGHT = auto()
    DOUBTFUL = auto()
    SURVIVED = auto()
    BROKEN = auto()


class Finding(msgspec.Struct, frozen=True):
    """What came of one killer: `words` are of the test that failed, or of the sale."""

    killer: Killer
    verdict: Verdict
    took: Took
    words: str


def run(killer: Killer, copy: Copy, limits: Limits) -> Finding:
    """Run a killer in a copy."""
    began = monotonic()
    try:
        done = subprocess.run(
            _command(killer, limits),
            cwd=copy.root,
            env=copy.environment(),
            capture_output=True,
            text=True,
            timeout=limits.run_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        took = Took(monotonic() - began)
        return Finding(killer, Verdict.BROKEN, took, f"no end within {limits.run_s:.0f} s")
    took = Took(monotonic() - began, longest_s(done.stdout))
    return Finding(killer, _verdict(killer, done.returncode), took, _words(done.stdout, done.stderr))


def _command(killer: Killer, limits: Limits) -> Sequence[str]:
    match killer:
        case ByTests(selection):
            return [
                *(sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"),
                *("--durations=1", "-o", f"timeout={limits.test_s:.0f}", *selection),
            ]
        case BySales(count, first, enough):
            return [sys.executable, "-m", "proof.mutants.seeds", *map(str, (first, count, enough))]
        case _ as never:
            assert_never(never)


def _verdict(killer: Killer, status: int) -> Verdict:
    """What an exit status says: anything but all is well and that something is wrong is a run that failed."""
    match status:
        case 0:
            return Verdict.SURVIVED
        case _ if status == (TESTS_FAILED if isinstance(killer, ByTests) else VIOLATED):
            return Verdict.CAUGHT
        case _ if status == DOUBTFUL and isinstance(killer, BySales):
            return Verdict.DOUBTFUL
        case _:
            return Verdict.BROKEN


def longest_s(output: str) -> float:
    """The longest stage of a test, as pytest tells of it; nothing where all were quick, or none ran."""
    return max((float(each) for each in _LONGEST.findall(output)), default=0.0)


def _words(output: str, errors: str) -> str:
    failed = _FAILED.search(output)
    if failed:
        return failed[1]
    last = (output.strip() or errors.strip()).splitlines()[-1:]
    return "".join(last)[:WORDS_MAX]

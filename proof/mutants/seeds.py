"""Plays simulated sales until enough came to a violation: what `BySales` runs, in a copy of the tree.

Exit status `VIOLATED` says that enough did, `DOUBTFUL` that fewer did, 0 that none did; anything
else that it could not be told.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from proof.mutants.mutant import DOUBTFUL, VIOLATED
from proof.simulation.runner import simulate
from proof.simulation.scenario import Scenario


def main(first: int, count: int, enough: int) -> int:
    """Play `count` seeds from `first` on; tells what went wrong on standard output."""
    noticed = list(islice(_noticed(range(first, first + count)), enough))
    sys.stdout.write(told(noticed, count, enough))
    return status_of(len(noticed), enough)


def told(noticed: Sequence[str], count: int, enough: int) -> str:
    """The first of what went wrong, and how many sales it was if they are too few."""
    few = f"{len(noticed)} of {count} alone, " if len(noticed) < enough else ""
    return f"{few}{noticed[0]}\n" if noticed else ""


def status_of(noticed: int, enough: int) -> int:
    """What it means that so many sales came to a violation."""
    if not noticed:
        return 0
    return VIOLATED if noticed >= enough else DOUBTFUL


def _noticed(seeds: Sequence[int]) -> Iterator[str]:
    for seed in seeds:
        violations = simulate(Scenario(seed)).violations
        if violations:
            yield f"seed {seed}: {violations[0]}"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))

"""Plays simulated sales until one comes to a violation: what `BySales` runs, in a copy of the tree.

Exit status `VIOLATED` says that one did, 0 that none did; anything else that it could not be told.
"""

from __future__ import annotations

import sys

from proof.mutants.mutant import VIOLATED
from proof.simulation.runner import simulate
from proof.simulation.scenario import Scenario


def main(first: int, count: int) -> int:
    """Play `count` seeds from `first` on; tells what went wrong on standard output."""
    for seed in range(first, first + count):
        violations = simulate(Scenario(seed)).violations
        if violations:
            sys.stdout.write(f"seed {seed}: {violations[0]}\n")
            return VIOLATED
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))

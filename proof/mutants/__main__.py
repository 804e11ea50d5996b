"""`make mutants`: every deliberate defect against what must catch it; exit status 1 if one gets away."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from proof.mutants.catalogue import ALL
from proof.mutants.killers import Finding, Verdict
from proof.mutants.mutant import Mutant
from proof.mutants.suite import Fate, Unsound, hunt

console = Console()
_COLOUR = {
    Verdict.CAUGHT: "green",
    Verdict.DOUBTFUL: "yellow",
    Verdict.SURVIVED: "red",
    Verdict.BROKEN: "yellow",
}


def main() -> int:
    """Hunt what the command line asks for."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__)
    parser.add_argument("--only", metavar="WORDS", default="", help="mutants with these words in their name")
    parser.add_argument(
        "--part", metavar="K/N", type=_part, default=(1, 1), help="every N-th, from the K-th on"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (2)")
    options = parser.parse_args()
    first, every = options.part
    mutants = [mutant for mutant in ALL if options.only in mutant.name][first - 1 :: every]
    began = monotonic()
    try:
        fates = _hunt(mutants, options.jobs)
    except Unsound as unsound:
        console.print(f"[red]not sound:[/red] {unsound}", highlight=False)
        return 1
    console.print(_table(fates))
    caught = sum(fate.caught for fate in fates)
    console.print(f"{caught} of {len(fates)} mutants caught in {monotonic() - began:.0f} s")
    return 0 if caught == len(fates) > 0 else 1


def _part(text: str) -> tuple[int, int]:
    first, every = map(int, text.split("/"))
    if not 1 <= first <= every:
        raise ValueError(text)
    return first, every


def _hunt(mutants: Sequence[Mutant], jobs: int) -> list[Fate]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("the tree as it is", total=len(mutants))

        def told(fate: Fate) -> None:
            progress.update(task, advance=1, description=fate.mutant.name)
            if not (console.is_terminal and fate.caught):
                console.print(
                    f"{'caught' if fate.caught else 'GOT AWAY'}: {fate.mutant.name}", highlight=False
                )

        return hunt(mutants, jobs, told)


def _table(fates: Sequence[Fate]) -> Table:
    table = Table("mutant", "caught by", "found by", "s", title="Mutants")
    for fate in fates:
        if fate.trouble:
            table.add_row(fate.mutant.name, "", f"[yellow]{fate.trouble}[/yellow]", "")
        for number, finding in enumerate(fate.findings):
            table.add_row("" if number else fate.mutant.name, *_cells(finding))
    return table


def _cells(finding: Finding) -> tuple[str, str, str]:
    colour = _COLOUR[finding.verdict]
    found = finding.words if finding.verdict is not Verdict.SURVIVED else "survived"
    return str(finding.killer), f"[{colour}]{found}[/{colour}]", f"{finding.took.run_s:.1f}"


if __name__ == "__main__":
    sys.exit(main())

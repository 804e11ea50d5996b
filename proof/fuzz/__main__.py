"""`make fuzz`: every target for so long, progress, counts of what came of it, exit status 1 on a finding."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from proof.fuzz.campaign import Result, run
from proof.fuzz.targets import NAMES
from proof.fuzz.worker import Report

FOLDER = Path(__file__).parents[2] / "tests" / "fuzz" / "regressions"


def main() -> int:
    """Run what the command line asks for."""
    options = _options()
    seconds = options.minutes * 60
    console, out = Console(stderr=True), Console()
    results: list[Result] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        for name in options.targets:
            task = progress.add_task(name, total=seconds)

            def on_report(at_s: float, report: Report, name: str = name, task: object = task) -> None:
                words = f"{name}: {report.inputs:,} inputs, {len(report.findings)} findings"
                progress.update(task, completed=at_s, description=words)  # type: ignore[arg-type]  # a task's id

            result = asyncio.run(run(name, seconds, options.seed, options.store, on_report))
            results.append(result)
            out.print(_table(result))
    if options.json is not None:
        encoded = msgspec.json.format(msgspec.json.encode({"targets": results}))
        if options.json == Path("-"):
            sys.stdout.write(encoded.decode() + "\n")
        else:
            options.json.write_bytes(encoded)
    return 0 if all(result.clean for result in results) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (1)")
    parser.add_argument(
        "--targets", nargs="+", choices=NAMES, default=NAMES, metavar="TARGET", help="only these"
    )
    parser.add_argument("--seed", type=int, default=1, help="where to begin (1)")
    parser.add_argument("--store", type=Path, default=FOLDER, help="where findings are stored as cases")
    parser.add_argument(
        "--json", type=Path, help="also write the figures to this file (- for standard output)"
    )
    return parser.parse_args()


def _table(result: Result) -> Table:
    guide = "guided by coverage" if result.guided else "unguided"
    title = f"{result.target}: {result.inputs:,} inputs in {result.seconds:.0f} s, {guide}"
    table = Table("what came of it", "times", title=title, title_justify="left")
    for outcome, times in sorted(result.outcomes.items(), key=lambda pair: -pair[1]):
        table.add_row(outcome, f"{times:,}")
    table.add_section()
    table.add_row("memory, warm and at the end", f"{result.rss_mb[0]:.0f} MB, {result.rss_mb[1]:.0f} MB")
    for path, words in result.findings.items():
        table.add_row(Text(f"finding: {words}", "bold red"), Text(path))
    if not result.findings:
        table.add_row("findings", "none")
    return table


if __name__ == "__main__":
    sys.exit(main())

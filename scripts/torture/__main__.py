"""`make torture`: rounds of every fault, progress, a report, exit status 1 on any breach or leak."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scripts.torture import clock
from scripts.torture.campaign import Campaign, Plans
from scripts.torture.faults import Fault
from scripts.torture.report import show
from scripts.torture.stages import STAGES
from scripts.torture.trial import RoundResult


def main() -> int:
    """Run the rounds that the command line asks for."""
    options = _options()
    faults = frozenset(
        each for each in Fault if options.faults is None or each.name.lower() in options.faults
    )
    plans = Plans(faults, options.rounds, options.minutes, options.buyers, options.seed)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        planned = None if options.minutes is not None else options.rounds * _rounds_of(faults)
        task = progress.add_task("starting", total=planned)

        def on_round(stage: str, number: int, result: RoundResult) -> None:
            progress.update(task, advance=1, description=f"{stage}, round {number}")
            console.print(f"{number:4} {_line(result)}", highlight=False)
            if result.stood_still_s:
                console.print(f"     stood still itself for {result.stood_still_s:.0f} s", style="yellow")
            for breach in result.breaches:
                console.print(f"     {breach}", style="red", highlight=False, markup=False)

        def on_trouble(what: str) -> None:
            console.print(f"     TROUBLE {what}", style="red", highlight=False, markup=False)

        report = clock.run(Campaign(plans, on_round, on_trouble).run())
    show(report, Console())
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    return 0 if report.clean else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each fault (5)")
    parser.add_argument("--minutes", type=float, help="go on for so long instead, one round of each in turn")
    names = [each.name.lower() for each in Fault]
    parser.add_argument("--faults", nargs="+", choices=names, help="only these", metavar="FAULT")
    parser.add_argument("--buyers", type=int, default=16, help="buyers at a time (16)")
    parser.add_argument("--seed", type=int, default=1, help="the crowd's seed (1)")
    parser.add_argument("--json", type=Path, help="also write the report to this file")
    return parser.parse_args()


def _rounds_of(faults: frozenset[Fault]) -> int:
    return sum(fault in faults for stage in STAGES for fault in stage.faults)


def _line(result: RoundResult) -> str:
    if result.pace is not None:
        paces = result.pace
        return (
            f"{result.fault:<38} {paces.without:.0f} holds a second without it, {paces.before:.0f} before, "
            f"{paces.after:.0f} afterwards; {len(result.breaches)} breaches"
        )
    return (
        f"{result.fault:<38} all sections sell again after {result.sells_again_ms:6.0f} ms "
        f"({result.blow_ms:.0f} ms of it the blow); {result.holds} holds, {result.checked} promises "
        f"looked at, {len(result.breaches)} breaches"
    )


if __name__ == "__main__":
    sys.exit(main())

"""`holdfast simulate`: many seeded sales under faults, with progress, and what came of them."""

from __future__ import annotations

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from holdfast.output import console
from proof.simulation.campaign import ENOUGH_SEEDS, Report, run
from proof.simulation.runner import Result
from proof.simulation.scenario import Scenario
from proof.simulation.shrink import shrink

VIOLATIONS_TOLD_MAX = 5


def run_simulation(scenarios: list[Scenario], jobs: int) -> Report:
    """Play scenarios and tell of each failure as soon as it is there."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[commands]:,} commands"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("seeded sales", total=len(scenarios), commands=0)
        commands = 0
        by_seed = {scenario.seed: scenario for scenario in scenarios}

        def heard(result: Result) -> None:
            nonlocal commands
            commands += result.commands
            progress.update(task, advance=1, commands=commands)
            if result.violations:
                _tell(by_seed[result.seed], result)

        report = run(scenarios, jobs, heard)
    _summary(report)
    return report


def shrink_first(report: Report, scenarios: list[Scenario]) -> None:
    """Make the first failure smaller and tell how it is played then."""
    seed = report.failures[0].seed
    failing = next(scenario for scenario in scenarios if scenario.seed == seed)
    with console.status(f"making seed {seed} smaller") as status:
        smallest, result = shrink(
            failing, lambda tried, _: status.update(f"{tried.commands} commands of {tried.crowd} buyers")
        )
    console.print(f"smallest: {result.commands} commands, {smallest.crowd} buyers")
    _tell(smallest, result)


def _tell(scenario: Scenario, result: Result) -> None:
    console.print(f"[red]seed {result.seed}[/red]: {len(result.violations)} violations", highlight=False)
    for violation in result.violations[:VIOLATIONS_TOLD_MAX]:
        console.print(f"  {violation}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"  again: {scenario.command_line()}", highlight=False, markup=False, soft_wrap=True)


def _summary(report: Report) -> None:
    for title, counts in (("Faults", report.faults), ("Sometimes", report.sometimes)):
        table = Table(title=title, title_justify="left")
        table.add_column("what")
        table.add_column("how often", justify="right")
        for name, count in counts.items():
            table.add_row(name, f"{count:,}" if count else "[yellow]never[/yellow]")
        console.print(table)
    if report.never and report.seeds >= ENOUGH_SEEDS:
        console.print(f"[red]never happened[/red]: {', '.join(report.never)}", highlight=False)
    verdict = "no violation" if not report.violations else f"[red]{report.violations} violations[/red]"
    console.print(
        f"{report.seeds:,} sales, {report.commands:,} commands, "
        f"{report.simulated_s / 3600:,.1f} simulated hours in {report.seconds:,.1f} s "
        f"({report.commands_per_s:,.0f} commands/s): {verdict}",
        highlight=False,
    )

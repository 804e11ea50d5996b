"""`holdfast verify`: the audit with progress for a person."""

from __future__ import annotations

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from holdfast.database import open_database
from holdfast.output import console
from holdfast.settings import Settings
from holdfast.verify import Verdict, verify


async def audit_database(settings: Settings) -> Verdict:
    """Audit the database that the settings name and say what was found."""
    async with open_database(settings) as database:
        return await audit(database.dsn)


async def audit(dsn: str) -> Verdict:
    """Audit a database with a progress line, and print the verdict."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("auditing the books")

        def told(streams: int, records: int) -> None:
            progress.update(task, description=f"auditing the books: {streams} sections, {records:,} records")

        verdict = await verify(dsn, told)
    for finding in verdict.breaches:
        where = f"{finding.event}/{finding.section}"
        console.print(f"[red]breach[/red] {where}: {finding.breach}", highlight=False)
    words = "[green]clean[/green]" if verdict.clean else f"[red]{len(verdict.breaches)} breaches[/red]"
    console.print(
        f"books {words}: {verdict.streams} sections, {verdict.records:,} records, "
        f"{verdict.sold:,} sold, {verdict.held:,} held"
    )
    return verdict

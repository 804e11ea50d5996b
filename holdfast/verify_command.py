"""`holdfast verify`: the audit with progress for a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from holdfast.database import open_database
from holdfast.output import console
from holdfast.settings import Settings
from holdfast.verify import Verdict, verify
from holdfast.verify_history import check_history, findings_of
from proof.history import Report


async def audit_database(settings: Settings, histories: Sequence[Path] = ()) -> Verdict:
    """Audit the database that the settings name, check recordings against it, and say what was found."""
    async with open_database(settings) as database:
        return await audit(database.dsn, histories)


async def audit(dsn: str, histories: Sequence[Path] = ()) -> Verdict:
    """Audit a database with a progress line, and print the verdict."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("auditing the books")

        def told(streams: int, records: int) -> None:
            progress.update(task, description=f"auditing the books: {streams} sections, {records:,} records")

        verdict = await verify(dsn, told)
        if histories:
            progress.update(task, description="checking what was recorded")
            report = await check_history(dsn, histories)
            verdict = replace(verdict, history=report, breaches=verdict.breaches + findings_of(report))
    _tell(verdict)
    return verdict


def _tell(verdict: Verdict) -> None:
    for finding in verdict.breaches:
        where = f"{finding.event}/{finding.section}"
        console.print(f"[red]breach[/red] {where}: {finding.breach}", highlight=False)
    words = _words(len(verdict.breaches))
    console.print(
        f"books {words}: {verdict.streams} sections, {verdict.records:,} records, "
        f"{verdict.sold:,} sold, {verdict.held:,} held"
    )
    for each in verdict.takings:
        console.print(
            f"money in {each.currency}: {each.payments:,} payments, {each.captured} taken, "
            f"{each.refunded} given back; {each.booked} booked, {each.partly} of it given back"
        )
    if verdict.history is not None:
        _tell_history(verdict.history)


def _words(breaches: int) -> str:
    return "[green]clean[/green]" if not breaches else f"[red]{breaches} breaches[/red]"


def _tell_history(report: Report) -> None:
    ends = f"{report.acknowledged:,} done, {report.refused:,} refused, {report.read:,} read"
    seen = f", {report.sights:,} maps and changes" if report.sights else ""
    words = _words(len(report.breaches))
    console.print(f"history {words}: {report.operations:,} calls ({ends}){seen}", soft_wrap=True)

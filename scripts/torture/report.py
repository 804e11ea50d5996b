"""What a torture found: a line for each fault, the memory of the processes, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from scripts.torture.faults import OUTAGES, Fault
from scripts.torture.memory import Growth, Size
from scripts.torture.trial import Pace, RoundResult

SLOWER_MAX = 0.1
"""How much slower a sale may be without what it does not rest on, beyond chance."""


class FaultFigures(msgspec.Struct, frozen=True):
    """One fault over all its rounds; milliseconds from the blow until every section sold again.

    `after_blow_ms` leaves out what the blow itself took, see `RoundResult`.
    """

    fault: Fault
    count: int
    sells_again_median_ms: float
    sells_again_max_ms: float
    after_blow_median_ms: float
    after_blow_max_ms: float


class PaceFigures(msgspec.Struct, frozen=True):
    """The pace of a sale without what it does not rest on, as shares of the pace with it.

    `without` is the median; `noise` the median difference of the paces before and afterwards.
    """

    fault: Fault
    count: int
    holds_a_second: float
    without: float
    noise: float

    @property
    def slowed(self) -> bool:
        """Whether the sale was slower than chance explains."""
        return self.without < 1.0 - SLOWER_MAX - self.noise


class Report(msgspec.Struct, frozen=True):
    """A torture from its beginning to its end."""

    seconds: float
    faults: tuple[FaultFigures, ...]
    holds: int
    orders: int
    promises_looked_at: int
    records: int
    memory: tuple[Growth, ...]
    skipped: tuple[str, ...]
    breaches: tuple[str, ...]
    paces: tuple[PaceFigures, ...] = ()
    beside: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    troubles: tuple[str, ...] = ()
    stood_still_s: float = 0.0
    excused: tuple[str, ...] = ()
    ended_early: bool = False

    @property
    def leaks(self) -> int:
        """How many processes grew beyond what they may."""
        return sum(each.leaks for each in self.memory)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, nothing given twice, nothing leaked, and no sale was held up.

        Nor if something went wrong with the torture itself: then it has not looked at everything.
        """
        slowed = any(each.slowed for each in self.paces)
        return not self.breaches and not slowed and not self.leaks and not self.troubles


def figures(results: Sequence[RoundResult]) -> tuple[FaultFigures, ...]:
    """Put the rounds of each fault together, in the order in which faults are listed."""
    return tuple(
        _figures(fault, of_fault)
        for fault in Fault
        if fault not in OUTAGES
        if (of_fault := [result for result in results if result.fault is fault])
    )


def paces(results: Sequence[RoundResult]) -> tuple[PaceFigures, ...]:
    """Put the paces of each outage together."""
    return tuple(
        _paces(fault, found)
        for fault in Fault
        if (found := [each.pace for each in results if each.fault is fault and each.pace is not None])
    )


def _paces(fault: Fault, found: Sequence[Pace]) -> PaceFigures:
    calm = [(each.before + each.after) / 2 for each in found]
    return PaceFigures(
        fault,
        len(found),
        median(calm),
        median(each.without / max(usual, 1.0) for each, usual in zip(found, calm, strict=True)),
        median(
            abs(each.before - each.after) / max(usual, 1.0) for each, usual in zip(found, calm, strict=True)
        ),
    )


def _figures(fault: Fault, results: Sequence[RoundResult]) -> FaultFigures:
    again = [each.sells_again_ms for each in results]
    after = [each.sells_again_ms - each.blow_ms for each in results]
    return FaultFigures(fault, len(results), median(again), max(again), median(after), max(after))


def show(report: Report, console: Console) -> None:
    """Print the report as people read it."""
    table = Table("fault", title=f"{report.seconds / 60:.1f} minutes under fire", title_justify="left")
    for heading in ("rounds", "sells again: median", "longest", "after the blow: median", "longest"):
        table.add_column(heading, justify="right")
    for each in report.faults:
        after = (each.after_blow_median_ms, each.after_blow_max_ms)
        times = (each.sells_again_median_ms, each.sells_again_max_ms, *after)
        table.add_row(each.fault, str(each.count), *(f"{time / 1000:.2f} s" for time in times))
    console.print(table)
    for pace in report.paces:
        console.print(
            f"{pace.fault}: {pace.without:.0%} of {pace.holds_a_second:.0f} holds a second over {pace.count} "
            f"rounds (before and afterwards differ by {pace.noise:.0%})" + ("  SLOWED" if pace.slowed else "")
        )
    for line in report.beside:
        console.print(line)
    for grown in report.memory:
        console.print(
            f"{grown.part} {grown.pid}: {grown.first_mb:.0f} to {grown.last_mb:.0f} MB in "
            f"{grown.minutes:.0f} minutes, {grown.slope_mb_per_hour:+.0f} MB an hour, "
            f"may grow {grown.allowed_mb:.0f} MB" + ("  LEAK" if grown.leaks else "")
        )
    for size in report.sizes:
        console.print(
            f"{size.scene}, all of {size.part}: {size.first_mb:.0f} MB at first, {size.middle_mb:.0f} in the "
            f"middle, {size.last_mb:.0f} after {size.minutes:.0f} minutes"
        )
    _close(report, console)


def _leaks(report: Report) -> str:
    if not report.memory:
        return "no process lived long enough to tell whether it leaks"
    found = "no leak, memory flat" if report.leaks == 0 else f"{report.leaks} LEAK"
    return f"{found}: of {len(report.memory)} processes that lived long enough to tell"


def _close(report: Report, console: Console) -> None:
    console.print(_leaks(report))
    console.print(
        f"{report.holds:,} holds and {report.orders:,} orders acknowledged, {report.promises_looked_at:,} "
        f"promises looked at, {report.records:,} records replayed"
    )
    if report.stood_still_s:
        console.print(
            f"the torture itself stood still for {report.stood_still_s:.0f} s, which no time includes"
        )
    if report.ended_early:
        console.print("ended by a signal, before its time")
    for line in (
        *(f"skipped: {each}" for each in report.skipped),
        *(f"late, and excused: {each}" for each in report.excused),
        *(f"TROUBLE {each}" for each in report.troubles),
        *(f"BREACH {each}" for each in report.breaches),
    ):
        console.print(line, markup=False)
    if report.troubles:
        console.print("something went wrong with the torture itself: it has not looked at everything")
    console.print("nothing was lost and nothing given twice" if not report.breaches else "books broken")

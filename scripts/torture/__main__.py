"""`make torture`: many rounds of every fault, progress on the way, a summary, exit status 1 on any breach."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic

from bench.server_process import ServerProcess
from engine.plans.fixtures import racetrack
from holdfast.ports_free import free_port
from scripts.torture.faults import Fault
from scripts.torture.trial import RoundResult, Trial, open_sale

LOG_SHOWN_CHARS = 8_000


def main() -> int:
    """Run the rounds that the command line asks for."""
    parser = argparse.ArgumentParser(prog="torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="rounds of each fault (10)")
    parser.add_argument("--minutes", type=float, help="go on for so long instead, one round of each in turn")
    parser.add_argument(
        "--faults", nargs="+", choices=[each.name.lower() for each in Fault], help="only these"
    )
    parser.add_argument("--buyers", type=int, default=16, help="buyers at a time (16)")
    parser.add_argument("--seed", type=int, default=1, help="the crowd's seed (1)")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-torture-", ignore_cleanup_errors=True) as folder,
        ServerProcess(Path(folder) / "data", free_port()) as server,
    ):
        plan = racetrack()
        trial = Trial(server, open_sale(server, plan), plan, buyers=options.buyers, seed=options.seed)
        results = asyncio.run(_rounds(trial, options))
        verdict = server.command("verify", accept=lambda status: status in (0, 1))
        words = server.log
    breaches = [*trial.promises.breaches, *(str(each) for each in verdict["breaches"])]
    if breaches:
        print(f"the server's last words:\n{words[-LOG_SHOWN_CHARS:]}")
    _summary(results, trial, verdict, breaches)
    return 1 if breaches else 0


async def _rounds(trial: Trial, options: argparse.Namespace) -> list[RoundResult]:
    faults = [each for each in Fault if options.faults is None or each.name.lower() in options.faults]
    until_s = None if options.minutes is None else monotonic() + 60 * options.minutes
    results: list[RoundResult] = []
    number = 0
    while number < options.rounds if until_s is None else monotonic() < until_s:
        number += 1
        for fault in faults:
            result = await trial.round(fault)
            results.append(result)
            print(f"{number:4} {_line(result)}", flush=True)
    await trial.audit()
    return results


def _line(result: RoundResult) -> str:
    database = f", database back after {result.database_ms:.0f} ms" if result.database_ms else ""
    return (
        f"{result.fault:<16} all sections sell again after {result.sells_again_ms:5.0f} ms{database}; "
        f"{result.holds} holds, {result.checked} promises looked at, {len(result.breaches)} breaches"
    )


def _summary(
    results: list[RoundResult], trial: Trial, verdict: dict[str, object], breaches: list[str]
) -> None:
    print("\nfault            rounds   sells again: median  longest   after the database: longest")
    for fault in Fault:
        of_fault = [result for result in results if result.fault is fault]
        if of_fault:
            again = [result.sells_again_ms for result in of_fault]
            after = max(result.sells_again_ms - result.database_ms for result in of_fault)
            told = f"{after:.0f} ms" if fault is Fault.DATABASE else "-"
            print(f"{fault:<16} {len(again):6} {median(again):17.0f} ms {max(again):5.0f} ms {told:>24}")
    promises = trial.promises
    print(
        f"{promises.holds:,} holds and {promises.orders:,} orders acknowledged, "
        f"{promises.checked:,} promises looked at, refused {dict(promises.refused)}"
    )
    print(f"the journal: {verdict['records']} records, {verdict['sold']} sold, {verdict['held']} held")
    for breach in breaches:
        print(f"BREACH {breach}")
    print("nothing was lost and nothing given twice" if not breaches else f"{len(breaches)} breaches")


if __name__ == "__main__":
    sys.exit(main())

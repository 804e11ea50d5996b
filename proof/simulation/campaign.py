"""Many seeds one after the other, on as many processes as there are to spare, and what came of them."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import Final

import msgspec

from proof.simulation.parts import promised
from proof.simulation.runner import Result, simulate
from proof.simulation.scenario import Scenario

ENOUGH_SEEDS: Final = 200
"""From so many seeds on everything that was promised to happen sometimes must have happened."""
FAILURES_MAX: Final = 20
"""After so many failing seeds a run ends: more of them tell nothing new."""
AHEAD: Final = 64
"""Seeds that are given out before their turn, for each process."""


class Failure(msgspec.Struct, frozen=True):
    """A seed with violations, and the command that plays it again."""

    seed: int
    violations: tuple[str, ...]
    replay: str


class Report(msgspec.Struct, frozen=True):
    """What a run came to. `never` names what never happened and should have."""

    seeds: int
    commands: int
    seconds: float
    commands_per_s: float
    simulated_s: float
    violations: int
    failures: tuple[Failure, ...]
    faults: dict[str, int]
    sometimes: dict[str, int]
    never: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """No violation, and after enough seeds nothing that never happened."""
        return not self.violations and not (self.seeds >= ENOUGH_SEEDS and self.never)


def run(scenarios: Iterable[Scenario], jobs: int, on_result: Callable[[Result], None]) -> Report:
    """Play scenarios in order on `jobs` processes; `on_result` hears of each as it is done.

    Ends early after `FAILURES_MAX` failing ones.
    """
    began = time.monotonic()
    results: Counter[str] = Counter()
    faults, sometimes = (Counter(dict.fromkeys(names, 0)) for names in promised())
    failures: list[Failure] = []
    simulated_s = 0.0
    for scenario, result in _results(scenarios, jobs):
        results.update(seeds=1, commands=result.commands, violations=len(result.violations))
        simulated_s += result.seconds
        faults.update(result.faults)
        sometimes.update(result.seen)
        if result.violations:
            failures.append(Failure(result.seed, result.violations, scenario.command_line()))
        on_result(result)
        if len(failures) == FAILURES_MAX:
            break
    seconds = time.monotonic() - began
    return Report(
        seeds=results["seeds"],
        commands=results["commands"],
        seconds=round(seconds, 3),
        commands_per_s=round(results["commands"] / max(seconds, 1e-9), 1),
        simulated_s=round(simulated_s, 3),
        violations=results["violations"],
        failures=tuple(failures),
        faults=dict(sorted(faults.items())),
        sometimes=dict(sorted(sometimes.items())),
        never=tuple(
            sorted(name for each in (faults, sometimes) for name, count in each.items() if not count)
        ),
    )


def _results(scenarios: Iterable[Scenario], jobs: int) -> Iterator[tuple[Scenario, Result]]:
    if jobs == 1:
        for scenario in scenarios:
            yield scenario, simulate(scenario)
        return
    # Not forked: whoever calls may have threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _prepare) as pool:
        remaining = iter(scenarios)
        given_out = islice(remaining, jobs * AHEAD)
        under_way = deque((each, pool.submit(simulate, each)) for each in given_out)
        try:
            while under_way:
                scenario, future = under_way.popleft()
                yield scenario, future.result()
                if (following := next(remaining, None)) is not None:
                    under_way.append((following, pool.submit(simulate, following)))
        finally:
            pool.shutdown(cancel_futures=True)


def _prepare() -> None:
    """What was imported is there to stay; the collector is called when a sale is over, and then only."""
    gc.collect()
    gc.freeze()
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A pool whose owner was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

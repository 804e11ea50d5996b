"""Runs scenarios, each on a server of its own that starts empty and ends audited."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.baselines.catalogue import DESIGNS
from bench.baselines.redis_server import NONE_THERE, REDIS_URL, RedisPlace, redis_server
from bench.loadgen import LoadResult
from bench.server_process import ServerProcess
from bench.suite import faults, growth, plays
from bench.suite.comparison import HOT_SECTION, WHOLE_HOUSE, compare, echo_result
from bench.suite.measured import conclude
from bench.suite.plays import Play
from bench.suite.results import SuiteResult, median_result
from bench.suite.stage import Stage, SuiteOptions, Wiring

OURS: Final = "holdfast"
DESIGNS_SCENARIO: Final = "designs"
ALL: Final = "all"
SCENARIOS: Final[dict[str, Play]] = {
    "hot-seat": plays.hot_seat,
    "best-herd": plays.best_herd,
    "whole-house": plays.whole_house,
    "hold-churn": plays.hold_churn,
    "abandon-storm": plays.abandon_storm,
    "reconnect-storm": plays.reconnect_storm,
    "viewers-storm": plays.viewers_storm,
    "kill-during-sale": faults.kill_during_sale,
    "storage-stall": faults.storage_stall,
    "many-events": plays.many_events,
    "confirm-storm": plays.confirm_storm,
    "growth": growth.growth,
}
ONCE: Final = frozenset({"growth", "many-events"})
"""Played once however often the others are: they take minutes, and consist of many rounds themselves."""
Progress = Callable[[str], None]
"""Told what begins now, and what was left out."""


class SuiteRun:
    """The results of all runs so far, and how they were got."""

    def __init__(self, options: SuiteOptions, wiring: Wiring, progress: Progress) -> None:
        self._options: Final = options
        self._wiring: Final = wiring
        self._progress: Final = progress
        self._results: Final[defaultdict[tuple[str, str], list[SuiteResult]]] = defaultdict(list)

    def play(self, scenario: str) -> None:
        """One scenario, as often as is asked for. Raises `ServerFailed`."""
        repeat = 1 if scenario in ONCE else self._options.repeat
        for number in range(1, repeat + 1):
            self._progress(f"{scenario}, run {number} of {repeat}")
            with self._stage() as stage:
                echo_per_s = stage.echo()
                measured = SCENARIOS[scenario](stage)
                self._keep(conclude(stage, OURS, measured, echo_per_s))

    def compare(self) -> None:
        """Ours and every design of today, in turn, as often as is asked for. Raises `ServerFailed`."""
        echoes: list[LoadResult] = []
        with redis_server(self._options.redis_port) as redis:
            for number in range(1, self._options.repeat + 1):
                for design in (OURS, *DESIGNS):
                    self._progress(f"{design}, run {number} of {self._options.repeat}")
                    echoes += self.play_design(design, redis)
        for scenario in (HOT_SECTION, WHOLE_HOUSE):
            seats = self._results[scenario, OURS][0].seats
            self._keep([echo_result(scenario, echoes, seats)])

    def play_design(self, design: str, redis: RedisPlace | None) -> Sequence[LoadResult]:
        """One design once; its echoes. One that needs Redis is left out, and told of, without."""
        info = next((info for name, info in DESIGNS.items() if name == design), None)
        if info is not None and info.needs_redis and redis is None:
            self._progress(f"{design} {NONE_THERE}")
            return ()
        with self._stage(None if info is None else design, redis) as stage:
            results, echoes = compare(stage, design, durable=info is None or info.durable)
        self._keep(results)
        return echoes

    def _keep(self, results: Sequence[SuiteResult]) -> None:
        for result in results:
            self._results[result.scenario, result.design].append(result)

    @contextmanager
    def _stage(self, design: str | None = None, redis: RedisPlace | None = None) -> Iterator[Stage]:
        options = self._options
        environment = dict(options.environment)
        others = []
        if redis is not None:
            environment[REDIS_URL] = redis.url
            others = [redis.pid] if redis.pid is not None and design is not None else []
        with tempfile.TemporaryDirectory(prefix="holdfast-bench-", ignore_cleanup_errors=True) as folder:
            data_dir = Path(folder) / "data"
            with ServerProcess(data_dir, options.port, environment, design=design) as server:
                yield Stage(server, self._wiring, options, others)

    def results(self) -> list[SuiteResult]:
        """One for each scenario and design, in the order in which they were first played."""
        return [median_result(runs) for runs in self._results.values()]


def run_suite(
    scenario: str,
    options: SuiteOptions,
    wiring: Wiring,
    progress: Progress = lambda what: None,
) -> list[SuiteResult]:
    """A scenario by its name, `designs` for ours beside those of today, or `all`. Raises `ServerFailed`."""
    run = SuiteRun(options, wiring, progress)
    if scenario in (DESIGNS_SCENARIO, ALL):
        run.compare()
    wanted = SCENARIOS if scenario == ALL else [each for each in (scenario,) if each in SCENARIOS]
    for each in wanted:
        # The comparison plays the whole house with our design too.
        if scenario != ALL or each != WHOLE_HOUSE:
            run.play(each)
    return run.results()

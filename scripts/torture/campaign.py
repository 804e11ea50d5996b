"""A campaign against a server in every scene: rounds of faults, then the audit, scene after scene."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from client import Recording
from engine.plan import Plan
from engine.plans.fixtures import racetrack
from scripts.torture.clock import now_s, stood_still_s
from scripts.torture.company import Company
from scripts.torture.faults import Fault
from scripts.torture.memory import Growth, MemoryWatch, Size
from scripts.torture.report import Report, figures, paces
from scripts.torture.scene import Scene
from scripts.torture.stages import STAGES, Stage
from scripts.torture.trial import RoundResult, Trial, open_sale

LOG_SHOWN_CHARS: Final = 6_000
TROUBLE_SHOWN_CHARS: Final = 2_000
ENDED_BY: Final = (signal.SIGINT, signal.SIGTERM)


class Plans(msgspec.Struct, frozen=True):
    """How much is asked for: `rounds` of every fault, or `minutes` in all, shared out by faults."""

    faults: frozenset[Fault]
    rounds: int
    minutes: float | None = None
    buyers: int = 16
    seed: int = 1


class Campaign:
    """Everything that was found so far. A signal ends it after the round, with all that comes at an end."""

    def __init__(
        self,
        plans: Plans,
        on_round: Callable[[str, int, RoundResult], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        """`on_round` is told the scene, the number of the round and its result; `on_trouble` what broke."""
        self._plans: Final = plans
        self._on_round: Final = on_round
        self._on_trouble: Final = on_trouble
        self._results: Final[list[RoundResult]] = []
        self._memory: Final[list[Growth]] = []
        self._sizes: Final[list[Size]] = []
        self._breaches: Final[list[str]] = []
        self._skipped: Final[list[str]] = []
        self._beside: Final[list[str]] = []
        self._troubles: Final[list[str]] = []
        self._holds = self._orders = self._looked_at = self._records = 0
        self.ending: Final = asyncio.Event()

    async def run(self) -> Report:
        """Play every scene that has one of the faults."""
        began_s = now_s()
        wanted = [(stage, [each for each in stage.faults if each in self._plans.faults]) for stage in STAGES]
        total = sum(len(faults) for _, faults in wanted)
        with self.ended_by_signals():
            for stage, faults in wanted:
                if faults and not self.ending.is_set():
                    await self._play(stage, faults, len(faults) / total)
        return Report(
            now_s() - began_s,
            figures(self._results),
            self._holds,
            self._orders,
            self._looked_at,
            self._records,
            tuple(self._memory),
            tuple(self._skipped),
            tuple(self._breaches),
            paces(self._results),
            tuple(self._beside),
            tuple(self._sizes),
            tuple(self._troubles),
            stood_still_s(),
            tuple(late for result in self._results for late in result.excused),
            self.ending.is_set(),
        )

    @contextmanager
    def ended_by_signals(self) -> Iterator[None]:
        """The first signal ends the campaign in good order, the next one as ever."""
        loop = asyncio.get_running_loop()

        def end() -> None:
            self.ending.set()
            self._listen_no_more(loop)

        for number in ENDED_BY:
            loop.add_signal_handler(number, end)
        try:
            yield
        finally:
            self._listen_no_more(loop)

    @staticmethod
    def _listen_no_more(loop: asyncio.AbstractEventLoop) -> None:
        for number in ENDED_BY:
            loop.remove_signal_handler(number)

    async def _trying(self, what: str, work: Awaitable[None]) -> None:
        """Whatever goes wrong with a torture itself, what it has found by then is worth being told."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - it is told with all the rest
            said = "".join(traceback.format_exception(error))
            self._troubles.append(f"{what}: {said[-TROUBLE_SHOWN_CHARS:]}")
            self._on_trouble(self._troubles[-1])

    async def _play(self, stage: Stage, faults: Sequence[Fault], share: float) -> None:
        await self._trying(stage.name, self._opened(stage, faults, share))

    async def _opened(self, stage: Stage, faults: Sequence[Fault], share: float) -> None:
        plan = racetrack()
        with tempfile.TemporaryDirectory(prefix="holdfast-torture-", ignore_cleanup_errors=True) as folder:
            try:
                async with stage.open(Path(folder)) as scene:
                    await self._fight(stage, scene, plan, faults, share, Path(folder) / "history.jsonl")
            except PermissionError as missing:
                self._skipped.append(f"{stage.name}: {missing}")

    async def _fight(
        self, stage: Stage, scene: Scene, plan: Plan, faults: Sequence[Fault], share: float, history: Path
    ) -> None:
        event = await asyncio.to_thread(open_sale, scene.server, plan)
        memory = MemoryWatch(scene)
        with Recording(history) as recorder:
            plans = self._plans
            trial = Trial(
                *(scene, event, plan),
                buyers=plans.buyers,
                seed=plans.seed,
                recorder=recorder,
                pays=stage.pays,
            )
            companies = await stage.invite(scene, trial.promises)
            trial.join(*companies)
            await self._trying(f"{stage.name}, a round", self._rounds(stage, trial, memory, faults, share))
            await self._trying(f"{stage.name}, the last look", trial.audit())
        await self._trying(f"{stage.name}, the audit", self._judge(stage, scene, trial, memory, history))
        self._count(stage, trial, memory, companies)

    async def _rounds(
        self, stage: Stage, trial: Trial, memory: MemoryWatch, faults: Sequence[Fault], share: float
    ) -> None:
        """Each fault once at least; with minutes, until these are over."""
        minutes = self._plans.minutes
        until_s = None if minutes is None else now_s() + 60 * minutes * share
        number = 0
        while number < self._plans.rounds if until_s is None else now_s() < until_s:
            number += 1
            for fault in faults:
                if self.ending.is_set() or (number > 1 and until_s is not None and now_s() > until_s):
                    return
                result = await trial.round(fault)
                self._results.append(result)
                self._on_round(stage.name, number, result)
                memory.sample()

    async def _judge(
        self, stage: Stage, scene: Scene, trial: Trial, memory: MemoryWatch, history: Path
    ) -> None:
        """Hold everything that was told against the journals."""
        command = ("verify", "--history", str(history))
        verdict = await asyncio.to_thread(
            scene.server.command, *command, accept=lambda status: status in (0, 1)
        )
        for sums in verdict["takings"]:
            kept = Decimal(sums["captured"]) - Decimal(sums["refunded"])
            owed = Decimal(sums["booked"]) - Decimal(sums["partly"])
            trial.promises.expect(owed, kept, f"{stage.name}: {sums['currency']} taken less given back")
            self._beside.append(
                f"{sums['payments']:,} payments: {sums['captured']} {sums['currency']} taken, "
                f"{sums['refunded']} given back, {sums['booked']} booked"
            )
        for breach in verdict["breaches"]:
            trial.promises.broken(str(breach))
        self._records += verdict["records"]
        self._memory.extend(memory.growth(verdict["records"]))

    def _count(self, stage: Stage, trial: Trial, memory: MemoryWatch, companies: Sequence[Company]) -> None:
        """Put together what was found in a scene."""
        promises = trial.promises
        self._breaches.extend(f"{stage.name}: {each}" for each in promises.breaches)
        if promises.breaches:
            said = trial.last_words(LOG_SHOWN_CHARS)
            self._breaches.append(f"{stage.name}: the server's last words: {said}")
        self._beside.extend(line for company in companies for line in company.told())
        self._sizes.extend(memory.sizes(stage.name))
        self._holds += promises.holds
        self._orders += promises.orders
        self._looked_at += promises.checked

"""A campaign against a server in every scene: rounds of faults, then the audit, scene after scene."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec

from client import Recording
from engine.plan import Plan
from engine.plans.fixtures import racetrack
from scripts.torture.faults import Fault
from scripts.torture.memory import Growth, MemoryWatch, Size
from scripts.torture.report import Report, figures, paces
from scripts.torture.scene import Scene
from scripts.torture.stages import STAGES, Stage
from scripts.torture.trial import RoundResult, Trial, open_sale

LOG_SHOWN_CHARS: Final = 6_000


class Plans(msgspec.Struct, frozen=True):
    """How much is asked for: `rounds` of every fault, or `minutes` in all, shared out by faults."""

    faults: frozenset[Fault]
    rounds: int
    minutes: float | None = None
    buyers: int = 16
    seed: int = 1


class Campaign:
    """Everything that was found so far."""

    def __init__(self, plans: Plans, on_round: Callable[[str, int, RoundResult], None]) -> None:
        """`on_round` is told the scene, the number of the round and its result."""
        self._plans: Final = plans
        self._on_round: Final = on_round
        self._results: Final[list[RoundResult]] = []
        self._memory: Final[list[Growth]] = []
        self._sizes: Final[list[Size]] = []
        self._breaches: Final[list[str]] = []
        self._skipped: Final[list[str]] = []
        self._beside: Final[list[str]] = []
        self._holds = self._orders = self._looked_at = self._records = 0

    async def run(self) -> Report:
        """Play every scene that has one of the faults."""
        began = monotonic()
        wanted = [(stage, [each for each in stage.faults if each in self._plans.faults]) for stage in STAGES]
        total = sum(len(faults) for _, faults in wanted)
        for stage, faults in wanted:
            if faults:
                await self._play(stage, faults, len(faults) / total)
        return Report(
            monotonic() - began,
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
        )

    async def _play(self, stage: Stage, faults: Sequence[Fault], share: float) -> None:
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
            await self._rounds(stage, trial, memory, faults, share)
        await trial.audit()
        self._beside.extend(line for company in companies for line in company.told())
        await self._judge(stage, scene, trial, memory, history)

    async def _rounds(
        self, stage: Stage, trial: Trial, memory: MemoryWatch, faults: Sequence[Fault], share: float
    ) -> None:
        minutes = self._plans.minutes
        until = None if minutes is None else monotonic() + 60 * minutes * share
        number = 0
        while number < self._plans.rounds if until is None else monotonic() < until:
            number += 1
            for fault in faults:
                result = await trial.round(fault)
                self._results.append(result)
                self._on_round(stage.name, number, result)
                memory.sample()

    async def _judge(
        self, stage: Stage, scene: Scene, trial: Trial, memory: MemoryWatch, history: Path
    ) -> None:
        """Hold everything that was told against the journals, and count up."""
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
        found = [*trial.promises.breaches, *(str(each) for each in verdict["breaches"])]
        if found:
            found.append(f"the server's last words: {scene.server.log[-LOG_SHOWN_CHARS:]}")
        self._breaches.extend(f"{stage.name}: {each}" for each in found)
        self._memory.extend(memory.growth(verdict["records"]))
        self._sizes.extend(memory.sizes(stage.name))
        self._holds += trial.promises.holds
        self._orders += trial.promises.orders
        self._looked_at += trial.promises.checked
        self._records += verdict["records"]

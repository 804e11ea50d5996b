"""A torture that was stopped itself, in the midst of a round, does not blame the server for it."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from scripts.torture.campaign import Campaign, Plans
from scripts.torture.clock import STOOD_STILL_S, PatientLoop, now_s, stood_still_s
from scripts.torture.promises import Promises
from scripts.torture.waits import StoodStill, within

LONG_S = 1_000.0


class Stopping:
    """The clock of a process that may be stopped: time goes on without it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead_s


async def a_turn() -> None:
    """Let timers that are due have their turn."""
    await asyncio.sleep(2 * time.get_clock_info("monotonic").resolution)


async def _waits(clock: Stopping) -> tuple[float, float]:
    began_s = now_s()
    async with within(LONG_S / 2, "nothing"):
        clock.ahead_s += LONG_S
        await a_turn()
        await a_turn()
    return now_s() - began_s, stood_still_s()


def test_no_limit_counts_the_time_in_which_we_stood_still() -> None:
    """A wait of half the time that a stop took is not over after it."""
    clock = Stopping()
    with asyncio.Runner(loop_factory=lambda: PatientLoop(clock)) as runner:
        waited_s, still_s = runner.run(_waits(clock))
    assert waited_s < LONG_S / 2
    assert still_s >= LONG_S


async def _lates(clock: Stopping) -> tuple[list[str], list[str]]:
    promises = Promises()
    promises.begin()
    promises.late("before")
    clock.ahead_s += STOOD_STILL_S + 1
    await a_turn()
    promises.late("after")
    promises.broken("lost")
    promises.begin()
    promises.late("in the next round")
    return promises.breaches, promises.excused


def test_what_is_late_is_excused_in_the_round_in_which_we_stood_still() -> None:
    """What is lost is not, nor what is late in another round."""
    clock = Stopping()
    with asyncio.Runner(loop_factory=lambda: PatientLoop(clock)) as runner:
        breaches, excused = runner.run(_lates(clock))
    assert (["before", "lost", "in the next round"], ["after"]) == (breaches, excused)


async def test_on_any_other_loop_nobody_stands_still() -> None:
    """A trial of the tests is judged by the time that passes."""
    promises = Promises()
    promises.begin()
    promises.late("late")
    assert (0.0, ["late"]) == (stood_still_s(), promises.breaches)
    with pytest.raises(StoodStill, match="for the end"):
        async with within(0, "the end"):
            await asyncio.Event().wait()


async def test_a_signal_ends_a_campaign_with_its_report() -> None:
    """What was found by then is told, and that it was ended early."""
    campaign = Campaign(Plans(frozenset(), rounds=1), lambda *_: None, lambda _: None)
    with campaign.ended_by_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        await campaign.ending.wait()
    report = await campaign.run()
    assert (True, True) == (report.ended_early, report.clean)

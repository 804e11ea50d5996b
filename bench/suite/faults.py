"""The scenarios in which something breaks while the sale goes on; buyers repeat under their keys."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import psutil

from bench.load_process import LoadProcess, begin_load
from bench.suite.measured import Measured
from bench.suite.stage import Stage
from bench.wide_house import wide_house

SECTIONS: Final = 4
SEATS: Final = 80_000
STALL_S: Final = 2.0
BEFORE_SHARE: Final = 0.4
"""When the blow falls, as a share of the round."""
Blow = Callable[[Stage], float]
"""Strikes, and says for how many seconds something was kept from working."""


def kill_during_sale(stage: Stage) -> list[Measured]:
    """A section's actor is killed in the midst of the sale."""
    return [_under_fire(stage, "kill-during-sale", _kill_actor)]


def storage_stall(stage: Stage) -> list[Measured]:
    """Every process of the database stands still for two seconds."""
    return [_under_fire(stage, "storage-stall", _stall_database)]


def _under_fire(stage: Stage, scenario: str, blow: Blow) -> Measured:
    options = stage.options
    seats = options.scaled(SEATS, 8_000)
    event = stage.events(wide_house(SECTIONS, seats // SECTIONS))[0]
    first = stage.wake(event, seats, SECTIONS)
    seconds = max(options.seconds * 1.5, 4.0)
    spec = stage.spec(
        "pairs",
        event,
        seats,
        sections=SECTIONS,
        first_seat=first,
        seconds=seconds,
        connections=min(64, options.connections),
        retries=True,
    )
    with LoadProcess("bench.loadgen") as load:
        begin_load(load, spec)
        time.sleep(options.warm_s + seconds * BEFORE_SHARE)
        struck_s = blow(stage)
        result = load.finish(spec)
    stage.acknowledged += result.pairs
    figures = {
        "longest_gap_s": result.longest_gap_s,
        "blow_s": round(struck_s, 3),
        "retried": float(result.retried),
    }
    return Measured(scenario=scenario, seats=seats, sections=SECTIONS, loads=(result,), figures=figures)


def _kill_actor(stage: Stage) -> float:
    actors = stage.parts().get("actor", [])
    if actors:
        max(actors, key=_busy).send_signal(signal.SIGKILL)
    return 0.0


def _busy(process: psutil.Process) -> float:
    """CPU seconds so far: the actor that sells most is the one to lose."""
    with suppress(psutil.NoSuchProcess):
        return float(process.cpu_times().user)
    return 0.0


def _stall_database(stage: Stage) -> float:
    stopped = stage.parts().get("postgres", [])
    began_s = time.perf_counter()
    try:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        time.sleep(stage.options.scaled(2, 1) * STALL_S / 2)
    finally:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.resume()
    return time.perf_counter() - began_s

"""The loop and its processes: virtual time, death, freezing."""

from __future__ import annotations

import asyncio

import pytest

from proof.simulation.loop import Stuck, VirtualLoop
from proof.simulation.processes import MORNING_MS, NodeClock, Process, ProcessEnded


class Bench:
    """A loop, and a process that notes when it woke."""

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.dead: list[str] = []
        self.woke: list[float] = []
        self.process = Process(
            "one", self.loop, self.loop.resume, lambda process: self.dead.append(process.name)
        )

    async def wake(self, *delays: float) -> None:
        """Sleep again and again."""
        for delay in delays:
            await asyncio.sleep(delay)
            self.woke.append(self.loop.time())

    def play(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.loop.run_until_complete(asyncio.sleep(seconds))


def test_time_jumps_to_what_happens_next() -> None:
    """An hour takes no time, and nobody wakes early or late."""
    bench = Bench()
    bench.process.spawn(bench.wake(1.0, 3_600.0))
    bench.play(5_000.0)
    assert [1.0, 3_601.0] == bench.woke
    bench.loop.end()


def test_a_dead_process_takes_no_turn() -> None:
    """Not even to tidy up, and nobody is told twice."""
    bench = Bench()
    bench.process.spawn(bench.wake(1.0, 1.0))
    bench.loop.call_later(1.5, bench.process.kill)
    bench.loop.call_later(1.6, bench.process.kill)
    bench.play(10.0)
    assert ([1.0], ["one"], []) == (bench.woke, bench.dead, bench.loop.broken)
    bench.loop.end()


def test_a_process_that_ends_itself_does_nothing_after_that() -> None:
    """As after `os._exit`: no handler of errors goes on."""
    bench = Bench()
    after: list[str] = []

    async def end() -> None:
        try:
            bench.process.end_itself()
        except Exception:  # noqa: BLE001  # what is shown is that it catches nothing
            after.append("caught")
        after.append("went on")

    bench.process.spawn(end())
    bench.play(1.0)
    assert ([], ["one"], []) == (after, bench.dead, bench.loop.broken)
    assert not issubclass(ProcessEnded, Exception)
    bench.loop.end()


def test_a_frozen_process_goes_on_where_it_was() -> None:
    """Its timers run out meanwhile, its clock goes on, and what was due comes at once."""
    bench = Bench()
    bench.process.spawn(bench.wake(1.0, 1.0))
    bench.loop.call_later(1.5, bench.process.freeze)
    bench.loop.call_later(7.0, bench.process.thaw)
    bench.play(10.0)
    assert [1.0, 7.0] == bench.woke
    bench.loop.end()


def test_a_clock_may_jump_and_waiting_does_not_mind() -> None:
    """Wall time is the machine's own; monotonic time is the world's."""
    bench = Bench()
    clock = NodeClock(bench.loop)
    bench.play(2.0)
    clock.skew_ms = -500
    assert (MORNING_MS + 1_500, 2.0) == (clock.now_ms(), clock.monotonic())
    bench.loop.end()


def test_a_world_in_which_nothing_is_left_to_happen_is_stuck() -> None:
    """It is told, not waited for."""
    loop = VirtualLoop()
    with pytest.raises(Stuck):
        loop.run_until_complete(loop.create_future())
    loop.end()

"""Who works without end: how long they pause, and that one works at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from engine.journal import StorageUnavailable
from persistence.memory.database import MemoryDatabase
from persistence.memory.relay import MemoryRelay
from workers.limits import Pauses
from workers.supervision import Turn, go_on

AT_ONCE = Pauses(idle_s=0.0, retry_first_s=0.0, retry_max_s=0.0)


async def test_rounds_go_on_whatever_is_away() -> None:
    """Who did something rests by what that took; what was away is told, and the next round comes."""
    now_s, rested, told = 0.0, list[float](), list[str]()
    rounds: Iterator[int | BaseException] = iter(
        [3, StorageUnavailable("away"), 0, 5, asyncio.CancelledError()]
    )

    async def work() -> int:
        nonlocal now_s
        now_s += 2.0
        outcome = next(rounds)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def rest(took_s: float) -> float:
        rested.append(took_s)
        return 0.0

    def failed(error: Exception, _pause_s: float) -> None:
        told.append(str(error))

    with pytest.raises(asyncio.CancelledError):
        await go_on(work, AT_ONCE, rest, failed, lambda: now_s, lambda: 0.0)
    assert [2.0, 2.0] == rested
    assert ["away"] == told


async def test_one_works_and_the_next_takes_its_turn_when_the_lease_is_over() -> None:
    """A lease is renewed when a third of it is over, and given up at once by who leaves."""
    now_ms = 0
    leases = MemoryRelay(MemoryDatabase(), lambda: now_ms)
    first, second = (Turn(name, leases, 9_000, lambda: now_ms / 1000) for name in ("first", "second"))
    assert (1, None) == (await first.take(), await second.take())
    now_ms = 8_000
    assert (1, None) == (await first.take(), await second.take())
    now_ms = 16_000
    assert None is await second.take()
    now_ms = 17_000
    assert 2 == await second.take()
    first.lost()
    assert None is await first.take()
    await second.give_up()
    assert 3 == await first.take()

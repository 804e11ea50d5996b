"""One gateway's care for works that are due: what befalls one of them is told, and stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import CapturingLogger

import telemetry.outcomes
from engine.journal import StorageUnavailable
from gateway.keeping import Keeper

AWAY = StorageUnavailable("the database is away")
WORKS = [AWAY, LookupError("a bug"), asyncio.CancelledError("of what it waits for"), None]


class Ledger:
    """Everything is due once."""

    def __init__(self) -> None:
        self.due: list[BaseException | None] = list(WORKS)

    async def claim(self, _now_ms: int, _due_ms: int, limit: int) -> Sequence[BaseException | None]:
        claimed, self.due = self.due[:limit], self.due[limit:]
        return claimed


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    """What is logged."""
    told = CapturingLogger()
    monkeypatch.setattr(telemetry.outcomes, "_log", told)
    return told


async def go_on(work: BaseException | None) -> None:
    """Fail as the work does."""
    if work is not None:
        raise work


async def test_every_failure_is_told(told: CapturingLogger) -> None:
    """Each bug by a line of its own; that the database is away by what is raised."""
    keeper = Keeper("works", Ledger(), go_on, lambda: 0, 1_000)
    with pytest.raises(StorageUnavailable):
        await keeper.look()
    expected = [("error", "due_work_failed", "works"), ("warning", "due_work_cut_short", "works")]
    assert expected == [(call.method_name, *call.args, call.kwargs["kind"]) for call in told.calls]


async def test_the_chores_are_done_whatever_befalls_a_work(told: CapturingLogger) -> None:
    """Who met a bug goes on with what is to be done beside it."""
    done = asyncio.Event()

    async def chore() -> None:
        done.set()

    ledger = Ledger()
    ledger.due.remove(AWAY)
    keeper = Keeper("works", ledger, go_on, lambda: 0, 1_000, chore)
    keeper.start()
    async with asyncio.timeout(60):
        await done.wait()
    await keeper.stop()
    assert 2 == len(told.calls)

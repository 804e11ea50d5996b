from __future__ import annotations

import asyncio

import pytest
from structlog.testing import CapturingLogger

import telemetry.outcomes
from engine.journal import StorageUnavailable
from workers.errands import AT_ONCE_MAX, Errands


class Rows:
    """Always as many due as are asked for."""

    def __init__(self, done: list[str]) -> None:
        self.done = done

    async def claim(self, _now_ms: int, _until_ms: int, limit: int) -> list[int]:
        """So many."""
        self.done.append("look")
        return list(range(limit))


async def test_errands_rest_between_two_looks() -> None:
    """Also while more is due."""
    done: list[str] = []
    enough = asyncio.Event()

    def resting(_worked_s: float) -> float:
        done.append("rest")
        if len(done) > AT_ONCE_MAX:
            enough.set()
        return 0.0

    async def left(_row: int) -> None:
        return None

    running = asyncio.create_task(Errands("letter", Rows(done), left, lambda: 0).run(resting))  # type: ignore[arg-type, type-var]  # rows that are only numbers
    await enough.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert ["look", "rest"] * (len(done) // 2) == done


async def test_every_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bug by a line of its own, also behind an errand that did not reach the database."""
    told = CapturingLogger()
    monkeypatch.setattr(telemetry.outcomes, "_log", told)
    met = [StorageUnavailable("away"), LookupError("a bug"), asyncio.CancelledError()]

    async def meet(row: int) -> None:
        if row < len(met):
            raise met[row]

    with pytest.raises(StorageUnavailable):
        await Errands("letter", Rows([]), meet, lambda: 0).look()  # type: ignore[arg-type, type-var]  # rows that are only numbers
    expected = [("error", "due_work_failed", "letter"), ("warning", "due_work_cut_short", "letter")]
    assert expected == [(call.method_name, *call.args, call.kwargs["kind"]) for call in told.calls]

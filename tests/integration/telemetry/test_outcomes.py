"""What befalls works that are done side by side is told, and stops no other."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import CapturedCall, CapturingLogger

import telemetry.outcomes
from telemetry.outcomes import see_through


class Away(Exception):
    """What works need is away."""


class End(BaseException):
    """The process is to end."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> CapturingLogger:
    """What is logged."""
    told = CapturingLogger()
    monkeypatch.setattr(telemetry.outcomes, "_log", told)
    return told


async def work(outcome: BaseException | None = None) -> None:
    """Fail so."""
    if outcome is not None:
        raise outcome


async def test_every_failure_is_told(told: CapturingLogger) -> None:
    """Each bug by a line of its own, also behind a work that met what is away; that by what is raised."""
    bugs = LookupError("a bug"), ValueError("another")
    with pytest.raises(Away):
        await see_through("letter", map(work, (bugs[0], Away("for now"), None, bugs[1])), Away)
    expected = [
        CapturedCall("error", ("due_work_failed",), {"kind": "letter", "exc_info": bug}) for bug in bugs
    ]
    assert expected == told.calls


async def test_a_work_that_was_cut_short_met_no_bug(told: CapturingLogger) -> None:
    """It is told without an error, and the others are seen through."""
    answer = asyncio.get_running_loop().create_future()
    answer.cancel()

    async def waits() -> None:
        await answer

    await see_through("letter", (waits(), work()), Away)
    assert [CapturedCall("warning", ("due_work_cut_short",), {"kind": "letter"})] == told.calls


async def test_who_is_cancelled_waits_no_longer(told: CapturingLogger) -> None:
    """Its works are cancelled with it, and there is nothing to tell."""
    begun = asyncio.Event()

    async def hangs() -> None:
        begun.set()
        await asyncio.Event().wait()

    waiting = asyncio.ensure_future(see_through("letter", (hangs(), work()), Away))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert [] == told.calls


async def test_what_is_no_exception_ends_everything(told: CapturingLogger) -> None:
    """Nobody goes on after it."""
    with pytest.raises(End):
        await see_through("letter", (work(End()),), Away)
    assert [] == told.calls

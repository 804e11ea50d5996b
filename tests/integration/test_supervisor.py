"""The supervisor and gateways that misbehave from the start; no Ray and no database run here."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from holdfast import supervisor
from holdfast.database import Database
from holdfast.listener import listen
from holdfast.settings import Settings

SOON_S = 30.0


async def test_gateways_that_never_come_up_are_not_started_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever typed `serve` learns that it will not, instead of waiting."""
    started: list[int] = []

    def start(*_arguments: object) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
        started.append(process.pid)
        return process

    monkeypatch.setattr(supervisor, "_start_gateway", start)
    monkeypatch.setattr(supervisor, "RESTART_MAX_S", 0.01)
    monkeypatch.setattr(supervisor, "WATCH_EVERY_S", 0.01)
    monkeypatch.setattr(supervisor, "_ready", lambda *_arguments: False)
    ready: list[str] = []
    with listen("127.0.0.1", 0) as listener:
        async with asyncio.timeout(SOON_S):
            with pytest.raises(ChildProcessError, match="no gateway comes up"):
                await supervisor._run(Settings(), Database("", None), listener, asyncio.Event(), ready.append)
    assert supervisor.DEATHS_MAX <= len(started)
    assert [] == ready

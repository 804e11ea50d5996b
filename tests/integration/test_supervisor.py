"""The supervisor and gateways that misbehave from the start; no Ray and no database run here."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from holdfast import gateway_child, supervisor
from holdfast.cluster import Report
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

    monkeypatch.setattr(supervisor, "Cluster", FakeCluster)
    monkeypatch.setattr(supervisor, "start_gateway", start)
    monkeypatch.setattr(gateway_child, "RESTART_MAX_S", 0.01)
    monkeypatch.setattr(supervisor, "WATCH_EVERY_S", 0.01)
    monkeypatch.setattr(supervisor, "_ready", lambda *_arguments: False)
    ready: list[str] = []
    with listen("127.0.0.1", 0) as listener:
        running = supervisor.Supervisor(Settings(), Database("", None), listener)
        async with asyncio.timeout(SOON_S):
            with pytest.raises(ChildProcessError, match="no gateway comes up"):
                await running.run(asyncio.Event(), ready.append)
    assert supervisor.DEATHS_MAX <= len(started)
    assert [] == ready


async def test_a_ray_that_died_is_started_again_and_its_gateways_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However often Ray does not come up at first; the gateways before are gone when the next ones start."""
    started: list[subprocess.Popen[bytes]] = []
    addresses: list[str | None] = []
    stopping = asyncio.Event()

    def start(settings: Settings, *_arguments: object) -> subprocess.Popen[bytes]:
        assert [] == [each for each in started if each.poll() is None]
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
        addresses.append(settings.ray_address)
        if len(started) == 3:
            stopping.set()
        return started[-1]

    monkeypatch.setattr(supervisor, "Cluster", FakeCluster)
    monkeypatch.setattr(supervisor, "start_gateway", start)
    monkeypatch.setattr(supervisor, "WATCH_EVERY_S", 0.01)
    monkeypatch.setattr(supervisor, "RAY_AGAIN_S", 0.01)
    monkeypatch.setattr(supervisor, "_ready", lambda *_arguments: False)
    with listen("127.0.0.1", 0) as listener:
        running = supervisor.Supervisor(Settings(), Database("", None), listener)
        cluster = running._cluster
        assert isinstance(cluster, FakeCluster)
        cluster.fates = [True, False, True, True]
        cluster.dies = True
        async with asyncio.timeout(SOON_S):
            await running.run(stopping, lambda _url: None)
    assert ["127.0.0.1:1", "127.0.0.1:3", "127.0.0.1:4"] == addresses
    assert [] == [each for each in started if each.poll() is None]
    assert cluster.ended


async def test_a_terminal_that_closes_ends_the_server_in_order() -> None:
    """As SIGTERM does: the embedded database would run on otherwise."""
    stopping = asyncio.Event()
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        supervisor._on_signals(stopping)
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(SOON_S):
            await stopping.wait()
    finally:
        _forget_signals(before)


async def test_a_server_under_nohup_outlives_its_terminal() -> None:
    """Who ignores the end of the terminal from the start goes on doing so."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        supervisor._on_signals(asyncio.Event())
        assert signal.SIG_IGN == signal.getsignal(signal.SIGHUP)
    finally:
        _forget_signals(before)


def _forget_signals(hangup: Any) -> None:
    """Put the handlers back that a test replaced."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().remove_signal_handler(number)
    signal.signal(signal.SIGHUP, hangup)


class Fallen:
    """An embedded database that is found dead once."""

    def __init__(self) -> None:
        self.starts = 0

    def alive(self) -> bool:
        return self.starts > 0

    def start(self) -> str:
        self.starts += 1
        return ""


async def test_a_database_that_dies_together_with_ray_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long Ray takes to come up again: whatever else uses the data directory needs it."""
    stopping = asyncio.Event()
    fallen: Any = Fallen()

    async def start(_cluster: FakeCluster) -> Report:
        if fallen.alive():
            stopping.set()
        raise ConnectionError("Ray does not come up")

    monkeypatch.setattr(supervisor, "Cluster", FakeCluster)
    monkeypatch.setattr(FakeCluster, "start", start)
    monkeypatch.setattr(supervisor, "RAY_AGAIN_S", 0.01)
    with listen("127.0.0.1", 0) as listener:
        running = supervisor.Supervisor(Settings(), Database("", fallen), listener)
        async with asyncio.timeout(SOON_S):
            await running._begin_anew(stopping)
    assert 1 == fallen.starts


class FakeCluster:
    """Ray's keeper by a plan: `fates` says which starts succeed, and with `dies` it is found dead."""

    def __init__(self, _settings: Settings) -> None:
        self.fates = [True]
        self.dies = False
        self.starts = 0
        self.ended = False

    @property
    def alive(self) -> bool:
        return not self.dies

    async def start(self) -> Report:
        self.starts += 1
        if not self.fates[self.starts - 1]:
            raise ConnectionError("Ray does not come up")
        return Report(f"127.0.0.1:{self.starts}")

    async def clear(self) -> None:
        """Nothing is left behind."""

    async def end(self) -> None:
        self.ended = True

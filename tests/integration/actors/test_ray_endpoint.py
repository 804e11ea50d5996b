"""Where an actor's socket is, as several gateways ask for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

import actors.ray_actor
from actors.limits import ShellLimits
from actors.ray_actor import Endpoint, SectionActor
from persistence.memory.database import MemoryDatabase
from persistence.memory.store import MemorySectionStore


async def test_all_gateways_that_ask_at_once_learn_the_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that asks while the socket is being opened is not sent the long way for good."""
    monkeypatch.setattr(actors.ray_actor, "tune_process", lambda: None)
    monkeypatch.setattr("ray.get_runtime_context", lambda: SimpleNamespace(get_node_id=lambda: "node"))
    store: Any = MemorySectionStore(MemoryDatabase())
    actor = SectionActor(lambda _name: store, ShellLimits(), str(tmp_path / "a.sock"))
    async with asyncio.timeout(60):
        told = await asyncio.gather(actor.endpoint(), actor.endpoint())
    here = [msgspec.msgpack.decode(each, type=Endpoint) for each in told]
    assert here[0] == here[1]
    assert here[0].path is not None
    await actor._leave()


async def test_an_actor_that_nobody_asks_for_anything_leaves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Ray also brings back one whose sale is over; it is not to stay for ever."""
    left = asyncio.Event()
    monkeypatch.setattr(actors.ray_actor, "tune_process", lambda: None)
    monkeypatch.setattr(actors.ray_actor, "_SWEEP_EVERY_S", 0.001)
    monkeypatch.setattr("ray.actor.exit_actor", left.set)
    store: Any = MemorySectionStore(MemoryDatabase())
    actor = SectionActor(lambda _name: store, ShellLimits(passivate_after_ms=0), str(tmp_path / "a.sock"))
    async with asyncio.timeout(60):
        await left.wait()
    assert not (tmp_path / "a.sock").exists()
    actor._sweeper.cancel()

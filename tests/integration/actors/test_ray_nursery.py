"""Where actors are born, whatever Ray says to it; no Ray runs here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from actors import ray_nursery
from actors.channel import ChannelBroken
from actors.direct import DirectConnection, Kind
from actors.ray_nursery import Nursery

SOON_S = 30.0


async def test_a_spare_is_asked_for_again_whatever_ray_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Restarts stay fast also after a failure that nobody foresaw."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    failures = [ValueError("Ray has many names for it"), RuntimeError("a bug")]

    def ask_for_spare() -> None:
        if failures:
            raise failures.pop()
        loop.call_soon_threadsafe(asked.set)

    monkeypatch.setattr(ray_nursery, "_ask_for_spare", ask_for_spare)
    monkeypatch.setattr(ray_nursery, "SPARE_EVERY_S", 0.001)
    nursery = Nursery(lambda _name: None, spares=True)
    nursery.start(str(tmp_path / "nursery.sock"))
    async with asyncio.timeout(SOON_S):
        await asked.wait()
    await nursery.stop()


async def test_a_birth_that_fails_is_told_and_the_next_one_goes_well(tmp_path: Path) -> None:
    """Whoever asked learns of it by the end of the connection, and can go another way."""
    failures = [ValueError("the name is taken")]
    born: list[str] = []

    def create(name: str) -> None:
        if failures:
            raise failures.pop()
        born.append(name)

    nursery = Nursery(create, spares=False)
    path = str(tmp_path / "nursery.sock")
    nursery.start(path)
    async with asyncio.timeout(SOON_S):
        first = await DirectConnection.open(path)
        with pytest.raises(ChannelBroken):
            await first.call(Kind.CREATE, b"section:evt_1:0")
        second = await DirectConnection.open(path)
        assert b"" == await second.call(Kind.CREATE, b"section:evt_1:0")
        second.close()
    await nursery.stop()
    assert ["section:evt_1:0"] == born

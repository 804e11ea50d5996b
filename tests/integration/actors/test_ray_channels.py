"""Ways to actors survive what Ray may say unexpectedly; no Ray runs here."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import pytest

from actors.channel import ChannelBroken
from actors.limits import RouterLimits, ShellLimits
from actors.ray_channels import RayChannel, RayChannels

SOON_S = 5.0


def refuse(*_arguments: object) -> NoReturn:
    """A store or an actor that cannot be made."""
    raise ValueError("Failed to look up actor with name 'section:evt_1:0'")


async def test_an_actor_that_cannot_be_found_is_a_broken_channel() -> None:
    """Two gateways may create and lose an actor in the same instant: the caller tries again."""
    channel = RayChannel("section:evt_1:0", refuse)
    with pytest.raises(ChannelBroken, match="Failed to look up"):
        await channel.handle(b"")
    with pytest.raises(ChannelBroken, match="Failed to look up"):
        await channel.changes(b"")


@pytest.mark.parametrize("method", ["probe", "restart"])
async def test_the_probe_goes_on_after_a_failure_that_nobody_foresaw(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Hung actors are found as long as the gateway lives, whatever one of them answered."""
    probes: asyncio.Queue[str] = asyncio.Queue()
    failures = [RuntimeError("a bug")]

    async def probe(channel: RayChannel, _timeout_s: float) -> bool:
        probes.put_nowait(channel.name)
        if method == "probe" and failures:
            raise failures.pop()
        return False

    async def restart(_channel: RayChannel) -> None:
        if method == "restart" and failures:
            raise failures.pop()

    monkeypatch.setattr(RayChannel, "probe", probe)
    monkeypatch.setattr(RayChannel, "restart", restart)
    limits = RouterLimits(probe_every_ms=1, probe_misses_max=1)
    open_store: Any = refuse
    channels = RayChannels(open_store, ShellLimits(), limits, None)
    channels.channel("section:evt_1:0")
    channels.start()
    async with asyncio.timeout(SOON_S):
        for _ in range(3):
            assert "section:evt_1:0" == await probes.get()
    await channels.stop()
    assert [] == failures

"""Ways to actors survive what Ray may say unexpectedly; no Ray runs here."""

from __future__ import annotations

import asyncio
import gc
import os
from typing import Any, NoReturn, cast

import pytest
from ray.exceptions import ActorDiedError

from actors import ray_channels
from actors.channel import ChannelBroken
from actors.direct import DirectServer, Kind
from actors.limits import RouterLimits, ShellLimits
from actors.ray_channels import RayChannel, RayChannels
from actors.ray_creation import ActorRecipe
from tests.databases import temporary_directory

SOON_S = 30.0


async def refuse(_name: str) -> NoReturn:
    """An actor that cannot be made."""
    raise ValueError("Failed to look up actor with name 'section:evt_1:0'")


def recipe(socket_dir: str | None) -> ActorRecipe:
    """A recipe that nothing is made after."""
    open_store: Any = None
    return ActorRecipe(open_store, ShellLimits(), socket_dir)


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
    channels = RayChannels(recipe(None), limits, None)
    held = channels.channel("section:evt_1:0")
    channels.start()
    async with asyncio.timeout(SOON_S):
        for _ in range(3):
            assert held.name == await probes.get()
    await channels.stop()
    assert [] == failures


async def test_the_way_to_an_actor_that_is_gone_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept of it, nor that it was silent once, but as long as somebody holds the way to it."""
    round_begins: asyncio.Queue[None] = asyncio.Queue()

    async def probe(channel: RayChannel, _timeout_s: float) -> bool:
        if channel.name == "here":
            round_begins.put_nowait(None)
        return channel.name != "silent"

    monkeypatch.setattr(RayChannel, "probe", probe)
    channels = RayChannels(recipe(None), RouterLimits(probe_every_ms=1, probe_misses_max=10**9), None)
    held, absent = channels.channel("held"), cast("Any", Absent())
    channels.channel("here")._handle = channels.channel("silent")._handle = absent
    channels.start()
    async with asyncio.timeout(60):
        for _ in range(2):
            await round_begins.get()
        assert ["silent"] == channels.silent()
        channels.channel("silent")._bury()
        for _ in range(round_begins.qsize() + 2):
            await round_begins.get()
    await channels.stop()
    gc.collect()
    assert {"held", "here"} == set(channels._channels)
    assert held is channels.channel("held")
    assert [] == channels.silent()


class Absent:
    """Ray's handle of an actor that restarts: it never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    @property
    def endpoint(self) -> Absent:
        return self

    @property
    def pulse(self) -> Absent:
        return self

    def remote(self) -> asyncio.Future[bytes]:
        self.asked.set()
        return asyncio.get_running_loop().create_future()


async def test_an_actor_is_found_where_it_listens_before_ray_tells() -> None:
    """A call that was made while it restarts goes out as soon as its next life listens."""
    absent: Any = Absent()

    async def create(_name: str) -> Any:
        return absent

    async def answer(data: bytes) -> bytes:
        return b"heard " + data

    with temporary_directory() as directory:
        path = recipe(str(directory)).socket_path("section:evt_1:0")
        assert path is not None
        channel = RayChannel("section:evt_1:0", create, path)
        async with asyncio.timeout(SOON_S):
            for life in (b"first", b"second"):
                calling = asyncio.ensure_future(channel.handle(life))
                await absent.asked.wait()
                server = DirectServer({Kind.HANDLE: answer})
                server.start(path)
                assert b"heard " + life == await calling
                server.stop()
                lost = channel._direct
                assert lost is not None
                with pytest.raises(ChannelBroken):
                    await lost.call(Kind.HANDLE, b"")


async def test_an_actor_that_was_found_without_ray_is_probed_all_the_same() -> None:
    """A gateway that only ever met it at its socket notices that it hangs."""
    absent: Any = Absent()

    async def create(_name: str) -> Any:
        return absent

    async def answer(data: bytes) -> bytes:
        return data

    with temporary_directory() as directory:
        path = str(directory / "actor.sock")
        server = DirectServer({Kind.HANDLE: answer})
        server.start(path)
        channel = RayChannel("section:evt_1:0", create, path)
        assert await channel.probe(0.001)
        assert b"here" == await channel.handle(b"here")
        assert not await channel.probe(0.001)
        server.stop()


async def test_an_actor_is_made_also_when_the_nursery_is_no_help(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that hangs, one that fails, and one that is not there: the gateway sees to it itself."""
    made: list[str] = []

    async def hang(_name: bytes) -> bytes:
        await asyncio.Event().wait()
        return b""

    async def fail(_name: bytes) -> bytes:
        raise ValueError("Ray has many names for it")

    def create(_recipe: ActorRecipe, name: str) -> Any:
        made.append(name)
        return Absent()

    monkeypatch.setattr(ActorRecipe, "create", create)
    monkeypatch.setattr(ray_channels, "NURSERY_MAX_S", 0.05)
    with temporary_directory() as directory:
        for birth in (hang, fail, None):
            path = str(directory / "nursery.sock")
            nursery = DirectServer({} if birth is None else {Kind.CREATE: birth})
            if birth is not None:
                nursery.start(path)
            channels = RayChannels(recipe(str(directory)), RouterLimits(), path)
            async with asyncio.timeout(SOON_S):
                await channels.channel("section:evt_1:0").open()
            nursery.stop()
    assert ["section:evt_1:0"] * 3 == made


class Departed(Absent):
    """Ray's handle of an actor that has left for good."""

    def __init__(self) -> None:
        super().__init__()
        self.asks = 0

    def remote(self) -> asyncio.Future[bytes]:
        self.asks += 1
        answer = super().remote()
        answer.set_exception(ActorDiedError())
        return answer


async def test_an_actor_that_has_left_is_not_brought_back_by_a_probe() -> None:
    """Idle actors go to be no burden: a probe asks such a one once, and makes none anew."""
    departed: Any = Departed()
    made: list[str] = []

    async def create(name: str) -> Any:
        made.append(name)
        return departed

    async def answer(data: bytes) -> bytes:
        return data

    with temporary_directory() as directory:
        path = recipe(str(directory)).socket_path("section:evt_1:0")
        assert path is not None
        server = DirectServer({Kind.HANDLE: answer})
        server.start(path)
        channel = RayChannel("section:evt_1:0", create, path)
        async with asyncio.timeout(SOON_S):
            assert b"here" == await channel.handle(b"here")
            assert await channel.probe(SOON_S), "it was found without Ray, which knows of its end"
            unanswered = channel.handle(b"gone")
            server.stop()
            with pytest.raises(ChannelBroken):
                await unanswered
            for _ in range(2):
                assert await channel.probe(SOON_S)
    assert (["section:evt_1:0"], 1) == (made, departed.asks)


async def test_who_took_the_place_of_an_actor_that_left_is_probed() -> None:
    """Another gateway made it anew: this one met it at its socket, and asks Ray for it by its name."""
    departed: Any = Departed()
    absent: Any = Absent()
    handles = [departed, absent]

    async def create(_name: str) -> Any:
        return handles.pop(0)

    async def answer(data: bytes) -> bytes:
        return data

    with temporary_directory() as directory:
        path = recipe(str(directory)).socket_path("section:evt_1:0")
        assert path is not None
        server = DirectServer({Kind.HANDLE: answer})
        server.start(path)
        channel = RayChannel("section:evt_1:0", create, path)
        async with asyncio.timeout(SOON_S):
            await channel.handle(b"here")
            assert await channel.probe(SOON_S)
            assert not await channel.probe(0.01), "it hangs"
        server.stop()


async def test_whose_socket_it_is_tells_what_to_end() -> None:
    """An actor that hung before it ever answered a probe is known by its process all the same."""

    async def create(_name: str) -> Any:
        return Absent()

    async def answer(data: bytes) -> bytes:
        return data

    with temporary_directory() as directory:
        path = str(directory / "actor.sock")
        server = DirectServer({Kind.HANDLE: answer})
        server.start(path)
        channel = RayChannel("section:evt_1:0", create, path)
        await channel.handle(b"here")
        assert os.getpid() == channel.process_id
        server.stop()


async def test_the_place_of_a_successor_is_left_alone() -> None:
    """An incarnation that ends late does not take away the socket of the one after it."""
    with temporary_directory() as directory:
        path = str(directory / "actor.sock")
        old, new = DirectServer({}), DirectServer({})
        old.start(path)
        new.start(path)
        assert (False, True) == (old.reachable, new.reachable)
        old.stop()
        assert new.reachable
        new.stop()
        assert [] == list(directory.iterdir())

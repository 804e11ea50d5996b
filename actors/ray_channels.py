"""Channels to Ray actors: named, detached, brought back when they died, probed for hangs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any, Final
from weakref import WeakValueDictionary

import msgspec
import psutil
import ray
import structlog
from ray.actor import ActorHandle
from ray.exceptions import ActorDiedError, RayError

from actors.channel import ChannelBroken
from actors.direct import DirectConnection, Kind
from actors.ending import ended
from actors.limits import RouterLimits
from actors.ray_actor import Endpoint, Pulse
from actors.ray_creation import ActorRecipe

log = structlog.get_logger()
_pulse_decoder = msgspec.msgpack.Decoder(Pulse)
_endpoint_decoder = msgspec.msgpack.Decoder(Endpoint)
KNOCK_EVERY_S: Final = 0.01
KNOCK_MAX_S: Final = 2.0
"""For how long a call waits for an actor that restarts; after that the lane judges its requests anew."""
NURSERY_MAX_S: Final = 5.0
"""How long the nursery may take over a birth; then the gateway sees to it."""
_METHODS: Final = {Kind.HANDLE: "handle", Kind.CHANGES: "changes"}


class ActorRestarting(ChannelBroken):
    """Ray says that the actor does not answer right now; it brings it back by itself."""


class RayChannel:
    """The way to one named actor: directly when it is on this node, else through Ray."""

    def __init__(
        self, name: str, create: Callable[[str], Awaitable[ActorHandle[Any]]], path: str | None = None
    ) -> None:
        """`create` makes or finds the actor; on this node it listens at `path`."""
        self.name = name
        self.pulse_seen: Pulse | None = None
        self._create = create
        self._path = path
        self._handle: ActorHandle[Any] | None = None
        self._creating = asyncio.Lock()
        self._connecting = asyncio.Lock()
        self._direct: DirectConnection | None = None
        self._asked: asyncio.Task[bytes] | None = None
        self._elsewhere = False

    def handle(self, data: bytes) -> Awaitable[bytes]:
        """Send a batch, at once when the connection stands. Awaiting it raises `ChannelBroken`."""
        return self._call(Kind.HANDLE, data)

    def changes(self, data: bytes) -> Awaitable[bytes]:
        """Long-poll for changes. Awaiting it raises `ChannelBroken`."""
        return self._call(Kind.CHANGES, data)

    def _call(self, kind: Kind, data: bytes) -> Awaitable[bytes]:
        if self._direct is not None and not self._direct.lost:
            return self._direct.call(kind, data)
        return self._find_and_call(kind, data)

    async def _find_and_call(self, kind: Kind, data: bytes) -> bytes:
        direct = await self._connected()
        return await (self._by_ray(_METHODS[kind], data) if direct is None else direct.call(kind, data))

    async def _connected(self) -> DirectConnection | None:
        """The connection to the incarnation that lives now; None when it lives on another node."""
        async with self._connecting:
            if self._elsewhere or (self._direct is not None and not self._direct.lost):
                return self._direct
            self._direct = None
            self._direct = await self._find()
            self._elsewhere = self._direct is None
            return self._direct

    async def _find(self) -> DirectConnection | None:
        """Knock where the actor listens, and ask Ray meanwhile, which brings back one that died."""
        loop = asyncio.get_running_loop()
        until = loop.time() + KNOCK_MAX_S
        while True:
            if self._path is not None:
                with contextlib.suppress(ChannelBroken):
                    return await DirectConnection.open(self._path)
            asked = self._ask_endpoint()
            await asyncio.wait({asked}, timeout=KNOCK_EVERY_S)
            if asked.done():
                try:
                    return await self._by_endpoint(asked.result())
                except ActorRestarting:
                    if loop.time() >= until:
                        raise
                    await asyncio.sleep(KNOCK_EVERY_S)

    def _ask_endpoint(self) -> asyncio.Task[bytes]:
        """The question to Ray that is under way; it goes on when the actor is found without its answer."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.get_running_loop().create_task(self._by_ray("endpoint"))
            self._asked.add_done_callback(_seen)
        return self._asked

    async def _by_endpoint(self, told: bytes) -> DirectConnection | None:
        endpoint = _endpoint_decoder.decode(told)
        here = endpoint.node == ray.get_runtime_context().get_node_id()
        return await DirectConnection.open(endpoint.path) if endpoint.path is not None and here else None

    async def _by_ray(self, method: str, *arguments: bytes) -> bytes:
        try:
            actor = self._handle or await self.open()
            reply: bytes = await getattr(actor, method).remote(*arguments)
        except ActorDiedError as error:
            self._bury()
            raise ChannelBroken(str(error)) from error
        except RayError as error:
            raise ActorRestarting(str(error)) from error
        return reply

    def _bury(self) -> None:
        """It will not come back under its handle; the next call makes a new one, here or elsewhere."""
        self._handle = None
        self._elsewhere = False

    async def open(self) -> ActorHandle[Any]:
        """Create the actor, or find the one that another gateway created. Raises `ChannelBroken`."""
        async with self._creating:
            if self._handle is None:
                try:
                    self._handle = await self._create(self.name)
                except Exception as error:
                    # Ray has many names for it, ValueError among them when the actor has just died.
                    raise ChannelBroken(f"{self.name} cannot be found: {error}") from error
            return self._handle

    @property
    def met(self) -> bool:
        """Whether there is an actor that was called and, as far as is known, did not leave."""
        return self._handle is not None or (self._direct is not None and not self._direct.lost)

    async def probe(self, timeout_s: float) -> bool:
        """Whether the actor's loop turns; Ray itself does not notice a hung process."""
        if not self.met:
            return True  # Nobody has called it yet, or nobody has since it left.
        try:
            async with asyncio.timeout(timeout_s):
                # One that was found at its socket may not have been asked for in Ray before.
                actor = self._handle or await self.open()
                data: bytes = await actor.pulse.remote()
        except TimeoutError:
            return False
        except ActorDiedError:
            # Idle actors leave. Whoever asks for one makes another; to probe is not to ask.
            self._bury()
            return True
        except (RayError, ChannelBroken):
            return True  # Ray knows already that it is gone and restarts it.
        self.pulse_seen = _pulse_decoder.decode(data)
        return True

    @property
    def process_id(self) -> int | None:
        """The process of the incarnation that was met last on this node, if any was."""
        if self._direct is not None:
            return self._direct.peer
        pulse = self.pulse_seen
        return None if pulse is None or pulse.node != ray.get_runtime_context().get_node_id() else pulse.pid

    async def restart(self) -> None:
        """End a hung actor; Ray starts it again."""
        process_id = self.process_id
        if self._handle is not None:
            await asyncio.to_thread(ray.kill, self._handle, no_restart=False)
        if process_id is not None:
            _end_process(process_id)


async def _ask_nursery(path: str, name: str) -> None:
    nursery = await DirectConnection.open(path)
    try:
        await nursery.call(Kind.CREATE, name.encode())
    finally:
        nursery.close()


def _end_process(process_id: int) -> None:
    """A stopped process does not hear Ray's request to end, so it is ended by its number."""
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        # Only Ray's worker of that very actor; the number may have been given to somebody else.
        if "SectionActor" in " ".join(psutil.Process(process_id).cmdline()):
            os.kill(process_id, signal.SIGKILL)


def _seen(asked: asyncio.Task[bytes]) -> None:
    """Take note of a failure that nobody waits for any more."""
    if not asked.cancelled():
        asked.exception()


class RayChannels:
    """All channels of one gateway, and the probe that watches them."""

    def __init__(self, recipe: ActorRecipe, limits: RouterLimits, nursery: str | None) -> None:
        """Actors are made after `recipe` by the nursery that listens at `nursery`, or here without one."""
        self._recipe = recipe
        self._limits = limits
        self._nursery = nursery
        # All that somebody holds: a lane, a call, or we, since it was asked for or as its actor is there.
        self._channels: WeakValueDictionary[str, RayChannel] = WeakValueDictionary()
        self._kept: dict[str, RayChannel] = {}
        self._misses: dict[str, int] = {}
        self._prober: asyncio.Task[None] | None = None

    def channel(self, actor: str) -> RayChannel:
        """The channel of the actor with this name."""
        channel = self._channels.get(actor)
        if channel is None:
            channel = RayChannel(actor, self._create, self._recipe.socket_path(actor))
            self._channels[actor] = channel
        self._kept[actor] = channel
        return channel

    async def _create(self, name: str) -> ActorHandle[Any]:
        if self._nursery is not None:
            try:
                async with asyncio.timeout(NURSERY_MAX_S):
                    await _ask_nursery(self._nursery, name)
            except (ChannelBroken, TimeoutError) as error:
                log.warning("no_nursery", error=repr(error))
        # It is there now, unless there is no nursery or Ray has lost it again. Blocks for milliseconds.
        return await asyncio.to_thread(self._recipe.create, name)

    def silent(self) -> list[str]:
        """The actors that missed their last pulse."""
        return list(self._misses)

    def start(self) -> None:
        """Begin to probe the actors that are in use."""
        self._prober = asyncio.get_running_loop().create_task(self._probe_forever())

    async def stop(self) -> None:
        """Stop probing; the actors stay for the other gateways."""
        await ended(self._prober)

    async def _probe_forever(self) -> None:
        while True:
            # Side by side, so that a probe that times out does not put off the next one.
            pause = asyncio.sleep(self._limits.probe_every_ms / 1000)
            await asyncio.gather(pause, *(self._probe(each) for each in list(self._channels.values())))
            self._forget_those_gone()

    def _forget_those_gone(self) -> None:
        """Hold on to nothing of actors that left: whoever calls one again finds or makes it anew."""
        self._kept = {each.name: each for each in list(self._channels.values()) if each.met}
        self._misses = {name: misses for name, misses in self._misses.items() if name in self._kept}

    async def _probe(self, channel: RayChannel) -> None:
        try:
            await self._judge(channel)
        except Exception:  # the others, and this one the next time, are to be probed all the same
            log.exception("probe_failed", actor=channel.name)

    async def _judge(self, channel: RayChannel) -> None:
        if await channel.probe(self._limits.probe_timeout_ms / 1000):
            self._misses.pop(channel.name, None)
            return
        misses = self._misses.get(channel.name, 0) + 1
        self._misses[channel.name] = misses
        log.warning("pulse_missed", actor=channel.name, misses=misses)
        if misses >= self._limits.probe_misses_max:
            self._misses.pop(channel.name)
            await channel.restart()

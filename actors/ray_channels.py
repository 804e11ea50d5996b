"""Channels to Ray actors: named, detached, brought back when they died, probed for hangs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
import psutil
import ray
import structlog
from ray.actor import ActorHandle
from ray.exceptions import ActorDiedError, RayError

from actors.channel import ChannelBroken
from actors.direct import DirectConnection, Kind
from actors.limits import RouterLimits, ShellLimits
from actors.ports import SectionStore
from actors.ray_actor import Endpoint, Pulse, SectionActor

log = structlog.get_logger()
_pulse_decoder = msgspec.msgpack.Decoder(Pulse)
_endpoint_decoder = msgspec.msgpack.Decoder(Endpoint)
MAX_CONCURRENCY: Final = 1_000
_METHODS: Final = {Kind.HANDLE: "handle", Kind.CHANGES: "changes"}


class RayChannel:
    """The way to one named actor: directly when it is on this node, else through Ray."""

    def __init__(self, name: str, create: Callable[[str], ActorHandle[Any]]) -> None:
        self.name = name
        self.pulse_seen: Pulse | None = None
        self._create = create
        self._handle: ActorHandle[Any] | None = None
        self._creating = asyncio.Lock()
        self._connecting = asyncio.Lock()
        self._direct: DirectConnection | None = None
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
        if self._direct is not None and not self._direct.lost:
            return self._direct
        if self._elsewhere:
            return None
        async with self._connecting:
            if self._direct is None or self._direct.lost:
                endpoint = _endpoint_decoder.decode(await self._by_ray("endpoint"))
                here = endpoint.node == ray.get_runtime_context().get_node_id()
                self._elsewhere = endpoint.path is None or not here
                self._direct = None
                if endpoint.path is not None and here:
                    self._direct = await DirectConnection.open(endpoint.path)
            return self._direct

    async def _by_ray(self, method: str, *arguments: bytes) -> bytes:
        try:
            actor = self._handle or await self.open()
            reply: bytes = await getattr(actor, method).remote(*arguments)
        except ActorDiedError as error:
            # It will not come back under this handle; the next call makes a new one, here or elsewhere.
            self._handle = None
            self._elsewhere = False
            raise ChannelBroken(str(error)) from error
        except RayError as error:
            raise ChannelBroken(str(error)) from error
        return reply

    async def open(self) -> ActorHandle[Any]:
        """Create the actor, or find the one that another gateway created. Raises `ChannelBroken`."""
        async with self._creating:
            if self._handle is None:
                try:
                    # Asks the cluster's directory: a blocking call of some milliseconds.
                    self._handle = await asyncio.to_thread(self._create, self.name)
                except Exception as error:
                    # Ray has many names for it, ValueError among them when the actor has just died.
                    raise ChannelBroken(f"{self.name} cannot be found: {error}") from error
            return self._handle

    async def probe(self, timeout_s: float) -> bool:
        """Whether the actor's loop turns; Ray itself does not notice a hung process."""
        if self._handle is None:
            return True
        try:
            async with asyncio.timeout(timeout_s):
                data: bytes = await self._handle.pulse.remote()
        except TimeoutError:
            return False
        except RayError:
            return True  # Ray knows already that it is gone and restarts it.
        self.pulse_seen = _pulse_decoder.decode(data)
        return True

    async def restart(self) -> None:
        """End a hung actor; Ray starts it again."""
        if self._handle is not None:
            await asyncio.to_thread(ray.kill, self._handle, no_restart=False)
        if self.pulse_seen is not None:
            _end_process(self.pulse_seen)


def _end_process(pulse: Pulse) -> None:
    """A stopped process does not hear Ray's request to end, so it is ended by pid on this node."""
    if pulse.node != ray.get_runtime_context().get_node_id():
        return
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        # Only Ray's worker of that very actor; the pid may have been given to somebody else.
        if "SectionActor" in " ".join(psutil.Process(pulse.pid).cmdline()):
            os.kill(pulse.pid, signal.SIGKILL)


class RayChannels:
    """All channels of one gateway, and the probe that watches them."""

    def __init__(
        self,
        open_store: Callable[[str], SectionStore],
        shell_limits: ShellLimits,
        limits: RouterLimits,
        socket_dir: str | None,
    ) -> None:
        """`open_store` is sent to the actors and must be importable there.

        `socket_dir` is a directory of this account's alone, for the actors' sockets.
        """
        self._socket_dir = socket_dir
        self._open_store = open_store
        self._shell_limits = shell_limits
        self._limits = limits
        self._channels: dict[str, RayChannel] = {}
        self._misses: dict[str, int] = {}
        self._prober: asyncio.Task[None] | None = None

    def channel(self, actor: str) -> RayChannel:
        """The channel of the actor with this name."""
        if actor not in self._channels:
            self._channels[actor] = RayChannel(actor, self._create)
        return self._channels[actor]

    def _create(self, name: str) -> ActorHandle[Any]:
        options: Any = ray.remote(SectionActor).options(
            name=name,
            get_if_exists=True,
            # Detached: it outlives the gateway that happened to create it.
            lifetime="detached",
            num_cpus=0,
            max_restarts=-1,
            max_task_retries=0,
            max_concurrency=MAX_CONCURRENCY,
        )
        handle: ActorHandle[Any] = options.remote(self._open_store, self._shell_limits, self._socket_dir)
        return handle

    def silent(self) -> list[str]:
        """The actors that missed their last pulse."""
        return list(self._misses)

    def start(self) -> None:
        """Begin to probe the actors that are in use."""
        self._prober = asyncio.get_running_loop().create_task(self._probe_forever())

    async def stop(self) -> None:
        """Stop probing; the actors stay for the other gateways."""
        if self._prober is not None:
            self._prober.cancel()
            await asyncio.gather(self._prober, return_exceptions=True)

    async def _probe_forever(self) -> None:
        while True:
            # Side by side, so that a probe that times out does not put off the next one.
            pause = asyncio.sleep(self._limits.probe_every_ms / 1000)
            await asyncio.gather(pause, *(self._probe(each) for each in list(self._channels.values())))

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

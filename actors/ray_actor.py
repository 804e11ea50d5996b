"""The Ray actor around a host of sections: thin on purpose.

Ray restarts it for ever and retries nothing; what a lost call did is settled by the
idempotency keys. Its constructor never raises, because Ray would bury the name for good.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import msgspec
import ray
import structlog

from actors.clock import RandomIds, SystemClock
from actors.direct import DirectServer, Kind
from actors.host import SectionHost
from actors.limits import ShellLimits
from actors.ports import SectionStore
from actors.process import tune_process
from actors.wire import encoder

log = structlog.get_logger()
FENCED_EXIT_CODE = 3
_SWEEP_EVERY_S = 15.0


class Pulse(msgspec.Struct, frozen=True, array_like=True):
    """A sign of life: which process answered, and where it runs."""

    pid: int
    node: str
    incarnation: str


class Endpoint(msgspec.Struct, frozen=True, array_like=True):
    """Where an actor can be reached without Ray: on its own node, at a socket's path."""

    node: str
    path: str | None


class SectionActor:
    """Hosts the sections that routers ask it for. All methods take and give bytes."""

    def __init__(
        self, open_store: Callable[[str], SectionStore], limits: ShellLimits, socket_dir: str | None
    ) -> None:
        """`open_store` gets the incarnation's name and connects lazily; nothing here can fail."""
        self._socket_dir = socket_dir
        self._direct: DirectServer | None = None
        self._path: str | None = None
        self._opening = asyncio.Lock()
        self._incarnation = f"holdfast-{uuid.uuid4().hex[:16]}"
        self._host = SectionHost(
            self._incarnation,
            open_store(self._incarnation),
            SystemClock(),
            RandomIds(),
            limits,
            self._fenced,
        )
        self._sweeper: asyncio.Task[None] | None = None
        tune_process()

    def _fenced(self, stream: int) -> None:
        """Another owner has the stream: this process must not answer anything more."""
        log.error("fenced", stream=stream, incarnation=self._incarnation)
        os._exit(FENCED_EXIT_CODE)

    async def handle(self, data: bytes) -> bytes:
        """A batch of asks (see `SectionHost.handle`)."""
        self._keep_sweeping()
        return await self._host.handle(data)

    async def changes(self, data: bytes) -> bytes:
        """A long poll for changes (see `SectionHost.changes`)."""
        self._keep_sweeping()
        return await self._host.changes(data)

    async def endpoint(self) -> bytes:
        """Where gateways on this node can reach this incarnation directly."""
        async with self._opening:
            await self._open_socket()
        return encoder.encode(Endpoint(ray.get_runtime_context().get_node_id(), self._path))

    async def _open_socket(self) -> None:
        if self._direct is None and self._socket_dir is not None:
            self._direct = DirectServer({Kind.HANDLE: self.handle, Kind.CHANGES: self.changes})
            path = str(Path(self._socket_dir) / f"{self._incarnation}.sock")
            try:
                self._direct.start(path)
                self._path = path
            except OSError as error:
                # Another node has no such directory; Ray's own calls do as well, only slower.
                log.warning("no_direct_socket", path=path, error=str(error))
        elif self._path is not None and not Path(self._path).exists():  # noqa: ASYNC240  # a local disk
            # Its directory went with the server that made it, which a detached actor outlives.
            self._path = None

    async def pulse(self) -> bytes:
        """Say that the loop turns."""
        return encoder.encode(Pulse(os.getpid(), ray.get_runtime_context().get_node_id(), self._incarnation))

    def _keep_sweeping(self) -> None:
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().create_task(self._sweep_forever())

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            await self._host.sweep()
            if self._host.deserted:
                await self._leave()
                ray.actor.exit_actor()  # type: ignore[no-untyped-call]  # Ray has no types here

    async def _leave(self) -> None:
        if self._direct is not None:
            self._direct.stop()
        await self._host.close()

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

from actors.clock import RandomIds
from actors.direct import DirectServer, Kind
from actors.following import Follower
from actors.host import SectionHost
from actors.limits import ShellLimits
from actors.ports import SectionStore
from actors.process import tune_process
from actors.testing_clock import open_clock
from actors.wire import encoder
from telemetry.telling import Teller

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
        self,
        open_store: Callable[[str], SectionStore],
        limits: ShellLimits,
        socket_path: str | None,
        test_clock: str | None = None,
        open_follower: Callable[[], Follower] | None = None,
    ) -> None:
        """`open_store` gets the incarnation's name and connects lazily; nothing here can fail.

        It listens at `socket_path` from its birth, so that a gateway that lost the life before
        this one finds it there sooner than Ray tells.
        """
        self._socket_path = socket_path
        self._incarnation = f"holdfast-{uuid.uuid4().hex[:16]}"
        self._host = SectionHost(
            self._incarnation,
            open_store(self._incarnation),
            open_clock(test_clock),
            RandomIds(),
            limits,
            self._fenced,
            None if open_follower is None else open_follower(),
        )
        self._direct = DirectServer({Kind.HANDLE: self._host.handle, Kind.CHANGES: self._host.changes})
        self._listen()
        # From its birth: Ray also brings back one that nobody will ask for anything.
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep_forever())
        self._tell_figures()
        tune_process()

    def _listen(self) -> None:
        if self._socket_path is None:
            return
        try:
            self._direct.start(self._socket_path)
        except OSError as error:
            # Another node has no such directory; Ray's own calls do as well, only slower.
            log.warning("no_direct_socket", path=self._socket_path, error=str(error))

    def _tell_figures(self) -> None:
        directory = None if self._socket_path is None else str(Path(self._socket_path).parent)
        self._teller = Teller("actor", directory)
        self._teller.gauge("holdfast_sections", "Sections in memory.", lambda: float(len(self._host)))
        self._teller.start()

    def _fenced(self, stream: int) -> None:
        """Another owner has the stream: this process must not answer anything more."""
        log.error("fenced", stream=stream, incarnation=self._incarnation)
        os._exit(FENCED_EXIT_CODE)

    async def handle(self, data: bytes) -> bytes:
        """A batch of asks (see `SectionHost.handle`)."""
        return await self._host.handle(data)

    async def changes(self, data: bytes) -> bytes:
        """A long poll for changes (see `SectionHost.changes`)."""
        return await self._host.changes(data)

    async def endpoint(self) -> bytes:
        """Where gateways on this node can reach this incarnation directly.

        Nowhere when its socket's directory went with the server that made it, which a
        detached actor outlives.
        """
        path = self._socket_path if self._direct.reachable else None
        return encoder.encode(Endpoint(ray.get_runtime_context().get_node_id(), path))

    async def pulse(self) -> bytes:
        """Say that the loop turns."""
        return encoder.encode(Pulse(os.getpid(), ray.get_runtime_context().get_node_id(), self._incarnation))

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY_S)
            await self._host.sweep()
            if self._host.deserted:
                await self._leave()
                ray.actor.exit_actor()  # type: ignore[no-untyped-call]  # Ray has no types here

    async def _leave(self) -> None:
        self._direct.stop()
        await self._teller.stop()
        await self._host.close()

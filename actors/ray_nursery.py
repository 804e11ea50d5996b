"""Where actors are born: one process creates them all, and keeps a warm worker for the next one.

Ray starts an actor's process anew in about half a second, half of it for its own modules and
ours. A worker that waits with everything imported takes a restarted actor over at once, but
only if it belongs to the job that created the actor; hence one creator, which does not come
and go as gateways do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

import ray
import structlog

from actors.direct import DirectServer, Kind
from actors.ending import ended

log = structlog.get_logger()
SPARE_EVERY_S: Final = 0.5
_SPARE_ASKED_S: Final = 0.03
_MORE_CPUS_THAN_ANY: Final = 100_000


class Nursery:
    """Creates actors for gateways over a socket, and sees to it that a spare worker is there."""

    def __init__(self, create: Callable[[str], Any], *, spares: bool) -> None:
        """`create` makes the actor with a name; `spares` only where Ray is ours and adds no machines."""
        self._create = create
        self._spares = spares
        self._server = DirectServer({Kind.CREATE: self._create_named})
        self._task: asyncio.Task[None] | None = None

    def start(self, path: str) -> None:
        """Take requests at `path`. Raises `OSError`."""
        self._server.start(path)
        if self._spares:
            self._task = asyncio.get_running_loop().create_task(self._keep_spare())

    async def stop(self) -> None:
        """Create nothing more."""
        self._server.stop()
        await ended(self._task)

    async def _create_named(self, name: bytes) -> bytes:
        await asyncio.to_thread(self._create, name.decode())
        return b""

    async def _keep_spare(self) -> None:
        while True:
            try:
                await asyncio.to_thread(_ask_for_spare)
            except Exception as error:  # noqa: BLE001 - Ray has many names for it; the next time it may do
                log.warning("no_spare_worker", error=repr(error))
            await asyncio.sleep(SPARE_EVERY_S)


def _ask_for_spare() -> None:
    """Make sure that a worker waits.

    Ray starts a worker for a task that is about to come unless an idle one is there. This
    task never comes: no node could run it, and it is withdrawn as soon as Ray has heard of it.
    A task that runs would not do, because its worker may run nothing but tasks afterwards.
    """
    withdrawn = _never_run.options(num_cpus=_MORE_CPUS_THAN_ANY, max_retries=0).remote()
    ray.wait([withdrawn], timeout=_SPARE_ASKED_S)
    ray.cancel(withdrawn)


@ray.remote
def _never_run() -> None:
    """Has no body: it is only announced."""

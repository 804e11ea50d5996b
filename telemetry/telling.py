"""Everything that a process does to tell of itself, begun and ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telemetry.exchange import Figures, FigureSocket, gather_figures
from telemetry.meters import METERS
from telemetry.vitals import LoopLag, watch_process


class Teller:
    """Tells figures and health of this process, and knows those of the others on its node.

    `process` says which kind it is (`gateway`, `actor`, `supervisor`, `worker-NAME`); without a
    `directory` that the processes share each knows itself alone.
    """

    def __init__(self, process: str, directory: str | None) -> None:
        """It tells nothing yet."""
        self._process = process
        self._directory = directory
        self._socket = None if directory is None else FigureSocket(directory, process)
        self._starting: asyncio.Task[None] | None = None
        self._lag = LoopLag()
        watch_process()

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A number of this process that goes up and down."""
        METERS.gauge(name, about, read)

    def start(self) -> None:
        """Tell from now on, on the running loop."""
        self._lag.start()
        if self._socket is not None:
            self._starting = asyncio.get_running_loop().create_task(self._socket.start())

    async def gather(self) -> list[Figures]:
        """What all processes of this node tell, this one first."""
        return await gather_figures(self._directory, self._process)

    async def stop(self) -> None:
        """Tell nothing more."""
        self._lag.stop()
        if self._starting is not None and self._socket is not None:
            await self._starting
            await self._socket.stop()

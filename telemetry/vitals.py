"""What the system knows of this process, and how late its loop is."""

from __future__ import annotations

import asyncio
from typing import Final

import psutil

from telemetry.meters import METERS, Meters

LAG_EVERY_S: Final = 1.0


def watch_process(meters: Meters = METERS) -> None:
    """Register processor time, memory and open files of this process; the names are Prometheus's own."""
    process = psutil.Process()
    meters.counted("process_cpu_seconds_total", "Processor time.", lambda: sum(process.cpu_times()[:2]))
    meters.gauge("process_resident_memory_bytes", "Memory.", lambda: float(process.memory_info().rss))
    meters.gauge("process_open_fds", "Open files and sockets.", lambda: float(process.num_fds()))
    meters.gauge("process_start_time_seconds", "When it started.", process.create_time)


class LoopLag:
    """Measures once a second how much later than asked for the loop comes round to something."""

    def __init__(self, meters: Meters = METERS) -> None:
        """Not measuring yet."""
        self._worst_s = 0.0
        self._handle: asyncio.TimerHandle | None = None
        meters.gauge(
            "holdfast_loop_lag_seconds", "The longest delay of the loop since the last reading.", self.take
        )

    def start(self) -> None:
        """Measure from now on."""
        loop = asyncio.get_running_loop()
        self._handle = loop.call_at(due := loop.time() + LAG_EVERY_S, self._came, due)

    def _came(self, due: float) -> None:
        self._worst_s = max(self._worst_s, asyncio.get_running_loop().time() - due)
        self.start()

    def take(self) -> float:
        """The longest delay since this was last asked."""
        worst_s, self._worst_s = self._worst_s, 0.0
        return worst_s

    def stop(self) -> None:
        """Measure no more."""
        if self._handle is not None:
            self._handle.cancel()

"""Whether gateways and actors keep their size: what each weighs over its life, and a bound for its growth."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import linear_regression
from time import monotonic
from typing import Final

import msgspec
import psutil

from bench.processes import Part, parts
from bench.server_process import ServerProcess

WATCHED: Final[tuple[Part, ...]] = ("gateway", "actor")
WARM_AFTER_S: Final = 60.0
"""Imports, caches and buffers fill up before that."""
SAMPLES_MIN: Final = 5
GROWTH_MAX_MB: Final = 32.0
RECORD_MAX_BYTES: Final = 3_000
"""An actor remembers the outcome of every key for a day: that much it may grow with each record."""


class Growth(msgspec.Struct, frozen=True):
    """How one process grew after it was warm, in megabytes (PSS), and what it may have grown."""

    part: Part
    pid: int
    minutes: float
    first_mb: float
    last_mb: float
    slope_mb_per_hour: float
    allowed_mb: float

    @property
    def leaks(self) -> bool:
        """Whether it grew beyond what it may."""
        return self.last_mb - self.first_mb > self.allowed_mb


class MemoryWatch:
    """Weighs the processes of a server again and again; those that were killed count until then."""

    def __init__(self, server: ServerProcess) -> None:
        self._server: Final = server
        self._began: Final = monotonic()
        self._samples: Final[dict[tuple[Part, int], list[tuple[float, float]]]] = {}

    def sample(self) -> None:
        """Weigh every gateway and actor."""
        at = monotonic()
        by_part = parts(self._server.pid, self._server.data_dir)
        for part in WATCHED:
            for process in by_part.get(part, []):
                try:
                    grown_mb = process.memory_full_info().pss / 1e6
                except psutil.Error:
                    continue
                born = at - self._began
                self._samples.setdefault((part, process.pid), []).append((born, grown_mb))

    def growth(self, records: int) -> list[Growth]:
        """Every process that was weighed often enough once it was warm; `records` is what all wrote."""
        found = []
        for (part, pid), samples in self._samples.items():
            warm = [each for each in samples if each[0] >= samples[0][0] + WARM_AFTER_S]
            if len(warm) >= SAMPLES_MIN:
                found.append(growth_of(part, pid, warm, records))
        return found


def growth_of(part: Part, pid: int, samples: Sequence[tuple[float, float]], records: int) -> Growth:
    """The growth of a process from its samples, `(seconds, megabytes)`, when `records` were written."""
    seconds, megabytes = zip(*samples, strict=True)
    remembered_mb = records * RECORD_MAX_BYTES / 1e6 if part == "actor" else 0.0
    return Growth(
        part,
        pid,
        (seconds[-1] - seconds[0]) / 60,
        megabytes[0],
        megabytes[-1],
        linear_regression(seconds, megabytes).slope * 3_600,
        GROWTH_MAX_MB + remembered_mb,
    )

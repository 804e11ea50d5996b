"""Whether gateways, actors and workers keep their size: what each weighs, and how much it may grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import linear_regression
from time import monotonic
from typing import Final, Literal

import msgspec
import psutil

from scripts.torture.processes import Victims, actors, gateways, workers
from scripts.torture.scene import Scene

Part = Literal["gateway", "actor", "worker"]
WATCHED: Final[Mapping[Part, Victims]] = {"gateway": gateways, "actor": actors, "worker": workers}
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


class Size(msgspec.Struct, frozen=True):
    """What all processes of one part weighed together in a scene, in megabytes (PSS)."""

    scene: str
    part: Part
    minutes: float
    first_mb: float
    middle_mb: float
    last_mb: float


class MemoryWatch:
    """Weighs the processes of a server again and again; those that were killed count until then."""

    def __init__(self, scene: Scene) -> None:
        self._scene: Final = scene
        self._began: Final = monotonic()
        self._samples: Final[dict[tuple[Part, int], list[tuple[float, float]]]] = {}
        self._sums: Final[dict[Part, list[tuple[float, float]]]] = {}

    def sample(self) -> None:
        """Weigh every gateway, actor and worker."""
        at = monotonic() - self._began
        for part, victims in WATCHED.items():
            found = list(victims(self._scene.server))
            outside = self._scene.outside
            if part == "worker" and outside is not None and outside.staff is not None:
                found += outside.staff.processes
            if found:
                weighed_mb = sum(self._weigh(part, process, at) for process in found)
                self._sums.setdefault(part, []).append((at, weighed_mb))

    def _weigh(self, part: Part, process: psutil.Process, at: float) -> float:
        try:
            weight_mb = process.memory_full_info().pss / 1e6
        except psutil.Error:
            return 0.0  # it has just ended
        self._samples.setdefault((part, process.pid), []).append((at, weight_mb))
        return weight_mb

    def growth(self, records: int) -> list[Growth]:
        """Every process that was weighed often enough once it was warm; `records` is what all wrote."""
        found = []
        for (part, pid), samples in self._samples.items():
            warm = [each for each in samples if each[0] >= samples[0][0] + WARM_AFTER_S]
            if len(warm) >= SAMPLES_MIN:
                found.append(growth_of(part, pid, warm, records))
        return found

    def sizes(self, scene: str) -> list[Size]:
        """What each part weighed in all at the beginning, in the middle and in the end."""
        return [size_of(scene, part, sums) for part, sums in self._sums.items()]


def size_of(scene: str, part: Part, sums: Sequence[tuple[float, float]]) -> Size:
    """The size of a part from its samples, `(seconds, megabytes)`."""
    (first_s, first_mb), (last_s, last_mb) = sums[0], sums[-1]
    middle_s = (first_s + last_s) / 2
    _, middle_mb = min(sums, key=lambda each: abs(each[0] - middle_s))
    return Size(scene, part, (last_s - first_s) / 60, first_mb, middle_mb, last_mb)


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

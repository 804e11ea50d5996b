"""Figures of one process: plain numbers where they change, gathered only when somebody asks for them.

A counter costs an addition, and is bumped once a batch where the way is hot. A gauge costs
nothing at all: it is a function that is called when figures are read. There is one registry
a process, because what it describes is the process; whoever registers a name again
takes it over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, Literal

import msgspec

Kind = Literal["counter", "gauge", "histogram"]
SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds for how long something took, from a commit to a request that timed out."""
SIZES: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)
"""Bounds for how much travels together."""
FAMILIES_MAX: Final = 512
"""Names in one process: more would come from somebody who makes names of what callers send."""


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """One number under its labels. A histogram has its sum as `value` and counts in `buckets`, cumulated."""

    labels: dict[str, str]
    value: float
    buckets: tuple[tuple[float, int], ...] = ()


class Family(msgspec.Struct, frozen=True, array_like=True):
    """Everything under one name."""

    name: str
    kind: Kind
    help: str
    samples: tuple[Sample, ...]


class Counter:
    """A number that only grows: `counter.value += 1`."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        """Nothing yet."""
        self.value = 0


class Histogram:
    """How often something was how large."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """`bounds` are the upper ends of the buckets; what is larger has a bucket of its own."""
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Tally(Counts[Any]):
    """Counters by label: a key is the value of the one label, or a tuple of them; None stands for `ok`.

    Keys come from the code (error codes, names of operations), never from what callers send.
    """


class Histograms(dict[str, Histogram]):
    """Histograms by the value of one label, under the same caution as a tally's keys."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """None yet; each begins when it is first asked for."""
        super().__init__()
        self._bounds = bounds

    def __missing__(self, key: str) -> Histogram:
        """Begin one."""
        found = self[key] = Histogram(self._bounds)
        return found


class _Entry(msgspec.Struct, frozen=True):
    kind: Kind
    help: str
    read: Callable[[], Iterator[Sample]]


class Meters:
    """The figures of one process by name."""

    def __init__(self) -> None:
        """No figures yet."""
        self._entries: dict[str, _Entry] = {}

    def counter(self, name: str, about: str) -> Counter:
        """A new counter; its name ends in `_total`."""
        made = Counter()
        self._enter(name, "counter", about, lambda: iter((Sample({}, made.value),)))
        return made

    def tally(self, name: str, about: str, *labels: str) -> Tally:
        """New counters under these labels; their name ends in `_total`."""
        made = Tally()
        self._enter(
            name, "counter", about, lambda: (Sample(_labelled(labels, key), n) for key, n in made.items())
        )
        return made

    def histogram(self, name: str, about: str, bounds: Sequence[float] = SECONDS) -> Histogram:
        """A new histogram."""
        made = Histogram(bounds)
        self._enter(name, "histogram", about, lambda: iter((_spread({}, made),)))
        return made

    def histograms(self, name: str, about: str, label: str, bounds: Sequence[float] = SECONDS) -> Histograms:
        """New histograms under one label."""
        made = Histograms(bounds)
        self._enter(
            name, "histogram", about, lambda: (_spread({label: key}, each) for key, each in made.items())
        )
        return made

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A number that goes up and down, read when figures are."""
        self._enter(name, "gauge", about, lambda: iter((Sample({}, read()),)))

    def gauges(self, name: str, about: str, label: str, read: Callable[[], dict[str, float]]) -> None:
        """The same under one label."""
        self._enter(
            name, "gauge", about, lambda: (Sample({label: key}, value) for key, value in read().items())
        )

    def counted(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A number that only grows and that somebody else counts, such as the system."""
        self._enter(name, "counter", about, lambda: iter((Sample({}, read()),)))

    def read(self) -> tuple[Family, ...]:
        """All figures as they are now, by name."""
        return tuple(
            Family(name, entry.kind, entry.help, tuple(entry.read()))
            for name, entry in sorted(self._entries.items())
        )

    def _enter(self, name: str, kind: Kind, about: str, read: Callable[[], Iterator[Sample]]) -> None:
        if name not in self._entries and len(self._entries) >= FAMILIES_MAX:
            raise ValueError(f"{FAMILIES_MAX} names are in use: {name} is one too many")
        self._entries[name] = _Entry(kind, about, read)


def _labelled(labels: tuple[str, ...], key: Any) -> dict[str, str]:
    values = key if isinstance(key, tuple) else (key,)
    return {label: "ok" if value is None else str(value) for label, value in zip(labels, values, strict=True)}


def _spread(labels: dict[str, str], histogram: Histogram) -> Sample:
    bounds = (*histogram.bounds, float("inf"))
    return Sample(labels, histogram.total, tuple(zip(bounds, accumulate(histogram.counts), strict=True)))


METERS: Final = Meters()
"""The figures of this process."""

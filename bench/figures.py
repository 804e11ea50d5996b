"""Statistics of a run: percentiles, medians, how often and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from statistics import median

import msgspec


class Latency(msgspec.Struct, frozen=True):
    """Percentiles in milliseconds; zeros when there was nothing to measure."""

    p50: float
    p99: float
    p999: float = 0.0
    max: float = 0.0


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted values: the least one that `share` of them do not exceed.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    if not ordered:
        return 0.0
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def latency_of(seconds: Sequence[float]) -> Latency:
    """Percentiles of durations given in seconds."""
    ordered = sorted(seconds)
    shares = (0.5, 0.99, 0.999, 1.0)
    return Latency(*(round(percentile(ordered, share) * 1000, 3) for share in shares))


def median_of(values: Sequence[float]) -> float:
    """The median, 0.0 of nothing."""
    return float(median(values)) if values else 0.0


def summed(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    """How often each of what was counted in parts came in all."""
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def ratio(part: float, whole: float) -> float:
    """`part / whole` to three places, 0.0 when there is no whole."""
    return round(part / whole, 3) if whole else 0.0


def per_interval(moments_s: Sequence[float], interval_s: float) -> list[int]:
    """How many of the moments (seconds from the start) fall into each interval."""
    if not moments_s:
        return []
    counts = [0] * (int(max(moments_s) / interval_s) + 1)
    for moment in moments_s:
        counts[int(moment / interval_s)] += 1
    return counts

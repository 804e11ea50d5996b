"""How long a wait will be: the pace of admissions as it was measured, and what follows from it.

Admissions are taken for a process with drift `per_second` and variance `variance` a second.
The time until it passes `k` has mean k/m and variance k v/m³ (first passage of Brownian motion
with drift: the inverse Gaussian distribution; D. R. Cox and H. D. Miller, "The Theory of
Stochastic Processes", 1965, section 5.7); its quantiles are taken from the normal distribution
of the same mean and variance, which it approaches as `k` grows.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import msgspec

from engine.queue.admission import FULL, level
from engine.queue.state import RoomState

MEASURED_MIN: Final = 5
"""Batches of admissions without which the terms say the pace."""
Z_90: Final = 1.2816
"""The 90th percentile of the standard normal distribution."""


class Tempo(msgspec.Struct, frozen=True, array_like=True):
    """Admissions a second: mean, and variance over a second."""

    per_second: float
    variance: float


class Wait(msgspec.Struct, frozen=True):
    """How long it will take, in milliseconds: half of the time at most `p50`, nine times in ten `p90`."""

    p50: int
    p90: int


def tempo(state: RoomState) -> Tempo:
    """The pace as it was measured lately, or as the terms have it while nothing was measured."""
    elapsed_s = sum(pace.elapsed_ms for pace in state.paces) / 1000
    if len(state.paces) < MEASURED_MIN or not elapsed_s:
        planned = state.terms.rate_per_minute / 60 * (FULL - level(state)) / FULL
        return Tempo(planned, planned)
    mean = sum(pace.count for pace in state.paces) / elapsed_s
    squares = sum((pace.count - mean * pace.elapsed_ms / 1000) ** 2 for pace in state.paces)
    return Tempo(mean, squares / elapsed_s)


def estimate(pace: Tempo, ahead: int, starts_in_ms: int = 0) -> Wait | None:
    """The wait of somebody with `ahead` people before them; None when nobody is let in."""
    mean = pace.per_second
    if mean <= 0:
        return None
    turns = ahead + 1
    middle = turns / mean
    spread = Z_90 * sqrt(turns * pace.variance / mean**3)
    return Wait(starts_in_ms + round(middle * 1000), starts_in_ms + round((middle + spread) * 1000))

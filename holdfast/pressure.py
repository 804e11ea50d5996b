"""How long those who tell rest for those who sell, by what the kernel says of the processor (Linux, PSI)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CPU: Final = Path("/proc/pressure/cpu")
"""For which share of the last ten seconds something had to wait for a processor."""
BUSY_PERCENT: Final = 10.0
REST_SHARE: Final = 9.0
"""Who works beside a sale does so a tenth of the time at most, so that it takes little from it."""
REST_MAX_S: Final = 10.0
"""However long some work took because everybody else went first."""


def rest_under_pressure(worked_s: float, pressure: Path = CPU) -> float:
    """How many seconds to rest after so many seconds of work: none while nobody waits for a processor.

    A kernel that does not tell is taken for busy.
    """
    return min(worked_s * REST_SHARE, REST_MAX_S) if _busy(pressure) else 0.0


def _busy(pressure: Path) -> bool:
    try:
        return _waited_percent(pressure.read_text()) >= BUSY_PERCENT
    except (OSError, ValueError):
        return True


def _waited_percent(told: str) -> float:
    """The figure of the last ten seconds; the first line is of those of whom `some` waited.

    >>> _waited_percent("some avg10=25.86 avg60=43.57 avg300=68.23 total=12043935929")
    25.86
    """
    _, _, after = told.partition("avg10=")
    return float(after.split(maxsplit=1)[0] if after else "none told")

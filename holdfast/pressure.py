"""How long those who tell rest for those who sell, by what the kernel says of the processor (Linux, PSI)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CPU: Final = Path("/proc/pressure/cpu")
"""For which share of the last ten seconds something had to wait for a processor."""
BUSY_PERCENT: Final = 10.0
REST_SHARE: Final = 4.0
"""Who works beside a sale does so a fifth of the time at most, so that it takes little from it."""


def rest_share(pressure: Path = CPU) -> float:
    """How long to rest after some work, in pieces as long as the work: 0 while nobody waits for a processor.

    A kernel that does not tell is taken for busy.
    """
    try:
        return REST_SHARE if _waited_percent(pressure.read_text()) >= BUSY_PERCENT else 0.0
    except (OSError, ValueError):
        return REST_SHARE


def _waited_percent(told: str) -> float:
    """The figure of the last ten seconds; the first line is of those of whom `some` waited.

    >>> _waited_percent("some avg10=25.86 avg60=43.57 avg300=68.23 total=12043935929")
    25.86
    """
    _, _, after = told.partition("avg10=")
    return float(after.split(maxsplit=1)[0] if after else "none told")

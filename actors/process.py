"""How a process of ours that serves many should treat its interpreter."""

from __future__ import annotations

import gc
import sys
from typing import Final

SWITCH_INTERVAL_S: Final = 0.0002
GC_THRESHOLDS: Final = (2_000, 10, 200)


def tune_process() -> None:
    """Set the interpreter up for a loop with Ray's threads beside it; called once, after the imports.

    Ray's threads hand over calls and replies, and wait for the interpreter's lock up to the
    switch interval each time the loop is busy: 5 ms by default, half of a hold's latency.

    What was imported stays for good and what a section holds lives long, so the collector
    need not walk it often: full collections of a large section take tens of milliseconds,
    and there is little garbage that reference counting does not find.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(*GC_THRESHOLDS)
    gc.freeze()

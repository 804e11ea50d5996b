"""What a server that has ended may leave for a moment and not for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

END_MAX_S: Final = 60.0
LOOK_EVERY_S: Final = 0.1
T = TypeVar("T")


def lasting(look: Callable[[], list[T]]) -> list[T]:
    """What is left for good: a process that was told to end needs a moment for it on a busy machine."""
    deadline_s = time.monotonic() + END_MAX_S
    while (left := look()) and time.monotonic() < deadline_s:
        time.sleep(LOOK_EVERY_S)
    return left

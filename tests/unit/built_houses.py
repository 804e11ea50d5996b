"""Large houses, built once for all tests that only look at them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from engine.plan import Plan


@cache
def built(make: Callable[[], Plan]) -> Plan:
    """What `make` makes, the same each time."""
    return make()

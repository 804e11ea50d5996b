"""Waits of a trial that have an end, and say what was awaited when it comes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class StoodStill(TimeoutError):
    """What a trial waited for did not happen in its time; the message says what it was."""


@asynccontextmanager
async def within(limit_s: float, what: str) -> AsyncIterator[None]:
    """Let what is done here take `limit_s` at most. Raises `StoodStill`."""
    try:
        async with asyncio.timeout(limit_s) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise StoodStill(f"waited {limit_s:.0f} s in vain for {what}") from error

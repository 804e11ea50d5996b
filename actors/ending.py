"""Ends what goes on for ever."""

from __future__ import annotations

import asyncio
from typing import Any


async def ended(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task that goes on for ever and wait until it has ended; None was never begun.

    How it ended is nobody's business here: what went wrong on its way the task has told itself.
    """
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

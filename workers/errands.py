"""Runs errands that are due: letters to be sent, deliveries to be made, whichever process finds them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic

import structlog

from engine.due_rows import DueRows, Row
from engine.journal import StorageError
from telemetry.outcomes import see_through
from workers.pacing import Rest, no_rest
from workers.ports import Clock

log = structlog.get_logger()
AT_ONCE_MAX: Final = 16
LOOK_EVERY_S: Final = 0.5
CLAIM_MS: Final = 60_000
"""For how long what one process has claimed is left alone by the others: longer than any errand takes."""


class Errands(Generic[Row]):
    """One process's part in all errands of a kind; one over which a process dies may be run twice."""

    def __init__(
        self, kind: str, rows: DueRows[Row], run_one: Callable[[Row], Awaitable[Row | None]], now_ms: Clock
    ) -> None:
        """`run_one` runs an errand and gives the row as it is then; None leaves it to the next claim."""
        self._kind = kind
        self._rows = rows
        self._run_one = run_one
        self._now_ms = now_ms

    async def run(self, rest: Rest = no_rest) -> None:
        """Run errands until cancelled, and rest after each look that found many."""
        while True:
            try:
                while await self._paced_look(rest):
                    pass
            except StorageError as error:
                log.warning("errands_wait", kind=self._kind, reason=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> bool:
        """Run some that are due; True if there may be more. Raises `StorageError`."""
        now_ms = self._now_ms()
        due = await self._rows.claim(now_ms, now_ms + CLAIM_MS, AT_ONCE_MAX)
        await see_through(self._kind, map(self._one, due), StorageError)
        return len(due) == AT_ONCE_MAX

    async def _paced_look(self, rest: Rest) -> bool:
        clock = asyncio.get_running_loop().time
        began_s = clock()
        more = await self.look()
        if more:
            await asyncio.sleep(rest(clock() - began_s))
        return more

    async def _one(self, row: Row) -> None:
        after = await self._run_one(row)
        if after is not None:
            # Somebody else may have run it meanwhile, after a long silence of ours: theirs counts then.
            await self._rows.advance(after)

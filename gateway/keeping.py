"""Looks after work that is due: what a crash or a silence left lying is finished or undone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

import structlog

from actors.ending import ended
from engine.journal import StorageError
from telemetry.outcomes import see_through

KEEP_S: Final = 1.0
"""Between two looks at what is due; the first is at the start."""
CLAIMED_MAX: Final = 16
"""Works looked after at the same time by one gateway."""
Chore = Callable[[], Awaitable[None]]
WorkT = TypeVar("WorkT")
WorkT_co = TypeVar("WorkT_co", covariant=True)
_log = structlog.get_logger(__name__)


class Ledger(Protocol[WorkT_co]):
    """Where works are written down, with the time at which each is due."""

    async def claim(self, now_ms: int, due_ms: int, limit: int) -> Sequence[WorkT_co]:
        """Some that are due, which nobody else is given before `due_ms`."""
        ...


class Keeper(Generic[WorkT]):
    """One gateway's part in looking after all works of a kind."""

    def __init__(
        self,
        kind: str,
        ledger: Ledger[WorkT],
        go_on: Callable[[WorkT], Awaitable[object]],
        now_ms: Callable[[], int],
        claim_ms: int,
        *chores: Chore,
    ) -> None:
        """`kind` is for the log; what is claimed is left alone by others for `claim_ms`.

        `chores` are done as often as the keeper looks; both they and `go_on` may raise `StorageError`.
        """
        self._kind = kind
        self._ledger = ledger
        self._go_on = go_on
        self._now_ms = now_ms
        self._claim_ms = claim_ms
        self._chores = chores
        self._keeping: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look after what is due from now on."""
        self._keeping = asyncio.ensure_future(self._keep())

    async def stop(self) -> None:
        """Look after nothing any more; others go on with what is left."""
        await ended(self._keeping)

    async def _keep(self) -> None:
        while True:
            try:
                while await self.look():
                    pass
                for chore in self._chores:
                    await chore()
            except StorageError as error:
                _log.warning("due_work_unreachable", kind=self._kind, reason=str(error))
            except Exception:  # noqa: BLE001 - a bug met by a chore must not end the care for all
                _log.exception("due_work_failed", kind=self._kind)
            await asyncio.sleep(KEEP_S)

    async def look(self) -> bool:
        """Go on with some that are due; True if there may be more. Raises `StorageError`."""
        now_ms = self._now_ms()
        due = await self._ledger.claim(now_ms, now_ms + self._claim_ms, CLAIMED_MAX)
        await see_through(self._kind, map(self._go_on, due), StorageError)
        return len(due) == CLAIMED_MAX

"""Which events' waitlists have to be looked after, by whichever gateway lives: kept in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from msgspec.structs import replace

from actors.ending import ended
from engine.due_rows import DueRows
from engine.journal import StorageError
from gateway.sections.directory import Directory, EventMap
from gateway.waitlist.asking import Away
from gateway.waitlist.row import WaitlistRow
from gateway.waitlist.steward import Steward

KEEP_S: Final = 0.5
"""Between two looks at what is due."""
EVERY_MS: Final = 1_000
"""How often an event with people who wait is looked after."""
CLAIMED_MAX: Final = 64
"""Events looked after by one gateway between two looks."""
CLAIM_MS: Final = 10_000
"""For how long what one gateway has claimed is left alone by the others."""
TRIES_MAX: Final = 8
"""How often a row that others change at the same time is tried to be changed."""
_log = structlog.get_logger(__name__)


class Agenda:
    """One gateway's part in looking after all waitlists. `rows` None: those alone that it is told of."""

    def __init__(
        self,
        rows: DueRows[WaitlistRow] | None,
        steward: Steward,
        directory: Directory,
        now_ms: Callable[[], int],
    ) -> None:
        self._rows = rows
        self._steward = steward
        self._directory = directory
        self._now_ms = now_ms
        self._keeping: asyncio.Task[None] | None = None
        self._kicked: dict[str, EventMap] = {}
        self._wanted = asyncio.Event()

    def start(self) -> None:
        """Look after waitlists from now on."""
        self._keeping = asyncio.ensure_future(self._keep())

    async def stop(self) -> None:
        """Look after nothing any more; others go on with what is left."""
        await ended(self._keeping)

    def kick(self, event: EventMap) -> None:
        """Look at an event at once."""
        if len(event.info.sections) > 1:
            self._kicked[event.id] = event
            self._wanted.set()

    async def agree(self, event: EventMap) -> None:
        """Make the sections of an event agree before going on. Raises `Away`."""
        await self._steward.look(event)

    async def note(self, event: EventMap) -> None:
        """Have an event looked after, whatever becomes of this gateway. Raises `StorageError`."""
        if self._rows is None or len(event.info.sections) < 2:
            return
        row = await self._rows.begin(WaitlistRow(event.id, 0, self._now_ms()))
        for _ in range(TRIES_MAX):
            if row.due_ms is not None:
                return
            if await self._rows.advance(replace(row, version=row.version + 1, due_ms=self._now_ms())):
                return
            row = await self._rows.get(event.id) or row

    async def _keep(self) -> None:
        while True:
            try:
                await self._look_at_kicked()
                await self._look_at_due()
            except StorageError as error:
                _log.warning("waitlists_unreachable", reason=str(error))
            except Exception:  # noqa: BLE001 - whatever failed, the next look is made
                _log.exception("waitlists_failed")
            await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(KEEP_S):
                await self._wanted.wait()
        except TimeoutError:
            return
        self._wanted.clear()

    async def _look_at_kicked(self) -> None:
        while self._kicked:
            await self._look(self._kicked.pop(next(iter(self._kicked))))

    async def _look_at_due(self) -> None:
        if self._rows is None:
            return
        now_ms = self._now_ms()
        for row in await self._rows.claim(now_ms, now_ms + CLAIM_MS, CLAIMED_MAX):
            event = await self._directory.event(row.id)
            waits = False if event is None else await self._look(event)
            if waits is None:
                continue  # it is due again when the claim ends
            due_ms = self._now_ms() + EVERY_MS if waits else None
            # Somebody who joined meanwhile has changed the row: then it stays due.
            await self._rows.advance(replace(row, version=row.version + 1, due_ms=due_ms))

    async def _look(self, event: EventMap) -> bool | None:
        """Whether anybody waits; None where nobody can say so, which keeps nobody from the other events."""
        try:
            return await self._steward.look(event)
        except Away as error:
            _log.warning("waitlists_unreachable", event_id=event.id, reason=str(error))
        except Exception:  # noqa: BLE001 - a bug met by one event must not end the care for all
            _log.exception("waitlists_failed", event_id=event.id)
        return None

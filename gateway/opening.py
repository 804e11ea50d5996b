"""Opens sales at their hour: each once, whichever gateway lives, and none that somebody moved meanwhile.

First the catalogue says that the event is open, if its hour is still that; then each section opens,
if its sale has not stood elsewhere since. Whoever crashes in between leaves the event due, and
another gateway goes on. An organiser who pauses or closes at the same moment is not overruled:
a section that was told so refuses to open.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from actors.wire import Answer
from engine.catalogue import Opening
from engine.commands import Request, SetSale
from engine.refusals import Code
from gateway.keeping import Keeper
from gateway.parts import Parts
from gateway.ports import Openings
from gateway.sections.directory import Directory

CLAIM_MS: Final = 5_000
"""For how long what one gateway has claimed is left alone by the others, and by itself after a failure."""
DEADLINE_MS: Final = 3_000
_MOVED: Final = Code.INVALID.value
_log = structlog.get_logger(__name__)


class Opener:
    """One gateway's part in it."""

    def __init__(self, openings: Openings, parts: Parts, directory: Directory) -> None:
        self._openings = openings
        self._sections = parts.sections
        self._clock = parts.clock
        self._directory = directory

    async def open(self, opening: Opening) -> None:
        """Open one sale that is due; where a section does not answer it stays due."""
        if await self._openings.begin(opening.event, self._clock.now_ms()):
            answers = await self._opened(opening.event)
            away = sorted({answer.code for answer in answers if answer.code not in (None, _MOVED)})
            if away:
                _log.warning("sale_not_opened", event_id=opening.event, codes=away)
                return
        await self._openings.done(opening)

    async def _opened(self, event_id: str) -> list[Answer]:
        event = await self._directory.event(event_id)
        request = Request("system", SetSale("open", only_from="not_open"), role="system")
        streams = () if event is None else tuple(event.by_stream)
        return await asyncio.gather(*(self._sections.ask(stream, request, DEADLINE_MS) for stream in streams))


def opening_keeper(parts: Parts, directory: Directory) -> Keeper[Opening] | None:
    """What looks after sales that open by themselves; None where none does."""
    if parts.openings is None:
        return None
    opener = Opener(parts.openings, parts, directory)
    return Keeper("openings", parts.openings, opener.open, parts.clock.now_ms, CLAIM_MS)

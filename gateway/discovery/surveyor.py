"""Looks at sections that went on, and writes down what is left of them for those who look for events.

A round claims the sections whose journal has records that nobody has looked at, the one that
waits longest first, asks each for its durable status, and adds up. Rounds of several gateways
share the work. So what is found is as old as a round takes, about two seconds, as long as fewer
sections change meanwhile than a round looks at; beyond that each waits its turn. Among very many
sections rounds are seldomer, so that looking takes little from those who sell.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from actors.ending import ended
from actors.ports import Clock
from engine.journal import StorageError
from engine.listings import Survey
from engine.offers import offers, unpacked
from gateway.ports import ChangeSource, Discovery
from gateway.sections.directory import Directory
from telemetry.meters import METERS

log = structlog.get_logger()
EVERY_S: Final = 2.0
EVERY_MAX_S: Final = 10.0
LOOK_SHARE: Final = 50
"""To find which sections went on takes as long as there are sections: a fiftieth of the time at most."""
SECTIONS_MAX: Final = 64
"""Sections that a round looks at."""
AT_ONCE_MAX: Final = 8
ASK_MAX_S: Final = 5.0
CLAIM_MS: Final = 10_000
"""After this time a claimed section is anybody's again: whoever claimed it may have died."""
WHOLE: Final = -1
SURVEYS: Final = METERS.counter("holdfast_surveys_total", "Sections looked at for those who look for events.")


class Surveyor:
    """Keeps the offers of sections current; without it they stay as they were when an event was made."""

    def __init__(
        self, discovery: Discovery, source: ChangeSource, directory: Directory, clock: Clock
    ) -> None:
        """It looks at nothing yet."""
        self._discovery = discovery
        self._source = source
        self._directory = directory
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._pause_s = EVERY_S

    def start(self) -> None:
        """Look from now on."""
        self._task = asyncio.get_running_loop().create_task(self._survey_forever())

    async def stop(self) -> None:
        """Look no more."""
        await ended(self._task)

    async def _survey_forever(self) -> None:
        while True:
            await asyncio.sleep(self._pause_s)
            try:
                await self.survey()
            except StorageError:
                pass  # `/readyz` tells of it
            except Exception:  # what is found stays as old as it is, and the next round may do
                log.exception("survey_failed")

    async def survey(self) -> int:
        """One round; how many sections were looked at."""
        now_ms, began_s = self._clock.now_ms(), asyncio.get_running_loop().time()
        streams = await self._discovery.claim_surveys(now_ms, now_ms - CLAIM_MS, SECTIONS_MAX)
        self._pause_s = pause_s(asyncio.get_running_loop().time() - began_s)
        turn = asyncio.Semaphore(AT_ONCE_MAX)
        looked = await asyncio.gather(*(self._look(stream, turn) for stream in streams))
        SURVEYS.value += sum(looked)
        return sum(looked)

    async def _look(self, stream: int, turn: asyncio.Semaphore) -> bool:
        """Look at one section; one that does not answer in time is looked at in a later round."""
        try:
            async with turn, asyncio.timeout(ASK_MAX_S):
                survey = await self._found(stream)
        except (TimeoutError, LookupError, ConnectionError) as error:
            log.info("section_not_surveyed", stream=stream, error=repr(error))
            return False
        if survey is None:
            return False
        await self._discovery.save_survey(survey)
        return True

    async def _found(self, stream: int) -> Survey | None:
        event_id = await self._directory.event_id_of(stream)
        event = None if event_id is None else await self._directory.event(event_id)
        if event is None or stream not in event.by_stream:
            return None
        changes = await self._source.changes(stream, WHOLE)
        if changes.packed is None:
            return None
        outline = event.outline(event.by_stream[stream].name)
        statuses = unpacked(changes.packed, outline.seat_count)
        found = offers(outline, statuses, dict(changes.areas), event.info.terms)
        return Survey(stream, event.id, changes.seq, self._clock.now_ms(), found)


def pause_s(took_s: float) -> float:
    """How long to pause between rounds if it took so long to find which sections went on.

    >>> [pause_s(each) for each in (0.001, 0.06, 3.0)]
    [2.0, 3.0, 10.0]
    """
    return min(max(EVERY_S, took_s * LOOK_SHARE), EVERY_MAX_S)

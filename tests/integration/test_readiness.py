"""A gateway becomes ready as soon as it can be, whatever went wrong before."""

from __future__ import annotations

import asyncio

import pytest

from actors.answers import NOT_FOUND
from actors.wire import Answer
from engine.catalogue import EventPage
from engine.commands import Request
from engine.journal import StorageUnavailable
from holdfast import readiness as module
from holdfast.readiness import SaleReadiness
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from tests.integration.gateway.world import TERMS, small_plan


class Failing(MemoryCatalogue):
    """A catalogue whose next listings fail as a test says."""

    def __init__(self) -> None:
        super().__init__(MemoryDatabase())
        self.failures: list[Exception] = []

    async def events(self, limit: int, after: str | None = None) -> EventPage:
        if self.failures:
            raise self.failures.pop()
        return await super().events(limit, after)


class Knocks:
    """Sections that answer; `streams` were woken."""

    def __init__(self, awake: int) -> None:
        self.streams: list[int] = []
        self.done = asyncio.Event()
        self._awake = awake

    async def ask(self, stream: int, request: Request, deadline_ms: int) -> Answer:
        self.streams.append(stream)
        if len(self.streams) == self._awake:
            self.done.set()
        return NOT_FOUND

    def submit(self, *_arguments: object) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("failure", [StorageUnavailable("away"), RuntimeError("a bug")])
async def test_sections_on_sale_are_woken_however_the_first_look_ended(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage or a surprise at the start does not leave a gateway unready for ever."""
    monkeypatch.setattr(module, "RETRY_S", 0.0)
    catalogue = Failing()
    plan = await catalogue.save_plan(small_plan(), 0)
    event = await catalogue.create_event("Gala", plan.id, TERMS, 0)
    await catalogue.set_event_status(event.id, "open", 0)
    catalogue.failures = [failure]
    sections = Knocks(len(event.sections))
    readiness = SaleReadiness(catalogue, sections, lambda: ["section:evt_1:0"])
    readiness.start()
    async with asyncio.timeout(60):
        await sections.done.wait()
        while len(await readiness.obstacles()) > 1:  # noqa: ASYNC110 - the last step is its own
            await asyncio.sleep(0)
    assert ["section:evt_1:0 does not answer"] == await readiness.obstacles()
    assert sorted(section.stream for section in event.sections) == sorted(sections.streams)
    await readiness.stop()

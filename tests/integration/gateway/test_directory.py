"""Event maps are loaded once, and those in use stay."""

from __future__ import annotations

from engine.catalogue import EventInfo
from engine.plan import Plan
from engine.queue.terms import QueueTerms
from gateway.sections.directory import Directory
from persistence.memory.catalogue import MemoryCatalogue
from persistence.memory.database import MemoryDatabase
from tests.integration.gateway.world import TERMS, small_plan


class Counted(MemoryCatalogue):
    """A catalogue that counts how often a plan is read."""

    def __init__(self) -> None:
        super().__init__(MemoryDatabase())
        self.plans_read = 0

    async def plan(self, plan_id: str) -> Plan | None:
        self.plans_read += 1
        return await super().plan(plan_id)

    async def night(self, number: int, queue: QueueTerms | None = None) -> EventInfo:
        """An event of its own."""
        info = await self.save_plan(small_plan(), 0)
        return await self.create_event(f"Night {number}", info.id, TERMS, number, queue)


async def test_an_event_in_use_is_not_pushed_out_by_others() -> None:
    """However many other events are looked at, the one that sells is read once."""
    catalogue = Counted()
    directory = Directory(catalogue, events_max=3)
    selling = await catalogue.night(0)
    await directory.event(selling.id)
    for number in range(1, 10):
        await directory.event((await catalogue.night(number)).id)
        assert directory.known(selling.id) is not None
    assert 10 == catalogue.plans_read


async def test_streams_of_events_long_ago_are_forgotten() -> None:
    """With all that is known of their event, and found again when they are asked for."""
    catalogue = Counted()
    directory = Directory(catalogue, events_max=1, known_max=2)
    first = await catalogue.night(0, QueueTerms(mode="fifo", rate_per_minute=0))
    stream = first.sections[0].stream
    assert first.queue is not None
    await directory.event(first.id)
    assert first.id == await directory.event_id_of(first.queue.stream)
    assert (first.id, True) == (directory.known_event_of(stream), directory.is_queued(first.id))
    for number in (1, 2):
        await directory.event((await catalogue.night(number)).id)
    assert [None, None] == [directory.known_event_of(each) for each in (stream, first.queue.stream)]
    assert first.id == await directory.event_id_of(stream)
    assert directory.is_queued(first.id)


async def test_an_event_in_use_keeps_its_waiting_room() -> None:
    """However many others are looked up: nobody would be asked for a pass."""
    directory = Directory(catalogue := Counted(), events_max=2, known_max=1)
    selling = await catalogue.night(0, QueueTerms(mode="fifo", rate_per_minute=0))
    await directory.event(selling.id)
    for number in range(1, 5):
        await directory.event((await catalogue.night(number)).id)
        assert directory.known(selling.id) is not None
        assert directory.is_queued(selling.id)

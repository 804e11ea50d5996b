"""Event maps are loaded once, and those in use stay."""

from __future__ import annotations

from engine.catalogue import EventInfo
from engine.plan import Plan
from gateway.directory import Directory
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

    async def night(self, number: int) -> EventInfo:
        """An event of its own."""
        info = await self.save_plan(small_plan(), 0)
        return await self.create_event(f"Night {number}", info.id, TERMS, number)


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

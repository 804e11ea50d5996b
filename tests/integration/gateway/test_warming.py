from __future__ import annotations

from gateway.rest.plan_pages import PlanPages
from gateway.sections.directory import Directory
from gateway.warming import Warming
from tests.integration.gateway.world import World


async def test_what_the_first_visitor_needs_is_there_before_them() -> None:
    """The plan of an event on sale is read and written once, and not again in the next round."""
    async with World() as world:
        await world.catalogue.set_event_status(world.event.id, "open", 0)
        directory, pages = Directory(world.catalogue), PlanPages()
        warming = Warming(world.catalogue, directory, pages)
        assert 1 == await warming.round()
        event = directory.known(world.event.id)
        assert event is not None
        assert pages.known(world.event.plan, "columns", "br")
        assert pages.known(world.event.plan, "columns", "gzip")
        assert not pages.known(world.event.plan, "objects", "br")
        assert 0 == await warming.round()


async def test_a_draft_is_not_made_early() -> None:
    """Nobody visits what was not announced; once it is, the next round makes it."""
    async with World() as world:
        directory = Directory(world.catalogue)
        warming = Warming(world.catalogue, directory, PlanPages())
        assert 0 == await warming.round()
        assert directory.known(world.event.id) is None
        await world.catalogue.set_event_status(world.event.id, "published", 0)
        assert 1 == await warming.round()

"""The router keeps its word also when nobody can say where a section lives."""

from __future__ import annotations

import asyncio
import weakref
from typing import cast

import pytest

from actors.channel import Channel
from actors.clock import SystemClock
from actors.limits import RouterLimits
from actors.placement import Budget, CataloguePlacement
from actors.router import SectionRouter
from engine.catalogue import EventInfo, SectionInfo
from engine.commands import GetHold, Request
from engine.journal import StorageUnavailable
from engine.terms import Terms
from tests.integration.actors.test_lane import DONE, Actor


class Lost:
    """A placement that fails as a test says, and then knows of no stream."""

    def __init__(self, failure: Exception) -> None:
        self.failures = [failure]

    async def locate(self, stream: int) -> str | None:
        if self.failures:
            raise self.failures.pop()
        return None

    def channel(self, actor: str) -> Channel:
        raise AssertionError("no actor is known")


@pytest.mark.parametrize(
    ("failure", "code"),
    [(StorageUnavailable("away"), "storage_unavailable"), (RuntimeError("a bug"), "internal")],
)
async def test_whoever_asks_for_a_section_that_cannot_be_found_is_answered(
    failure: Exception, code: str
) -> None:
    """All who asked meanwhile are told, and the next one is looked up anew."""
    lost = Lost(failure)
    router = SectionRouter(lost, lost, SystemClock(), RouterLimits())
    request = Request("usr_ada", GetHold("hld_1"))
    async with asyncio.timeout(60):
        answers = await asyncio.gather(*(router.ask(7, request, 60_000) for _ in range(2)))
        assert [code] * 2 == [answer.code for answer in answers]
        assert "not_found" == (await router.ask(7, request, 60_000)).code


class Silent(Lost):
    """A placement that is long about it."""

    def __init__(self) -> None:
        super().__init__(StorageUnavailable("away"))
        self.asked = asyncio.Event()
        self.answers = asyncio.Event()

    async def locate(self, stream: int) -> str | None:
        self.asked.set()
        await self.answers.wait()
        return None


async def test_a_deadline_holds_also_while_a_section_is_looked_for() -> None:
    """Nothing was sent, so nothing was changed; who gave more time still waits."""
    silent = Silent()
    router = SectionRouter(silent, silent, SystemClock(), RouterLimits())
    request = Request("usr_ada", GetHold("hld_1"))
    async with asyncio.timeout(60):
        patient = asyncio.create_task(router.ask(7, request, 60_000))
        await silent.asked.wait()
        assert "deadline_exceeded" == (await router.ask(7, request, 1)).code
        assert not patient.done()
        silent.answers.set()
        assert "not_found" == (await patient).code


async def test_who_waits_for_a_section_to_be_found_counts_for_the_bound() -> None:
    """Storage that does not answer cannot gather requests without end."""
    silent = Silent()
    router = SectionRouter(silent, silent, SystemClock(), RouterLimits(queue_max=2))
    request = Request("usr_ada", GetHold("hld_1"))
    async with asyncio.timeout(60):
        waiting = [asyncio.create_task(router.ask(7, request, 60_000)) for _ in range(3)]
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert ["section_overloaded"] == [(await each).code for each in done]
        silent.answers.set()
        codes = [answer.code for answer in await asyncio.gather(*waiting)]
    assert ["not_found", "not_found", "section_overloaded"] == codes


class OneActor:
    """A placement that knows of one actor, which has every stream."""

    async def locate(self, stream: int) -> str | None:
        return "actor"

    def channel(self, actor: str) -> Channel:
        return cast("Channel", actor)


async def test_only_so_many_streams_are_remembered() -> None:
    """Of another one it is asked anew, and it finds the lane that its actor has."""
    placement = OneActor()
    router = SectionRouter(placement, placement, SystemClock(), RouterLimits(streams_known_max=2))
    lanes = [await router.lane(stream) for stream in (1, 2, 3, 1)]
    assert [lanes[0]] * 4 == lanes
    assert [3, 1] == list(router._lane_of)


class OneActorEach:
    """A placement that knows of an actor for each stream."""

    async def locate(self, stream: int) -> str | None:
        return str(stream)

    def channel(self, actor: str) -> Channel:
        return Actor(lambda _stream: DONE)


async def test_an_actor_that_no_known_stream_belongs_to_is_forgotten() -> None:
    """But not before those are answered who wait for it."""
    each = OneActorEach()
    router = SectionRouter(each, each, SystemClock(), RouterLimits(streams_known_max=1))
    request = Request("usr_ada", GetHold("hld_1"))
    gone, answered = asyncio.Event(), asyncio.get_running_loop().create_future()
    weakref.finalize(await router.lane(1), gone.set)
    router.submit(1, request, 60_000, answered.set_result)
    assert None is not await router.lane(2)
    assert ["1", "2"] == list(router._lanes)
    async with asyncio.timeout(60):
        assert DONE == await answered
        await gone.wait()
    assert ["2"] == list(router._lanes)


async def test_only_so_many_places_are_remembered() -> None:
    """Those of the event that was just looked up among them."""
    asked: list[int] = []

    async def event_of(stream: int) -> EventInfo | None:
        asked.append(stream)
        sections = tuple(SectionInfo(each, f"S{each}", each, "h", 10, 0, ()) for each in (stream, stream + 1))
        return EventInfo(f"evt_{stream}", "An event", "pln_1", "open", Terms(), sections, 0)

    placement = CataloguePlacement(event_of, Budget(shared=1), known_max=2)
    for stream in (10, 11, 20, 21, 10):
        assert "shared:0" == await placement.locate(stream)
    assert [10, 20, 10] == asked

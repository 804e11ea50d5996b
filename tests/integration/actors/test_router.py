"""The router keeps its word also when nobody can say where a section lives."""

from __future__ import annotations

import asyncio

import pytest

from actors.channel import Channel
from actors.clock import SystemClock
from actors.limits import RouterLimits
from actors.router import SectionRouter
from engine.commands import GetHold, Request
from engine.journal import StorageUnavailable


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

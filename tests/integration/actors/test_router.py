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
    async with asyncio.timeout(5):
        answers = await asyncio.gather(*(router.ask(7, request, 60_000) for _ in range(2)))
        assert [code] * 2 == [answer.code for answer in answers]
        assert "not_found" == (await router.ask(7, request, 60_000)).code

"""Parts of a gateway that can be lost at any single thing that it asks of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from actors.answers import OUTCOME_UNKNOWN
from actors.clock import RandomIds
from actors.host import SectionHost
from actors.limits import ShellLimits
from actors.wire import Answer
from engine.journal import StorageUnavailable
from persistence.memory.store import MemorySectionStore
from tests.integration.gateway.world import World

How = Literal["before", "after", "lost"]
"""The gateway dies before a call, or after it; or all sections die after it and the answer is lost."""
HOWS: Final[tuple[How, ...]] = ("before", "after", "lost")


class Died(BaseException):
    """The process is gone: nothing of it may catch this."""


class Mortal:
    """Passes calls on, and at one of them something is lost."""

    def __init__(self, world: World, at: int, how: How) -> None:
        self.calls = 0
        self._world, self._at, self._how = world, at, how

    def __call__(self, part: Any, *names: str) -> Any:
        """The part with these of its methods counted."""
        return _Counted(part, {name: self._counted(getattr(part, name)) for name in names})

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(*arguments: Any) -> Any:
            self.calls += 1
            now = self.calls == self._at
            if now and self._how == "before":
                raise Died
            answer = await method(*arguments)
            return await self._lost(answer) if now else answer

        return counted

    async def _lost(self, answer: Any) -> Any:
        if self._how == "after":
            raise Died
        await restart_sections(self._world)
        if isinstance(answer, Answer):
            return OUTCOME_UNKNOWN
        raise StorageUnavailable("the connection is gone, and nobody knows what it did")


async def restart_sections(world: World) -> None:
    """All sections are lost with their process; others take over, from the journal alone."""
    lost, stores = world.host, MemorySectionStore(world.database)
    limits = ShellLimits(lease_check_ms=1)  # nobody asks those who were replaced: there is nothing to outwait
    world.host = SectionHost("again", stores, world.clock, RandomIds(), limits, lambda _s: None)
    world.actor.host = world.host
    await all_served(world)
    await lost.close()


async def all_served(world: World) -> None:
    """Wait until every section has its owner."""
    for section in world.event.sections:
        await world.host.open(section.stream).served()


class _Counted:
    def __init__(self, part: Any, counted: dict[str, Callable[..., Any]]) -> None:
        self._part, self._methods = part, counted

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._part, name)
